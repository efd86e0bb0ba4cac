"""Who is who: rows of 书记 gathered into people, and people found again among those stored.

A name is not enough and a phone number may change, so three signs are tried in turn: name and phone; name and an appointment to the
same organization; name and month of birth. Where a sign fits two people the row is refused instead of guessed.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from apps.rosters.domain.columns import SECRETARIES
from apps.rosters.domain.present import PresentPerson, PresentRoster
from apps.rosters.domain.rows import Problem, SecretaryRow

SHEET = SECRETARIES.name
NAMES_TOLD = 20


@dataclass(slots=True)
class RosterPerson:
    """A person of the workbook with all his or her rows. ``stored`` is the same person in the database, if found."""

    name: str
    gender: str = ""
    born_on: date | None = None
    phone: str = ""
    rows: list[SecretaryRow] = field(default_factory=list)
    stored: PresentPerson | None = None

    @property
    def first_row(self) -> int:
        """Return the row the person is first met in."""
        return self.rows[0].row_no


class PeopleOfFile:
    """Gathers rows into people."""

    def __init__(self) -> None:
        self.people: list[RosterPerson] = []
        self.problems: list[Problem] = []
        self._by_sign: dict[tuple[str, object], RosterPerson] = {}
        self._by_phone: dict[str, RosterPerson] = {}

    def add(self, row: SecretaryRow) -> None:
        """Put a row to its person."""
        if not row.name:
            return
        person = self._known(row)
        if person is None:
            person = RosterPerson(row.name)
            self.people.append(person)
        person.rows.append(row)
        self._learn(person, row)

    def _known(self, row: SecretaryRow) -> RosterPerson | None:
        if row.phone and (found := self._by_sign.get((row.name, row.phone))):
            return found
        if row.born_on and (found := self._by_sign.get((row.name, row.born_on))):
            return found if not (row.phone and found.phone) else None
        if row.phone or row.born_on:
            return None
        return self._by_sign.get((row.name, row.organization_code))

    def _learn(self, person: RosterPerson, row: SecretaryRow) -> None:
        for key, head in (("gender", "性别"), ("born_on", "出生年月"), ("phone", "手机")):
            new, old = getattr(row, key), getattr(person, key)
            if new and old and new != old:
                self._refuse(
                    row,
                    head,
                    str(new),
                    f"与第 {person.first_row} 行是同一个人（姓名和手机相同），但{head}写得不一样",
                )
            elif new:
                setattr(person, key, new)
        for sign in (row.phone, row.born_on, row.organization_code):
            if sign:
                self._by_sign.setdefault((row.name, sign), person)
        self._check_phone(person, row)

    def _check_phone(self, person: RosterPerson, row: SecretaryRow) -> None:
        if not row.phone:
            return
        owner = self._by_phone.setdefault(row.phone, person)
        if owner is not person:
            self._refuse(
                row, "手机", row.phone, f"手机号与第 {owner.first_row} 行“{owner.name}”相同，请核对是哪一位的"
            )

    def _refuse(self, row: SecretaryRow, head: str, value: str, reason: str) -> None:
        self.problems.append(Problem(SHEET, row.row_no, head, value[:200], reason))


class PeopleMatcher:
    """Finds the people of the workbook among those stored."""

    def __init__(self, present: PresentRoster) -> None:
        self._by_name: dict[str, list[PresentPerson]] = defaultdict(list)
        for person in present.people.values():
            self._by_name[person.name].append(person)
        self._careers = present.careers
        self._taken: dict[int, RosterPerson] = {}
        self.problems: list[Problem] = []
        self.namesakes: list[RosterPerson] = []

    def match(self, people: Iterable[RosterPerson]) -> None:
        """Set ``stored`` of everybody who is found; refuse who could be two, or whom two could be."""
        for person in people:
            namesakes = self._by_name.get(person.name)
            if namesakes:
                self._match_one(person, namesakes)

    def _match_one(self, person: RosterPerson, namesakes: Sequence[PresentPerson]) -> None:
        for fitting in (
            [one for one in namesakes if person.phone and one.phone == person.phone],
            [one for one in namesakes if self._served_there(one, person) and not _born_apart(one, person)],
            [one for one in namesakes if _same_birth(one, person) and not _other_phone(one, person)],
        ):
            if len(fitting) > 1:
                self._refuse(
                    person, f"系统里有 {len(fitting)} 位“{person.name}”都对得上，请填手机和出生年月加以区分"
                )
            if fitting:
                self._take(person, fitting[0])
                return
        self.namesakes.append(person)

    def _take(self, person: RosterPerson, stored: PresentPerson) -> None:
        other = self._taken.setdefault(stored.id, person)
        if other is not person:
            self._refuse(
                person, f"与第 {other.first_row} 行对上了系统里的同一个人，请填手机和出生年月加以区分"
            )
            return
        person.stored = stored

    def _served_there(self, stored: PresentPerson, person: RosterPerson) -> bool:
        codes = {row.organization_code for row in person.rows}
        return any(one.organization_code in codes for one in self._careers.get(stored.id, ()))

    def _refuse(self, person: RosterPerson, reason: str) -> None:
        self.problems.append(Problem(SHEET, person.first_row, "姓名", person.name, reason))


def _born_apart(stored: PresentPerson, person: RosterPerson) -> bool:
    return bool(stored.born_on and person.born_on and stored.born_on.replace(day=1) != person.born_on)


def _same_birth(stored: PresentPerson, person: RosterPerson) -> bool:
    return bool(stored.born_on and person.born_on and stored.born_on.replace(day=1) == person.born_on)


def _other_phone(stored: PresentPerson, person: RosterPerson) -> bool:
    return bool(stored.phone and person.phone and stored.phone != person.phone)
