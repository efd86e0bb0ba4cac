"""What a worksheet's XML says beside its values: formulas, merged cells, hidden rows and columns.

It is gone through in pieces, by patterns and after the door of the guard: the XML of a workbook is ten times the file.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import IO

PIECE = 256 * 1024
LONGEST_TAG = 1024 * 1024  # of a tag with its text; a cell holds 32,767 characters
NEAR_END = 1024
FORMULAS_KEPT = 20  # of each column: some above the head, which are passed over, and those that are told
MOST_MERGED = 20_000
UNKNOWN = -1  # the column of a formula whose cell bears no address

CELL_OR_ROW = re.compile(rb"<(?:\w+:)?(?:c|row)[\s/>]")
FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
CELL_ADDRESS = re.compile(rb'\sr="([A-Z]{1,3})(\d{1,7})"')
MERGED = re.compile(
    rb'<(?:\w+:)?mergeCell\s[^>]*?\bref="\$?([A-Z]{1,3})\$?(\d{1,7}):\$?([A-Z]{1,3})\$?(\d{1,7})"'
)
HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\s(?=[^>]*?\bhidden="(?:1|true)")[^>]*?\br="(\d{1,7})"')
HIDDEN_COLUMNS = re.compile(rb'<(?:\w+:)?col\s(?=[^>]*?\bhidden="(?:1|true)")[^>]*>')
MIN_MAX = re.compile(rb'\b(min|max)="(\d{1,5})"')


@dataclass(frozen=True, slots=True)
class Merged:
    """A merged range; rows and columns count from nought, the last ones included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int
    words: str


@dataclass(slots=True)
class _Formulas:
    """The formulas of one column: how many, and the first of them as row (counted from nought) and address."""

    n: int = 0
    first: list[tuple[int, str]] = field(default_factory=list)


@dataclass(slots=True)
class SheetLayout:
    """What the pieces of a worksheet said so far. Merged ranges are kept up to 20,000; hidden columns count from nought."""

    n_rows: int = 0
    merged: list[Merged] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: set[int] = field(default_factory=set)
    _formulas: dict[int, _Formulas] = field(default_factory=dict)

    def add(self, piece: bytes) -> None:
        """Look through the next piece."""
        self.n_rows += piece.count(b"<row") + (piece.count(b":row") if b":" in piece else 0)
        if b"f" in piece and (
            b"<f" in piece or b":f" in piece
        ):  # looking for one byte first costs next to nothing
            self._add_formulas(piece)
        if b"g" in piece and b"mergeCell" in piece:
            self._add_merged(piece)
        if b"h" in piece and b"hidden=" in piece:
            self.hidden_rows += [int(match[1]) for match in HIDDEN_ROW.finditer(piece)]
            self._add_hidden_columns(piece)

    def formulas(self, columns: Collection[int] | None = None, first_row: int = 0) -> tuple[list[str], int]:
        """Return the addresses of the first formulas in these columns (``None``: all) from a row on, and how many there are.

        A formula whose address is unknown could stand anywhere.
        """
        wanted = self._formulas if columns is None else {*columns, UNKNOWN} & self._formulas.keys()
        found, n = [], 0
        for column in wanted:
            own = self._formulas[column]
            below = [one for one in own.first if one[0] >= first_row or column == UNKNOWN]
            found += [(row, column, address) for row, address in below]
            n += own.n - (len(own.first) - len(below))
        return [address for _, _, address in sorted(found)], n

    def _add_formulas(self, piece: bytes) -> None:
        for match in FORMULA.finditer(piece):
            addresses = CELL_ADDRESS.findall(piece, max(0, match.start() - 200), match.start())
            letters, number = addresses[-1] if addresses else (b"?", b"")
            column = column_number(letters) - 1 if addresses else UNKNOWN
            own = self._formulas.setdefault(column, _Formulas())
            own.n += 1
            if len(own.first) < FORMULAS_KEPT:
                own.first.append((int(number or 1) - 1, (letters + number).decode()))

    def _add_merged(self, piece: bytes) -> None:
        for match in MERGED.finditer(piece):
            if len(self.merged) == MOST_MERGED:
                return
            columns = column_number(match[1]) - 1, column_number(match[3]) - 1
            rows = int(match[2]) - 1, int(match[4]) - 1
            words = f"{match[1].decode()}{match[2].decode()}:{match[3].decode()}{match[4].decode()}"
            self.merged.append(Merged(min(rows), min(columns), max(rows), max(columns), words))

    def _add_hidden_columns(self, piece: bytes) -> None:
        for match in HIDDEN_COLUMNS.finditer(piece):
            limits = {name: int(number) for name, number in MIN_MAX.findall(match[0])}
            self.hidden_columns |= set(range(limits.get(b"min", 1) - 1, min(limits.get(b"max", 0), 100)))


def pieces_of(part: IO[bytes]) -> Iterator[bytes]:
    """Yield a part of XML in pieces that begin with a tag, if possible that of a cell or a row, so that none is cut."""
    held = b""
    while read := part.read(PIECE):
        held += read
        cut = _cut_of(held)
        if not cut and len(held) > LONGEST_TAG:
            cut = len(held)
        if cut:
            yield held[:cut]
            held = held[cut:]
    if held:
        yield held


def _cut_of(text: bytes) -> int:
    """Return where the last cell or row begins, else the last tag that opens anything; 0: nowhere."""
    for near in (NEAR_END, LONGEST_TAG):
        starts = [match.start() for match in CELL_OR_ROW.finditer(text, max(0, len(text) - near))]
        if starts:
            return starts[-1]
    at = text.rfind(b"<")
    while at > 0 and text[at + 1 : at + 2] in (b"/", b""):
        at = text.rfind(b"<", 0, at)
    return max(at, 0)


def column_number(letters: bytes) -> int:
    """Return 1 for A, 27 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
