"""Parts of a score's explanation that higher apps contribute: the proposed grade is made above scoring."""

from apps.common.domain.actors import Actor
from apps.organizations.kit.parts import Part, PartRegistry, Provider

__all__ = ["Part", "parts_for", "register"]

_parts: PartRegistry[int] = PartRegistry()


def register(provider: Provider, *, name: str) -> None:
    """Offer a part: ``provider(summary_id, actor)`` answers a :class:`Part` or ``None``. Call it in ``AppConfig.ready``."""
    _parts.register(name, provider)


def parts_for(summary_id: int, actor: Actor) -> list[Part]:
    """Return the parts of one explanation, as this account may see them."""
    return _parts.parts_for(summary_id, actor)
