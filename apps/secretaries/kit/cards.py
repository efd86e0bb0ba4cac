"""What higher apps add to a secretary's card: parts of the page, the columns of the years, and files of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from apps.common.domain.actors import Actor
from apps.organizations.kit.parts import Part, PartRegistry, Provider
from apps.secretaries.domain.card import YearColumn

__all__ = [
    "Download",
    "Part",
    "YearColumn",
    "downloads",
    "parts_for",
    "register",
    "register_download",
    "register_years",
    "years_for",
]

YearsProvider = Callable[[int, Actor], tuple[Sequence[YearColumn], Sequence[str]]]

_parts: PartRegistry[int] = PartRegistry()
_years: dict[str, YearsProvider] = {}
_downloads: dict[str, "Download"] = {}


@dataclass(frozen=True, slots=True)
class Download:
    """A file of the card: ``url_name`` takes the person's id."""

    label: str
    url_name: str


def register(provider: Provider, *, name: str = "") -> None:
    """Offer a part of the person's page: ``provider(secretary_id, actor)`` answers a :class:`Part` or ``None``.

    Call it in ``AppConfig.ready``; the same name again replaces.
    """
    _parts.register(name or f"{provider.__module__}.{getattr(provider, '__qualname__', provider)}", provider)


def parts_for(secretary_id: int, actor: Actor) -> list[Part]:
    """Return the parts of one person's page, as this account may see them."""
    return _parts.parts_for(secretary_id, actor)


def register_years(provider: YearsProvider, *, name: str) -> None:
    """Offer columns of the printed card: ``provider(secretary_id, actor)`` answers columns and notes to print below them.

    Only figures that were released, and only what this account may see; a figure kept back is said to be so in its cell.
    """
    _years[name] = provider


def years_for(secretary_id: int, actor: Actor) -> tuple[list[YearColumn], list[str]]:
    """Return the columns of one card, as this account may see them, with their notes."""
    columns: list[YearColumn] = []
    notes: list[str] = []
    for provider in _years.values():
        found, told = provider(secretary_id, actor)
        columns += found
        notes += told
    return columns, notes


def register_download(label: str, url_name: str) -> None:
    """Offer a file of the card, as a button beside 打印."""
    _downloads[url_name] = Download(label, url_name)


def downloads() -> list[Download]:
    """Return the files a card can be taken along as."""
    return list(_downloads.values())
