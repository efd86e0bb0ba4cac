"""Who holds which office when: no two people at once where one heads the organization, and nobody twice at once."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import chain

from apps.rosters.domain.columns import SECRETARIES
from apps.rosters.domain.people import Entry, People, Person
from apps.rosters.domain.present import PresentAppointment, PresentRoster
from apps.rosters.domain.rows import Problem
from apps.secretaries.domain.careers import AppointmentKind, appointment_kind_of, days_in_words, overlaps

Office = tuple[str, object]  # the kind of the post, and what tells its offices apart
kind_of = cache(appointment_kind_of)


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


class OfficeChecks:
    """Finds terms of the workbook that share days with another term of the same office.

    An office is an organization with the kind of the post. Of posts that head nothing any number may exist; of them, and of all,
    one person holds the same post once at a time.

    Nearly all offices have one term: so only the offices are noted as the terms go by, and the terms walked again for those
    that have several.
    """

    def __init__(self, present: PresentRoster) -> None:
        """``present`` has all stored terms of the offices the workbook speaks of."""
        self._present = present
        self._met: dict[str, dict[object, bool]] = defaultdict(
            dict
        )  # a pair for each would take twice the memory
        self._crowded: set[Office] = set()

    def enter(self, entry: Entry) -> None:
        """Note the office of a term."""
        kind, own = office = _office(entry)
        if own in self._met[kind]:
            self._crowded.add(office)
        self._met[kind][own] = True

    def problems(self, people: People) -> list[Problem]:
        """Return a reason for every row whose term clashes; all terms of ``people`` have been entered."""
        stored = _stored_beside(people, self._present)
        self._crowded |= {(kind, own) for kind, own in map(_stored_office, stored) if own in self._met[kind]}
        return [
            _problem(later, earlier)
            for holders in self._holders(people, stored).values()
            for earlier, later in _clashes([_term(one, self._present) for one in holders])
        ]

    def _holders(
        self, people: People, stored: Sequence[PresentAppointment]
    ) -> dict[Office, list[Entry | PresentAppointment]]:
        """Return all terms of the offices that have several."""
        holders: dict[Office, list[Entry | PresentAppointment]] = {office: [] for office in self._crowded}
        if not holders:
            return holders
        for entry in _entries(people):
            if (office := _office(entry)) in holders:
                holders[office].append(entry)
        for one in stored:
            if (office := _stored_office(one)) in holders:
                holders[office].append(one)
        return holders


def _entries(people: People) -> Iterator[Entry]:
    return chain.from_iterable(person.entries for person in people)


def _office(entry: Entry) -> Office:
    row, stored = entry.row, entry.stored
    kind = stored.kind if stored else kind_of(row.post).value
    if kind == AppointmentKind.OTHER.value:
        return kind, (row.organization_code, row.post, _identity(entry.person))
    return kind, row.organization_code


def _identity(person: Person) -> object:
    return person.stored.id if person.stored else f"new {person.first_row}"


def _stored_beside(people: People, present: PresentRoster) -> list[PresentAppointment]:
    """Return the stored terms that the workbook does not speak of."""
    if not present.careers:
        return []
    spoken_of = {entry.stored.id for entry in _entries(people) if entry.stored}
    return [one for career in present.careers.values() for one in career if one.id not in spoken_of]


def _stored_office(one: PresentAppointment) -> Office:
    is_other = one.kind == AppointmentKind.OTHER.value
    return one.kind, (one.organization_code, one.post, one.person_id) if is_other else one.organization_code


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
