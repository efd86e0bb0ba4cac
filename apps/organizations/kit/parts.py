"""Parts of a detail page that higher apps contribute.

A page of a lower app must not know the apps above it, so each of them registers a provider in ``AppConfig.ready``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from apps.common.domain.actors import Actor


@dataclass(frozen=True, slots=True)
class Part:
    """One titled part: a template and what it shows. Parts stand in the order of ``order``."""

    title: str
    template: str
    context: Mapping[str, Any]
    order: int = 50


Thing = TypeVar("Thing")
Provider = Callable[[int, Actor], Part | None]  # where the page is known by an id


class PartRegistry(Generic[Thing]):
    """Providers of one kind of page, by name; registering a name again replaces it."""

    def __init__(self) -> None:
        self._providers: dict[str, Callable[[Thing, Actor], Part | None]] = {}

    def register(self, name: str, provider: Callable[[Thing, Actor], Part | None]) -> None:
        """Offer a part; ``provider(thing, actor)`` returns ``None`` where it has nothing to show."""
        self._providers[name] = provider

    def parts_for(self, thing: Thing, actor: Actor) -> list[Part]:
        """Return the parts of one page, as this account may see them."""
        found = (provider(thing, actor) for provider in self._providers.values())
        return sorted((part for part in found if part is not None), key=lambda part: part.order)


organization_parts: PartRegistry[Any] = PartRegistry()  # of ``models.Organization``, which stands above
