"""Tables of an overview: one definition for the page, its chart and the spreadsheet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure. ``value`` ``None`` is shown as a dash; ``url`` leads to the rows behind it."""

    value: int | Decimal | str | None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """A column's head with its unit, and the number format of its figures in a spreadsheet."""

    label: str
    number_format: str = "General"


@dataclass(frozen=True, slots=True)
class Line:
    """A row; ``is_total`` sets it apart."""

    label: str
    cells: Sequence[Cell]
    is_total: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """One titled table, and what its chart needs (empty: no chart)."""

    key: str
    title: str
    label_head: str
    heads: Sequence[Head]
    lines: Sequence[Line]
    note: str = ""
    empty_text: str = ""
    chart: Mapping[str, object] = field(default_factory=dict)
