"""What an import would do: rows to write, a preview for people, reasons against it."""

from dataclasses import dataclass, field

from apps.organizations.domain.tree import OrganizationData
from apps.rosters.domain.rows import Problem
from apps.secretaries.domain.careers import AppointmentData, PersonData


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the preview. ``kind``: ``new``, ``changed`` or ``gone`` (stored, but not in the workbook; it stays)."""

    sheet: str
    row_no: int
    kind: str
    label: str
    detail: str


@dataclass(slots=True)
class ImportPlan:
    """The outcome of a check. Nothing may be written while ``problems`` is not empty."""

    organizations: list[OrganizationData] = field(default_factory=list)
    people: list[PersonData] = field(default_factory=list)
    appointments: list[AppointmentData] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    n_organizations: int = 0
    n_secretaries: int = 0
    n_unchanged: int = 0

    def count(self, kind: str) -> int:
        """Return the number of preview lines of a kind."""
        return sum(change.kind == kind for change in self.changes)
