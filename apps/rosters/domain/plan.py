"""What an import would do: rows to write, a preview for people, reasons against it."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import NamedTuple

from apps.organizations.domain.tree import OrganizationData
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

    def count(self, kind: str) -> int:
        """Return the number of preview lines of a kind."""
        return sum(change.kind == kind for change in self.changes)

    def fingerprint(self) -> str:
        """Return what tells two plans apart that would write different things (SHA-256 in hexadecimal).

        What is not in the workbook is not written, so it does not count.
        """
        told = [change for change in self.changes if change.kind in ("new", "changed")]
        return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()
