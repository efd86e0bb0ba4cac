"""Navigation: each app says what it offers and to whom; the base template asks for all of it.

Registered in ``AppConfig.ready`` so that ``common`` need not know the apps above it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from apps.common.domain.actors import Actor


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the side navigation. ``order`` follows the year: roster 10, cycles 20, reports 30 …

    ``section`` is the small heading the entry stands under; entries of one section have neighbouring orders.
    """

    label: str
    url_name: str
    order: int
    is_visible: Callable[[Actor], bool]
    section: str = ""


_items: dict[str, NavItem] = {}


def register(item: NavItem) -> None:
    """Offer an entry; registering the same URL name again replaces it."""
    _items[item.url_name] = item


def items_for(actor: Actor) -> list[NavItem]:
    """Return the entries this account sees, in order."""
    return sorted((item for item in _items.values() if item.is_visible(actor)), key=lambda item: item.order)
