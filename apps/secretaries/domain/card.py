"""The secretary's card (书记卡片): one A4 page, the same for the screen, the printer and the PDF.

What does not fit is left out from the oldest end and counted, never dropped in silence.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

MOST_YEARS = 10
MOST_POSTS = 12
NOTHING = "—"


@dataclass(frozen=True, slots=True)
class PostLine:
    """One appointment in words. ``ended_on`` ``None`` is still held."""

    organization: str
    post: str
    started_on: date
    ended_on: date | None
    reason: str = ""

    @property
    def days(self) -> str:
        """``2021.03—2024.05`` as personnel forms write it."""
        until = f"{self.ended_on:%Y.%m}" if self.ended_on else "至今"
        return f"{self.started_on:%Y.%m}—{until}"


@dataclass(frozen=True, slots=True)
class YearColumn:
    """One review of a person: the year, for which organization, and a text per row label."""

    year: int
    unit: str
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Person:
    """Who the card is about, in words; the phone number is masked."""

    name: str
    gender: str
    born: str
    phone: str
    present: str


@dataclass(frozen=True, slots=True)
class Card:
    """A card ready to be drawn. ``years`` are the columns, oldest first; ``rows`` pair a label with a text per column."""

    person: Person
    posts: Sequence[PostLine]
    n_more_posts: int
    years: Sequence[YearColumn]
    n_more_years: int
    rows: Sequence[tuple[str, Sequence[str]]]
    notes: Sequence[str]


def compose(
    person: Person, posts: Sequence[PostLine], years: Iterable[YearColumn], notes: Sequence[str] = ()
) -> Card:
    """Put a card together. ``posts`` come as they are to be listed, the most telling first."""
    ordered = sorted(years, key=lambda column: (column.year, column.unit))
    shown = ordered[-MOST_YEARS:]
    labels = dict.fromkeys(label for column in shown for label in column.cells)
    return Card(
        person=person,
        posts=posts[:MOST_POSTS],
        n_more_posts=max(0, len(posts) - MOST_POSTS),
        years=shown,
        n_more_years=len(ordered) - len(shown),
        rows=[(label, [column.cells.get(label) or NOTHING for column in shown]) for label in labels],
        notes=[*_left_out(len(ordered) - len(shown), max(0, len(posts) - MOST_POSTS)), *notes],
    )


def _left_out(n_years: int, n_posts: int) -> list[str]:
    told = [f"另有更早的 {n_posts} 段任职"] if n_posts else []
    told += [f"另有更早的 {n_years} 次述职评议"] if n_years else []
    return [f"{'、'.join(told)}，因篇幅未列，请在系统中查看。"] if told else []
