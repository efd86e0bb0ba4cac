"""The people of the sheet 书记 and their terms of office."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import compress

from apps.rosters.domain.packed import Table
from apps.rosters.domain.present import PresentAppointment, PresentPerson
from apps.rosters.domain.rows import SecretaryRow


@dataclass(slots=True)
class RosterPerson:
    """A person of the workbook with all his or her rows, and the terms they state.

    ``stored`` is the same person in the database, if found.
    """

    name: str
    gender: str = ""
    born_on: date | None = None
    phone: str = ""
    person_no: str = ""
    rows: list[SecretaryRow] = field(default_factory=list)
    stored: PresentPerson | None = None
    entries: "list[StoredEntry]" = field(default_factory=list, repr=False)

    @property
    def first_row(self) -> int:
        """Return the row the person is first met in."""
        return self.rows[0].row_no


Person = RosterPerson | SecretaryRow


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


class People:
    """The people of the sheet in the order they are first met.

    Nearly everybody has one row and is made of it as asked for; only the others are kept.
    """

    def __init__(self, rows: Table[SecretaryRow]) -> None:
        """Begin with nobody."""
        self._rows, self._kept = rows, dict[int, RosterPerson]()
        self._is_first = bytearray(len(rows))

    def __iter__(self) -> Iterator[Person]:
        return (person for _, person in self.placed())

    def __getitem__(self, place: int) -> Person:
        return self._kept.get(place) or self._rows[place]

    def placed(self) -> Iterator[tuple[int, Person]]:
        """Yield the people, each with the place in the rows where he or she is first met."""
        placed: Iterator[tuple[int, Person]] = compress(enumerate(self._rows), self._is_first)
        if not self._kept:
            return placed
        return ((place, self._kept.get(place, row)) for place, row in placed)

    def meet(self, place: int) -> None:
        """Add whoever is nothing but the row at this place."""
        self._is_first[place] = True

    def keep(self, place: int, person: RosterPerson) -> None:
        """Let somebody who is more than a row be first met at this place."""
        self._kept[place] = person
        self.meet(place)
