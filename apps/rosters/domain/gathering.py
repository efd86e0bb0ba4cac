"""Who is who in the workbook: rows of 书记 gathered into people."""

from array import array
from collections.abc import Iterable, Iterator, Sequence

from apps.rosters.domain.columns import SECRETARIES
from apps.rosters.domain.people import People, RosterPerson
from apps.rosters.domain.rows import VALUE_LENGTH, Problem, SecretaryRow, SecretaryRows

SHEET = SECRETARIES.name
SAID_OF_PERSON = (("gender", "性别"), ("born_on", "出生年月"), ("phone", "手机"), ("person_no", "人员编号"))


def gather_people(read: SecretaryRows) -> tuple[People, list[Problem]]:
    """Return the people of the rows in the order they are first met, and what their rows contradict each other in."""
    people, problems = People(read.rows), list[Problem]()
    for places in _places_by_name(read.names):
        if _are_all_different(places, read):
            for place in places:
                people.meet(place)
            continue
        place_of = {read.rows[place].row_no: place for place in places}
        for person in _Namesakes(problems).part([read.rows[place] for place in places]):
            people.keep(place_of[person.first_row], person)
    _check_phones(people, problems)
    return people, problems


def _places_by_name(names: Iterable[str]) -> Iterator[Sequence[int]]:
    """Yield the places of the rows of each name; nameless rows are nobody's."""
    first: dict[str, int] = {}
    shared: dict[str, array[int]] = {}
    for place, name in enumerate(names):
        if name and first.setdefault(name, place) != place:
            shared.setdefault(name, array("I", [first[name]])).append(place)
    yield from shared.values()
    yield from ((place,) for name, place in first.items() if name not in shared)


def _are_all_different(places: Sequence[int], read: SecretaryRows) -> bool:
    """Tell at once of most namesakes that they are as many people: each with a phone of his or her own."""
    if len(places) == 1:
        return True
    phones, numbers = {read.phones[n] for n in places}, {read.person_nos[n] for n in places}
    return (
        len(phones) == len(places) and "" not in phones and (numbers == {""} or len(numbers) == len(places))
    )


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


def _check_phones(people: People, problems: list[Problem]) -> None:
    """Refuse a number that two people state."""
    owners: dict[str, int] = {}
    for place, person in people.placed():
        if person.phone and (first := owners.setdefault(person.phone, place)) != place:
            owner = people[first]
            row = next(row for row in person.rows if row.phone == person.phone)
            reason = f"手机号与第 {owner.first_row} 行“{owner.name}”相同，请核对是哪一位的"
            problems.append(Problem(SHEET, row.row_no, "手机", person.phone, reason))
