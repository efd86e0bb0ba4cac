"""Who is who: rows of 书记 gathered into people, and people found again among those stored.

A name is not enough and a phone number may change, so signs are tried in turn: the number an export wrote beside the name; name and
phone; name and an appointment to the same organization; name and month of birth. Where a sign fits two people the row is refused
instead of guessed.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from operator import attrgetter

from apps.rosters.domain.cells import read_text
from apps.rosters.domain.columns import SECRETARIES
from apps.rosters.domain.present import PresentPerson, PresentRoster
from apps.rosters.domain.rows import VALUE_LENGTH, Problem, SecretaryRow

SHEET = SECRETARIES.name
NAMES_TOLD = 20
SAID_OF_PERSON = (("gender", "性别"), ("born_on", "出生年月"), ("phone", "手机"), ("person_no", "人员编号"))


@dataclass(slots=True)
class RosterPerson:
    """A person of the workbook with all his or her rows. ``stored`` is the same person in the database, if found."""

    name: str
    gender: str = ""
    born_on: date | None = None
    phone: str = ""
    person_no: str = ""
    rows: list[SecretaryRow] = field(default_factory=list)
    stored: PresentPerson | None = None

    @property
    def first_row(self) -> int:
        """Return the row the person is first met in."""
        return self.rows[0].row_no


Person = RosterPerson | SecretaryRow


def gather_people(rows: Sequence[SecretaryRow]) -> tuple[list[Person], list[Problem]]:
    """Return the people of the rows in the order they are first met, and what their rows contradict each other in."""
    people: list[Person] = []
    problems: list[Problem] = []
    several = _names_met_twice(rows)
    by_name: dict[str, list[SecretaryRow]] = defaultdict(list)
    for row in rows:
        if row.name in several:
            by_name[row.name].append(row)
        elif row.name:
            people.append(row)
    for own in by_name.values():
        people += own if _are_all_different(own) else _Namesakes(problems).part(own)
    people.sort(key=attrgetter("first_row"))
    _check_phones(people, problems)
    return people, problems


def _names_met_twice(rows: Sequence[SecretaryRow]) -> set[str]:
    names = Counter(row.name for row in rows)
    return {name for name, n in names.items() if n > 1 and name}


def _are_all_different(rows: Sequence[SecretaryRow]) -> bool:
    """Tell at once of most namesakes that they are as many people: each with a phone of his or her own."""
    phones, numbers = {row.phone for row in rows}, {row.person_no for row in rows}
    return len(phones) == len(rows) and "" not in phones and (numbers == {""} or len(numbers) == len(rows))


class _Namesakes:
    """Parts the rows of one name into people."""

    def __init__(self, problems: list[Problem]) -> None:
        self._problems = problems
        self._people: list[RosterPerson] = []
        self._by_sign: dict[object, RosterPerson] = {}

    def part(self, rows: Sequence[SecretaryRow]) -> list[RosterPerson]:
        for row in rows:
            person = self._known(row)
            if person is None:
                person = RosterPerson(row.name)
                self._people.append(person)
            person.rows.append(row)
            self._learn(person, row)
        return self._people

    def _known(self, row: SecretaryRow) -> RosterPerson | None:
        found = self._by_signs(row)
        return None if found and row.person_no and found.person_no not in ("", row.person_no) else found

    def _by_signs(self, row: SecretaryRow) -> RosterPerson | None:
        if row.person_no and (found := self._by_sign.get(f"#{row.person_no}")):
            return found
        if row.phone and (found := self._by_sign.get(row.phone)):
            return found
        if row.born_on and (found := self._by_sign.get(row.born_on)):
            return found if not (row.phone and found.phone) else None
        if row.phone or row.born_on:
            return None
        return self._by_sign.get((row.organization_code,))

    def _learn(self, person: RosterPerson, row: SecretaryRow) -> None:
        for key, head in SAID_OF_PERSON:
            new, old = getattr(row, key), getattr(person, key)
            if new and old and new != old:
                reason = f"与第 {person.first_row} 行是同一个人（姓名和手机相同），但{head}写得不一样"
                self._problems.append(Problem(SHEET, row.row_no, head, str(new)[:VALUE_LENGTH], reason))
            elif new:
                setattr(person, key, new)
        signs = (row.person_no and f"#{row.person_no}", row.phone, row.born_on, (row.organization_code,))
        for sign in filter(None, signs):
            self._by_sign.setdefault(sign, person)


def _check_phones(people: Sequence[Person], problems: list[Problem]) -> None:
    """Refuse a number that two people state."""
    owners: dict[str, Person] = {}
    for person in people:
        if person.phone and (owner := owners.setdefault(person.phone, person)) is not person:
            row = next(row for row in person.rows if row.phone == person.phone)
            reason = f"手机号与第 {owner.first_row} 行“{owner.name}”相同，请核对是哪一位的"
            problems.append(Problem(SHEET, row.row_no, "手机", person.phone, reason))


class PeopleMatcher:
    """Finds the people of the workbook among those stored."""

    def __init__(self, present: PresentRoster) -> None:
        self._by_name: dict[str, list[PresentPerson]] = defaultdict(list)
        for person in present.people.values():
            self._by_name[person.name].append(person)
        self._present = present
        self._taken: dict[int, Person] = {}
        self.problems: list[Problem] = []
        self.namesakes: list[Person] = []

    def match(self, people: Sequence[Person]) -> list[Person]:
        """Return the people with whoever is stored in place of his or her row; refuse who could be two, or whom two could be."""
        return [self._matched(person) for person in people] if self._by_name else list(people)

    def _matched(self, person: Person) -> Person:
        stored = (self._numbered(person) if person.person_no else None) or self._by_signs(person)
        if stored is None or not self._take(person, stored):
            return person
        if isinstance(person, SecretaryRow):
            row = person
            return RosterPerson(
                row.name, row.gender, row.born_on, row.phone, row.person_no, [row], stored
            )  # fmt: skip
        person.stored = stored
        return person

    def _numbered(self, person: Person) -> PresentPerson | None:
        """Return whom the number means; another name at that number is another installation's."""
        number = int(person.person_no) if person.person_no.isdecimal() else 0
        stored = self._present.people.get(number)
        return stored if stored and read_text(stored.name) == person.name else None

    def _by_signs(self, person: Person) -> PresentPerson | None:
        """Return whom the signs mean; somebody who only has the name of one stored is noted as a namesake."""
        namesakes = self._by_name.get(person.name)
        if not namesakes:
            return None
        for fitting in (
            [one for one in namesakes if person.phone and one.phone == person.phone],
            [one for one in namesakes if self._served_there(one, person) and not _born_apart(one, person)],
            [one for one in namesakes if _same_birth(one, person) and not _other_phone(one, person)],
        ):
            if len(fitting) > 1:
                reason = f"系统里有 {len(fitting)} 位“{person.name}”都对得上，请填手机和出生年月加以区分"
                self._refuse(person, reason)
            if fitting:
                return fitting[0]
        self.namesakes.append(person)
        return None

    def _take(self, person: Person, stored: PresentPerson) -> bool:
        other = self._taken.setdefault(stored.id, person)
        if other is person:
            return True
        reason = f"与第 {other.first_row} 行对上了系统里的同一个人，请填手机和出生年月加以区分"
        self._refuse(person, reason)
        return False

    def _served_there(self, stored: PresentPerson, person: Person) -> bool:
        codes = {row.organization_code for row in person.rows}
        return any(one.organization_code in codes for one in self._present.careers.get(stored.id, ()))

    def _refuse(self, person: Person, reason: str) -> None:
        self.problems.append(Problem(SHEET, person.first_row, "姓名", person.name, reason))


def _born_apart(stored: PresentPerson, person: Person) -> bool:
    return bool(stored.born_on and person.born_on and stored.born_on.replace(day=1) != person.born_on)


def _same_birth(stored: PresentPerson, person: Person) -> bool:
    return bool(stored.born_on and person.born_on and stored.born_on.replace(day=1) == person.born_on)


def _other_phone(stored: PresentPerson, person: Person) -> bool:
    return bool(stored.phone and person.phone and stored.phone != person.phone)
