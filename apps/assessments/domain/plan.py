"""What an uploaded workbook of figures would do: the outcome of the pre-check."""

from dataclasses import dataclass, field
from decimal import Decimal

from apps.assessments.domain.columns import ComponentColumns
from apps.assessments.domain.figures import Figure


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason why one row cannot be taken. ``row_no`` is the row as the spreadsheet program numbers it; 1 is the head."""

    row_no: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the preview. ``kind`` is new, changed or missing; ``before`` and ``after`` are told to people."""

    row_no: int
    kind: str
    person: str
    component: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class PresentFigure:
    """A stored figure."""

    value: Decimal
    out_of: Decimal
    source: str
    version: int


@dataclass(frozen=True, slots=True)
class PresentPerson:
    """A reviewee of the cycle."""

    name: str
    organization: str


@dataclass(frozen=True, slots=True)
class Present:
    """What the cycle holds now: its imported components, its reviewees by id, their figures by (reviewee, component)."""

    cycle_id: int
    columns: tuple[ComponentColumns, ...]
    people: dict[int, PresentPerson]
    figures: dict[tuple[int, int], PresentFigure]


@dataclass(slots=True)
class FigurePlan:
    """What would be written, what would change, what stays, what is wrong. With problems nothing is written."""

    figures: dict[int, list[Figure]] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    n_rows: int = 0
    n_unchanged: int = 0

    def count(self, kind: str) -> int:
        """Return how many lines of the preview are of a kind."""
        return sum(change.kind == kind for change in self.changes)
