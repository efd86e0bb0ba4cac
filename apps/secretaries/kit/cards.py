"""Parts of a secretary's card that higher apps contribute: the years side by side, the reports, the grades."""

from apps.common.domain.actors import Actor
from apps.organizations.kit.parts import Part, PartRegistry, Provider

__all__ = ["Part", "parts_for", "register"]

_parts = PartRegistry()


def register(provider: Provider, *, name: str = "") -> None:
    """Offer a part: ``provider(secretary_id, actor)`` answers a :class:`Part` or ``None``.

    Call it in ``AppConfig.ready``; the same name again replaces. The part must stay short: the card prints on one A4 page.
    """
    _parts.register(name or f"{provider.__module__}.{getattr(provider, '__qualname__', provider)}", provider)


def parts_for(secretary_id: int, actor: Actor) -> list[Part]:
    """Return the parts of one card, as this account may see them."""
    return _parts.parts_for(secretary_id, actor)
