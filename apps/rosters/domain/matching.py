"""Who is who in the database: people of the workbook found again among those stored.

A name is not enough and a phone number may change, so signs are tried in turn: the number an export wrote beside the name; name and
phone; name and an appointment to the same organization; name and month of birth. Where a sign fits two people the row is refused
instead of guessed.
"""

from collections import defaultdict

from apps.rosters.domain.cells import read_text
from apps.rosters.domain.columns import SECRETARIES
from apps.rosters.domain.people import People, Person, RosterPerson
from apps.rosters.domain.present import PresentPerson, PresentRoster
from apps.rosters.domain.rows import Problem, SecretaryRow

SHEET = SECRETARIES.name


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

    def match(self, people: People) -> None:
        """Put whoever is stored in place of his or her row; refuse who could be two, or whom two could be."""
        for place, person in people.placed() if self._present.people or self._present.names else ():
            matched = self._matched(person)
            if isinstance(matched, RosterPerson):
                people.keep(place, matched)

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
        namesakes = self._by_name.get(person.name, ())
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
        if namesakes or person.name in self._present.names:
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
