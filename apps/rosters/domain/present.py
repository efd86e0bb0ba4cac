"""What the roster holds now, as far as a workbook speaks of it: a check costs what the file costs, not what the roster holds."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple, Protocol

from apps.organizations.domain.tree import is_within

MISSING_TOLD = 1_000  # lines of what is stored but not in the workbook; the rest is only counted


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
class FieldWords:
    """The fields (领域): in words → as stored; those in ``retired`` stay where they are but are not given any more."""

    values: Mapping[str, str] = field(default_factory=dict)
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


@dataclass(frozen=True, slots=True)
class Mentioned:
    """What a workbook speaks of: organizations by code (``leaving``: to be abolished), offices by the code of their
    organization, people by number and by what their rows say of them, empty where they say nothing.

    ``names``, ``phones`` and ``months`` of birth (by their first day) are of one length, one of each for a row.
    """

    codes: Collection[str] = ()
    leaving: Collection[str] = ()
    offices: Collection[str] = ()
    names: Collection[str] = ()
    phones: Collection[str] = ()
    months: Collection[date | None] = ()
    numbers: Collection[int] = ()


@dataclass(frozen=True, slots=True)
class PresentRoster:
    """Organizations by code, people by id, appointments by person: all that is mentioned and whatever bears on it.

    Of organizations: the root, all superiors, the subordinates of those that leave, and wherever the people serve. Of people:
    those with a number mentioned, those who hold or held an office mentioned, and those whose name *and* phone, or name and
    month of birth, stand in one row. Of all other namesakes, who are thousands in a province, only the ``names``.
    """

    organizations: Mapping[str, PresentOrganization] = field(default_factory=dict)
    people: Mapping[int, PresentPerson] = field(default_factory=dict)
    careers: Mapping[int, Sequence[PresentAppointment]] = field(default_factory=dict)
    names: Collection[str] = frozenset()


class Missing(NamedTuple):
    """What is stored in reach but not in the workbook: how many, and the first of them as label."""

    n: int
    labels: Sequence[str]


class StoredRoster(Protocol):
    """The roster as it is stored, asked for what a workbook mentions."""

    def about(self, mentioned: Mentioned) -> PresentRoster:
        """Return what is mentioned and whatever bears on it."""

    def codes_like(self, code: str) -> Mapping[str, str]:
        """Return codes that could be meant by an unknown one, with their names."""

    def missing_organizations(self, codes: Collection[str], reach: Reach) -> Missing:
        """Return living organizations with other codes than these."""

    def missing_appointments(self, person_ids: Collection[int], reach: Reach) -> Missing:
        """Return who is in office beside these people."""


class EmptyRoster:
    """A roster that holds nothing yet."""

    def about(self, mentioned: Mentioned) -> PresentRoster:  # noqa: ARG002 -- as StoredRoster
        """Return nothing."""
        return PresentRoster()

    def codes_like(self, code: str) -> Mapping[str, str]:  # noqa: ARG002 -- as StoredRoster
        """Return nothing."""
        return {}

    def missing_organizations(self, codes: Collection[str], reach: Reach) -> Missing:  # noqa: ARG002 -- as StoredRoster
        """Return nothing."""
        return Missing(0, ())

    def missing_appointments(self, person_ids: Collection[int], reach: Reach) -> Missing:  # noqa: ARG002 -- as StoredRoster
        """Return nothing."""
        return Missing(0, ())
