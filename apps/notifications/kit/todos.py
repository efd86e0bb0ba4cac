"""待办: what waits for a person. Each app registers a provider in ``AppConfig.ready``; the home page asks them all."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from apps.common.kit.paging import COUNTED

if TYPE_CHECKING:
    from apps.accounts.models import User


@dataclass(frozen=True, slots=True)
class Todo:
    """One line of the to-do list. ``due_on`` ``None`` means without a date; ``count`` is how many things wait."""

    title: str
    url: str
    count: int = 1
    due_on: date | None = None
    order: int = 50

    @property
    def number(self) -> str:
        """How many, in words; of a country's thousands nobody counts the last."""
        return f"{self.count} 项" if self.count <= COUNTED else f"超过 {COUNTED} 项"


Provider = Callable[["User", date], Iterable[Todo]]
_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Add a provider once. It gets the account and today's date and costs at most two queries."""
    if provider not in _providers:
        _providers.append(provider)


def todos_for(user: "User", today: date) -> list[Todo]:
    """Return everything that waits for ``user``, most urgent first."""
    found = [todo for provider in _providers for todo in provider(user, today)]
    return sorted(found, key=lambda todo: (todo.due_on is None, todo.due_on or today, todo.order, todo.title))
