"""Who holds which office when: no two people at once where one heads the organization, and nobody twice at once."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from apps.rosters.domain.columns import SECRETARIES
from apps.rosters.domain.people import Person
from apps.rosters.domain.present import PresentAppointment, PresentRoster
from apps.rosters.domain.rows import Problem, SecretaryRow
from apps.secretaries.domain.careers import AppointmentKind, appointment_kind_of, days_in_words, overlaps

Office = tuple[str, object]  # the kind of the post, and what tells its offices apart
kind_of = cache(appointment_kind_of)


@dataclass(slots=True)
class StoredEntry:
    """One row, its person, the stored appointment it speaks of, if there is one, and its days.

    An empty cell keeps the stored end.
    """

    row: SecretaryRow
    person: Person
    stored: PresentAppointment | None
    started_on: date
    ended_on: date | None


Entry = StoredEntry | SecretaryRow  # the only row of a new person is its own entry


@dataclass(frozen=True, slots=True)
class _Term:
    """A term in an office: of a row of the workbook, or stored and not spoken of."""

    started_on: date
    ended_on: date | None
    person: object
    name: str
    entry: Entry | None = None

    @property
    def words(self) -> str:
        where = f"第 {self.entry.row.row_no} 行" if self.entry else "系统里的"
        return f"{where}“{self.name}”（{days_in_words(self.started_on, self.ended_on)}）"


def check_offices(entries: Sequence[Entry], present: PresentRoster) -> list[Problem]:
    """Return a reason for every row whose term shares days with another term of the same office.

    An office is an organization with the kind of the post. Of posts that head nothing any number may exist; of them, and of all,
    one person holds the same post once at a time.
    """
    offices = _Offices()
    for entry in entries:
        offices.enter(_office(entry), entry)
    _add_stored(offices, entries, present)
    return [
        _problem(later, earlier)
        for holders in offices.crowded.values()
        for earlier, later in _clashes([_term(one, present) for one in holders])
    ]


class _Offices:
    """Who holds which office of those the workbook speaks of; a list is made only where there are several."""

    def __init__(self) -> None:
        self._first: dict[str, dict[object, Entry]] = defaultdict(dict)
        self.crowded: dict[Office, list[Entry | PresentAppointment]] = {}

    def enter(self, office: Office, entry: Entry) -> None:
        kind, own = office
        first = self._first[kind].setdefault(own, entry)
        if first is not entry:
            self._join(office, first, entry)

    def add_stored(self, office: Office, stored: PresentAppointment) -> None:
        kind, own = office
        if first := self._first[kind].get(own):
            self._join(office, first, stored)

    def _join(self, office: Office, first: Entry, other: Entry | PresentAppointment) -> None:
        self.crowded.setdefault(office, [first]).append(other)


def _office(entry: Entry) -> Office:
    row, stored = entry.row, entry.stored
    kind = stored.kind if stored else kind_of(row.post).value
    if kind == AppointmentKind.OTHER.value:
        return kind, (row.organization_code, row.post, _identity(entry.person))
    return kind, row.organization_code


def _identity(person: Person) -> object:
    return person.stored.id if person.stored else f"new {id(person)}"


def _add_stored(offices: _Offices, entries: Sequence[Entry], present: PresentRoster) -> None:
    """Add the stored terms of offices the workbook speaks of, unless the workbook speaks of the very term."""
    spoken_of = {entry.stored.id for entry in entries if entry.stored}
    for person_id, career in present.careers.items():
        for one in career:
            is_other = one.kind == AppointmentKind.OTHER.value
            own = (one.organization_code, one.post, person_id) if is_other else one.organization_code
            if one.id not in spoken_of:
                offices.add_stored((one.kind, own), one)


def _term(one: Entry | PresentAppointment, present: PresentRoster) -> _Term:
    if not isinstance(one, PresentAppointment):
        assert one.started_on is not None  # noqa: S101 -- a row without it makes no entry
        return _Term(one.started_on, one.ended_on, _identity(one.person), one.row.name, one)
    return _Term(one.started_on, one.ended_on, one.person_id, present.people[one.person_id].name)


def _clashes(terms: list[_Term]) -> Iterator[tuple[_Term, _Term]]:
    """Yield pairs that share days, each with a row of the workbook last; terms in the order of their start."""
    terms.sort(key=lambda term: (term.started_on, term.ended_on or date.max))
    longest = terms[0]
    for term in terms[1:]:
        if overlaps(longest.started_on, longest.ended_on, term.started_on, term.ended_on):
            pair = (longest, term) if term.entry else (term, longest)
            if pair[1].entry:
                yield pair
        if (term.ended_on or date.max) > (longest.ended_on or date.max):
            longest = term


def _problem(term: _Term, other: _Term) -> Problem:
    assert term.entry is not None  # noqa: S101 -- as _clashes yields them
    row = term.entry.row
    if term.person == other.person:
        reason = (
            f"此人的另一任职与它日期重叠：{other.words}。连任请填前一任职的免职日期；日期写错请在书记页面更正"
        )
    else:
        reason = f"与{other.words}的任职日期重叠：同一党组织同一时间只有一位{_title(row.post)}。如已换人，请填前任的免职日期"
    return Problem(SECRETARIES.name, row.row_no, "任职日期", str(term.started_on), reason)


def _title(post: str) -> str:
    return kind_of(post).label
