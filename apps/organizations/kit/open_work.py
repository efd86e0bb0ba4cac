"""What higher apps still have open at an organization: shown before it is merged or abolished, and for as long as it stays open.

Appointments live above this app, so secretaries registers them here in ``AppConfig.ready``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from apps.common.domain.actors import Actor


@dataclass(frozen=True, slots=True)
class OpenWork:
    """One thing left to do: at which organization (id), what, and where it is dealt with."""

    organization_id: int
    text: str
    url: str


Provider = Callable[[Sequence[int], Actor], list[OpenWork]]
_providers: dict[str, Provider] = {}


def register(name: str, provider: Provider) -> None:
    """Offer open work: ``provider(organization_ids, actor)``. The same name again replaces."""
    _providers[name] = provider


def open_work_of(organization_ids: Sequence[int], actor: Actor) -> list[OpenWork]:
    """Return what is open at these organizations."""
    return [work for provider in _providers.values() for work in provider(organization_ids, actor)]
