"""The uploaded workbook itself with what is wrong in red: only the cells spoken of and one column of reasons are touched.

Other sheets, widths, lists, comments and whatever people typed stay as they are, byte for byte where a part is not changed.
"""

import io
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from defusedxml.ElementTree import fromstring
from lxml import etree
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from apps.rosters.domain.columns import ERROR_COLUMN, SHEETS
from apps.rosters.domain.rows import Problem
from apps.rosters.domain.sheet_cells import SheetCells
from apps.rosters.kit.guard import WORKBOOK, WORKBOOK_RELATIONS, part_name
from apps.rosters.kit.layout import column_number
from apps.rosters.kit.styles import Styles, parse, serialized

STYLES = "xl/styles.xml"
REASON_WIDTH = 60  # characters
SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def mark_workbook(content: bytes, sheets: Mapping[str, SheetCells], problems: Iterable[Problem]) -> bytes:
    """Return the workbook with the cells of ``problems`` red and their reasons in the column 错误原因.

    Marks of an earlier round are taken away. ``content`` has passed the guard, ``sheets`` says where its columns stand.
    """
    by_sheet: dict[str, list[Problem]] = defaultdict(list)
    for problem in problems:
        by_sheet[problem.sheet].append(problem)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        changed = _changed_parts(old, sheets, by_sheet)
        for info in old.infolist():
            new.writestr(info.filename, changed.get(info.filename) or old.read(info), compresslevel=4)
    return out.getvalue()


def _changed_parts(
    archive: zipfile.ZipFile, sheets: Mapping[str, SheetCells], by_sheet: Mapping[str, Sequence[Problem]]
) -> dict[str, bytes]:
    styles = Styles(archive.read(STYLES)) if STYLES in archive.namelist() else None
    changed = {}
    for title, part in _parts(archive).items():
        cells, problems = sheets.get(title), by_sheet.get(title, [])
        if cells is not None and (problems or cells.reason_place is not None):
            changed[part] = _Marker(archive.read(part), cells, title, styles).mark(problems)
    if styles is not None and changed:
        changed[STYLES] = styles.body()
    return changed


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the part of each worksheet."""
    targets = {
        one.get("Id"): str(one.get("Target", "")) for one in fromstring(archive.read(WORKBOOK_RELATIONS))
    }
    parts = {}
    for sheet in parse(archive.read(WORKBOOK)).iter("{*}sheet"):
        relation = next((v for k, v in sheet.attrib.items() if k.endswith("}id")), "")
        parts[sheet.get("name", "")] = part_name(targets.get(relation, ""))
    return parts


class _Marker:
    """Marks one worksheet."""

    def __init__(self, body: bytes, cells: SheetCells, title: str, styles: Styles | None) -> None:
        self._root, self._cells, self._styles = parse(body), cells, styles
        self._namespace = etree.QName(self._root).namespace
        self._rows = {_row_no(row): row for row in self._root.iterfind("{*}sheetData/{*}row") if len(row)}
        columns = next(sheet for sheet in SHEETS if sheet.name == title).all_columns
        self._places = {column.head: cells.places.get(column.key, -1) for column in columns}

    def mark(self, problems: Sequence[Problem]) -> bytes:
        reason_place = self._cells.reason_place
        if reason_place is None:
            reason_place = max(map(_last_place, self._rows.values()), default=0) + 1
            self._widen(reason_place)
        else:
            self._clear(reason_place)
        head_row = self._cells.first_row_no - 1
        if head_row in self._rows:
            head = self._cell(self._rows[head_row], head_row, reason_place)
            self._write(head, ERROR_COLUMN, self._style_of(self._rows[head_row][0]))
        by_row: dict[int, list[Problem]] = defaultdict(list)
        for problem in problems:
            by_row[problem.row_no].append(problem)
        for row_no, own in by_row.items():
            if row_no in self._rows:
                self._mark_row(self._rows[row_no], row_no, own, reason_place)
        return serialized(self._root)

    def _mark_row(self, row: Any, row_no: int, problems: Sequence[Problem], reason_place: int) -> None:
        for place in {self._places.get(problem.column, -1) for problem in problems} - {-1}:
            cell = self._cell(row, row_no, place)
            if self._styles is not None:
                cell.set("s", str(self._styles.red(self._style_of(cell))))
        reasons = "；".join(f"{problem.column}：{problem.reason}" for problem in problems)
        style = self._styles.red(0, is_wrapped=True) if self._styles else 0
        self._write(self._cell(row, row_no, reason_place), reasons, style)

    def _cell(self, row: Any, row_no: int, place: int) -> Any:
        """Return the cell of a row at a column counted from nought; a missing one is put in its order."""
        at = len(row)
        for n, cell in enumerate(row):
            here = _place_of(cell)
            if here == place:
                return cell
            if here > place:
                at = n
                break
        made = etree.Element(f"{{{self._namespace}}}c", r=f"{column_letters(place)}{row_no}")
        row.insert(at, made)
        row.attrib.pop("spans", None)
        return made

    def _write(self, cell: Any, text: str, style: int) -> None:
        for child in list(cell):
            cell.remove(child)
        cell.set("t", "inlineStr")
        cell.set("s", str(style))
        words = etree.SubElement(
            etree.SubElement(cell, f"{{{self._namespace}}}is"), f"{{{self._namespace}}}t"
        )
        words.text = ILLEGAL_CHARACTERS_RE.sub("", text)
        words.set(SPACE, "preserve")

    def _clear(self, reason_place: int) -> None:
        """Take away the reasons and the red of an earlier round."""
        for row_no, row in self._rows.items():
            if row_no < self._cells.first_row_no:
                continue
            for cell in list(row):
                if _place_of(cell) == reason_place:
                    row.remove(cell)
                elif self._styles is not None and (number := self._style_of(cell)):
                    cell.set("s", str(self._styles.plain(number)))

    def _style_of(self, cell: Any) -> int:
        number = cell.get("s", "0")
        return int(number) if number.isdecimal() else 0

    def _widen(self, place: int) -> None:
        """Give the new column a width, unless the sheet has said something about it."""
        data = self._root.find("{*}sheetData")
        columns = self._root.find("{*}cols")
        if columns is None:
            columns = etree.Element(f"{{{self._namespace}}}cols")
            data.addprevious(columns)
        number = place + 1
        at = len(columns)
        for n, one in enumerate(columns):
            if int(one.get("min", 0)) <= number <= int(one.get("max", 0)):
                return
            if int(one.get("min", 0)) > number:
                at = n
                break
        wide = etree.Element(
            f"{{{self._namespace}}}col", min=str(number), max=str(number), width=str(REASON_WIDTH), customWidth="1"
        )  # fmt: skip
        columns.insert(at, wide)


def column_letters(place: int) -> str:
    """Return ``A`` for 0, ``AA`` for 26."""
    letters, number = "", place + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _place_of(cell: Any) -> int:
    return column_number(cell.get("r", "").rstrip("0123456789").encode()) - 1


def _last_place(row: Any) -> int:
    return _place_of(row[-1])


def _row_no(row: Any) -> int:
    """Return the number of a row that has cells; some programs leave it to the cells."""
    number = row.get("r") or (row[0].get("r", "0") if len(row) else "0").lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return int(number) if number.isdecimal() else 0
