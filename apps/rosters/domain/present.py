"""What the roster holds now, as far as an import must know it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from apps.organizations.domain.tree import is_within


class PresentOrganization(NamedTuple):
    """A stored organization."""

    code: str
    name: str
    kind: str
    field: str
    superior_code: str | None
    path: str
    founded_on: date | None
    abolished_on: date | None
    note: str


class PresentPerson(NamedTuple):
    """A stored person."""

    id: int
    name: str
    gender: str
    born_on: date | None
    phone: str


class PresentAppointment(NamedTuple):
    """A stored appointment. ``kind`` is a value of ``AppointmentKind``; staff may have set it against the words of the post."""

    id: int
    person_id: int
    organization_code: str
    post: str
    started_on: date
    ended_on: date | None
    kind: str


@dataclass(frozen=True, slots=True)
class PresentRoster:
    """Organizations by code, people by id, appointments by person.

    ``fields`` is 领域 in words → as stored; those in ``retired`` stay where they are but are not given any more.
    """

    organizations: dict[str, PresentOrganization] = field(default_factory=dict)
    people: dict[int, PresentPerson] = field(default_factory=dict)
    careers: dict[int, list[PresentAppointment]] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    retired: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Reach:
    """The subtrees the importing account may write. ``None``: everything (the command on the server)."""

    paths: tuple[str, ...] | None

    @property
    def is_everything(self) -> bool:
        """Tell whether there is no limit."""
        return self.paths is None

    def covers(self, organization: PresentOrganization) -> bool:
        """Tell whether a stored organization may be written."""
        return self.paths is None or is_within(organization.path, self.paths)
