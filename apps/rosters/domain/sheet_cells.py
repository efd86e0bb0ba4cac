"""The cells of a worksheet, column by column, as they are read row by row: what says nothing is left out."""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from apps.rosters.domain.cells import Cell, read_text
from apps.rosters.domain.columns import SAMPLE_PREFIX, RosterSheet
from apps.rosters.domain.packed import BatchedCells

SINGLE = frozenset({str, date, datetime})


@dataclass(slots=True)
class SheetCells:
    """A worksheet below its head: where each column stands, the known columns, and the number of each of their rows.

    ``first_row_no`` is the number of the first row below the head; ``is_1904`` says how the workbook numbers days;
    ``reason_place`` is the column of reasons of an error workbook, if it is one.
    """

    sheet: RosterSheet
    places: Mapping[str, int]
    first_row_no: int = 2
    is_1904: bool = False
    reason_place: int | None = None
    row_nos: "array[int]" = field(init=False, default_factory=lambda: array("I"))
    _columns: dict[str, BatchedCells[Cell]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._columns = {key: BatchedCells(SINGLE) for key in self.places}

    def add(self, rows: Sequence[tuple[Cell, ...]], row_no: int) -> None:
        """Take further rows, the first of them number ``row_no``; cells stand in the order of ``places``."""
        key = list(self.places).index(self.sheet.columns[0].key)
        kept = [n for n, row in enumerate(rows) if _is_plain(row[key]) or _says_something(row[key], row)]
        if not kept:
            return
        self.row_nos.extend(row_no + n for n in kept)
        columns = zip(*(rows if len(kept) == len(rows) else [rows[n] for n in kept]), strict=True)
        for column, cells in zip(self._columns.values(), columns, strict=True):
            column.extend(cells)

    def take(self, key: str) -> list[Cell]:
        """Return the cells of a column, which are gone here afterwards; a column that is not there has empty ones."""
        column: Iterable[Cell] | None = self._columns.pop(key, None)
        return [None] * len(self.row_nos) if column is None else list(column)


def _is_plain(key: Cell) -> bool:
    """Tell of most rows in no time that they are neither blank nor a sample."""
    return type(key) is str and key.isalnum() and key[0] != SAMPLE_PREFIX[0]


def _says_something(key: Cell, row: Sequence[Cell]) -> bool:
    """Tell whether a row is neither blank nor a sample."""
    return any(row) and not read_text(key).startswith(SAMPLE_PREFIX) and any(map(read_text, row))
