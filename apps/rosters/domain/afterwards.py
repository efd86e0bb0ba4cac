"""The tree as it would be after the import: the rows of 党组织 by code, and what is stored with what they say of it."""

from collections.abc import Iterator, Mapping
from typing import TypeVar

from apps.organizations.domain.tree import OrganizationData
from apps.rosters.domain.cells import read_text
from apps.rosters.domain.packed import Column
from apps.rosters.domain.present import PresentOrganization
from apps.rosters.domain.rows import OrganizationRows

Value = TypeVar("Value")
Known = OrganizationData | PresentOrganization


class RowsByCode(Mapping[str, OrganizationData]):
    """The rows of 党组织 by their codes; of rows with the same code the first, of rows without one none."""

    def __init__(self, read: OrganizationRows) -> None:
        self._read = read
        self._places: dict[str, int] = {}
        for n, code in enumerate(read.codes):
            self._places.setdefault(code, n)
        self._places.pop("", None)

    def __getitem__(self, code: str) -> OrganizationData:
        return self._read.rows[self._places[code]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, code: object) -> bool:
        return code in self._places

    def in_order(self) -> Iterator[OrganizationData]:
        """Yield the rows from the first to the last, which takes a fifth of the time of asking for each."""
        return (row for _, row in self.each(self._read.rows))

    def each(self, column: Column[Value]) -> Iterator[tuple[str, Value]]:
        """Yield the codes in their order, each with what its row has in a column."""
        cells = zip(self._read.codes, column, strict=True)
        if len(self._places) == len(self._read.codes):
            return cells
        places = set(self._places.values())
        return (cell for n, cell in enumerate(cells) if n in places)

    def name(self, code: str) -> str:
        """Return the name in the row of a code, empty if there is none."""
        place = self._places.get(code)
        return "" if place is None else self._read.names[place]

    def row_no(self, code: str) -> int:
        """Return the number of the row, as the spreadsheet program numbers it."""
        return self._read.row_nos[self._places[code]]

    def repeated(self) -> Iterator[tuple[int, str]]:
        """Yield number and code of the rows whose code an earlier one has."""
        codes = self._read.codes if len(self._read.codes) > len(self._places) else ()
        for n, code in enumerate(codes):
            if code and self._places[code] != n:
                yield self._read.row_nos[n], code


class TreeAfterwards(Mapping[str, Known]):
    """The organizations by code as they would be after the import: those stored, with what the rows say of them."""

    def __init__(self, rows: RowsByCode, present: Mapping[str, PresentOrganization]) -> None:
        self._rows, self._present = rows, present

    def __getitem__(self, code: str) -> Known:
        stored = self._present.get(code) if self._present else None
        return merge(self._rows[code], stored) if code in self._rows or stored is None else stored

    def __iter__(self) -> Iterator[str]:
        yield from self._present
        yield from (code for code in self._rows if code not in self._present)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __contains__(self, code: object) -> bool:
        return code in self._rows or code in self._present

    def name(self, code: str) -> str:
        """Return the name an organization will have; empty if there is no such one."""
        typed = self._rows.name(code)
        stored = self._present.get(code) if self._present else None
        return _same_or(typed, stored.name) if stored else typed


def merge(row: OrganizationData, stored: PresentOrganization | None) -> Known:
    """Return the organization as it would be: what the row leaves empty stays as stored. ``stored`` itself: no change."""
    if stored is None:
        return row
    wanted = OrganizationData(
        row.code,
        _same_or(row.name, stored.name),
        row.kind,
        row.field,
        row.superior_code,
        row.founded_on or stored.founded_on,
        row.abolished_on or stored.abolished_on,
        _same_or(row.note, stored.note),
    )
    return stored if _key(wanted) == _key(stored) else wanted


def _key(one: Known) -> tuple[object, ...]:
    return (one.name, one.superior_code, one.kind, one.field, one.founded_on, one.abolished_on, one.note)


def _same_or(typed: str, stored: str) -> str:
    """Return what is stored where the cell is empty or says the same but for spaces."""
    return stored if not typed or typed == stored or typed == read_text(stored) else typed
