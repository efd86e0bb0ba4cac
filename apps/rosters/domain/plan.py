"""What an import would do: rows to write, a preview for people, reasons against it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from apps.organizations.domain.tree import OrganizationData
from apps.rosters.domain.present import Missing
from apps.rosters.domain.rows import Problem
from apps.secretaries.domain.careers import AppointmentData, PersonData

FieldChange = tuple[str, str, str]  # head, before, after


class Change(NamedTuple):
    """One line of the preview.

    ``kind``: ``new``, ``changed``, ``same`` or ``gone`` (stored, but not in the workbook; it stays). ``fields`` says what a
    changed line changes, one by one.
    """

    sheet: str
    row_no: int
    kind: str
    label: str
    detail: str = ""
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """What the rows of one sheet would do: their lines in order, and what is not among them. Lines are made as they are
    asked for: those of ten thousand rows weigh more than the rows.
    """

    lines: Callable[[], Iterable[Change]]
    missing: Missing
    words_on_missing: str
    sheet: str


@dataclass(slots=True)
class ImportPlan:
    """The outcome of a check. Nothing may be written while ``problems`` is not empty."""

    problems: Sequence[Problem] = ()
    notices: Sequence[str] = ()
    n_organizations: int = 0
    n_secretaries: int = 0
    sheets: Sequence[SheetPlan] = ()
    organizations: Callable[[], list[OrganizationData]] = field(default=list)
    people: Callable[[], list[PersonData]] = field(default=list)
    appointments: Callable[[], list[AppointmentData]] = field(default=list)

    @property
    def n_gone(self) -> int:
        """Return how much is stored in reach but not in the workbook; the preview names only the first of it."""
        return sum(one.missing.n for one in self.sheets)

    def _lines(self) -> Iterator[Change]:
        return chain.from_iterable(one.lines() for one in self.sheets)

    def changes(self) -> Iterator[Change]:
        """Yield the lines of the preview: what would be written in the order of the rows, what stays, what is missing."""
        n_same = 0
        for line in self._lines():
            if line.kind == "same":
                n_same += 1
            else:
                yield line
        if n_same:  # made once more rather than kept
            yield from (line for line in self._lines() if line.kind == "same")
        for one in self.sheets:
            for label in one.missing.labels:
                yield Change(one.sheet, 0, "gone", label, one.words_on_missing)
