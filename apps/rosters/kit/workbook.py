"""Reading a roster workbook: the guard first, then values by calamine."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

import python_calamine

from apps.rosters.domain.cells import Cell, read_text
from apps.rosters.domain.columns import (
    GUIDE_SHEET,
    HEAD_WITHIN,
    SHEETS,
    TEMPLATE_VERSION,
    VERSION_NAME,
    VERSION_START,
    HeadReading,
    RosterSheet,
    find_head,
    read_heads,
)
from apps.rosters.domain.rows import Problem, SheetCells
from apps.rosters.errors import TemplateMismatch, WorkbookRefused
from apps.rosters.kit.guard import GuardedWorkbook, column_number, formula_cells, open_workbook
from apps.rosters.kit.layout import Merged, hidden_columns, hidden_rows, merged_ranges

TOLD = 10
MOST_FORMULAS = 1_000
Grid = list[list[Cell]]


@dataclass(frozen=True, slots=True)
class RosterWorkbook:
    """What a workbook holds: its roster sheets, cells that cannot be read for their form, and remarks on it."""

    sheets: dict[str, SheetCells]
    problems: list[Problem] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


def read_workbook(content: bytes, name: str = "") -> RosterWorkbook:
    """Return the roster sheets of an uploaded file.

    :raises WorkbookRefused: it is no workbook, is dangerous, or holds formulas.
    :raises TemplateMismatch: sheets or columns are missing, or a sheet of ours is hidden.
    """
    opened = open_workbook(content, name)
    wanted = {sheet.name: sheet for sheet in SHEETS if sheet.name in opened.sheets}
    _check_sheets(opened, list(wanted))
    grids = _grids(content, [*wanted, *([GUIDE_SHEET] if GUIDE_SHEET in opened.sheets else [])])
    stamp = _stamp(opened, grids.pop(GUIDE_SHEET, None))
    book = RosterWorkbook({}, [], _remarks(list(opened.sheets), stamp))
    for title, grid in grids.items():
        if grid:
            _SheetTaker(wanted[title], opened.sheets[title], grid, stamp).take(book, is_1904=opened.is_1904)
    return book


class _SheetTaker:
    """Takes one worksheet: finds its head, looks at what stands beside the values, fills what is merged."""

    def __init__(self, sheet: RosterSheet, body: bytes, grid: Grid, stamp: str) -> None:
        self._sheet, self._body, self._grid = sheet, body, grid
        top = [[read_text(cell) for cell in row] for row in grid[:HEAD_WITHIN]]
        at, heads = find_head(sheet, top)
        self._first_row = at + 1
        reading = read_heads(sheet, heads)
        _check_heads(sheet, reading, stamp)
        self._places, self._unknown, self._reason_place = (
            reading.places,
            reading.unknown,
            reading.reason_place,
        )

    def take(self, book: RosterWorkbook, *, is_1904: bool) -> None:
        self._refuse_formulas()
        self._fill_merged(book)
        book.notices.extend(self._remarks())
        rows = self._grid[self._first_row :]
        book.sheets[self._sheet.name] = SheetCells(
            self._places, rows, self._first_row + 1, is_1904, self._reason_place
        )

    def _refuse_formulas(self) -> None:
        """Refuse formulas in what we read; a column of our own numbering, or a line above the head, may have them."""
        places = set(self._places.values())
        found = [
            cell
            for cell in formula_cells(self._body, MOST_FORMULAS)
            if cell == "?" or (_column_of(cell) in places and _row_of(cell) >= self._first_row)
        ]
        if found:
            some = "、".join(found[:TOLD]) + (f"等 {len(found)} 处" if len(found) > TOLD else "")
            raise WorkbookRefused(
                f"有单元格是公式，系统只收写定的内容：工作表“{self._sheet.name}”的 {some}。"
                "请选中这些单元格，复制后“选择性粘贴—数值”，再上传。"
            )

    def _fill_merged(self, book: RosterWorkbook) -> None:
        """Give every row of a cell merged downwards its value; cells merged sideways could mean anything and are refused."""
        heads = {place: key for key, place in self._places.items()}
        filled = []
        for one in merged_ranges(self._body):
            columns = [column for column in heads if one.first_column <= column <= one.last_column]
            if one.first_row < self._first_row or not columns:
                continue
            if one.first_column != one.last_column:
                book.problems.append(self._merged_problem(one, heads[columns[0]]))
                continue
            filled.append(one.words)
            self._spread(one)
        if filled:
            some = "、".join(filled[:TOLD]) + (f"等 {len(filled)} 处" if len(filled) > TOLD else "")
            book.notices.append(
                f"工作表“{self._sheet.name}”有合并单元格（{some}），已按“每一行都是同样内容”读取，请核对。"
            )

    def _spread(self, one: Merged) -> None:
        value = self._value(one)
        for row in self._grid[one.first_row : one.last_row + 1]:
            if one.first_column < len(row):
                row[one.first_column] = value

    def _value(self, one: Merged) -> Cell:
        row = self._grid[one.first_row] if one.first_row < len(self._grid) else []
        return row[one.first_column] if one.first_column < len(row) else None

    def _merged_problem(self, one: Merged, key: str) -> Problem:
        head = next(column.head for column in self._sheet.all_columns if column.key == key)
        reason = f"{one.words} 是横向合并的单元格，看不出各列的内容。请取消合并，逐格填写"
        return Problem(self._sheet.name, one.first_row + 1, head, read_text(self._value(one))[:200], reason)

    def _remarks(self) -> list[str]:
        title = self._sheet.name
        remarks = [
            f"工作表“{title}”的列“{head}”系统不认识，没有读取。" + (f"是不是“{alike}”？" if alike else "")
            for head, alike in self._unknown
        ]
        rows = [n for n in hidden_rows(self._body) if self._first_row < n <= len(self._grid)]
        if rows:
            some = "、".join(map(str, rows[:TOLD])) + (f"等 {len(rows)} 行" if len(rows) > TOLD else "")
            remarks.append(f"工作表“{title}”有隐藏的行（第 {some} 行，可能是筛选造成的），也一并读取了。")
        columns = [
            column.head
            for column in self._sheet.all_columns
            if self._places.get(column.key) in hidden_columns(self._body)
        ]
        if columns:
            remarks.append(f"工作表“{title}”有隐藏的列（{'、'.join(columns)}），也一并读取了。")
        return remarks


def _check_sheets(opened: GuardedWorkbook, wanted: Sequence[str]) -> None:
    if not wanted:
        names = "、".join(list(opened.sheets)[:TOLD]) or "无"
        raise TemplateMismatch(
            f"工作簿里没有“党组织”或“书记”工作表（现有：{names}）。请下载模板，把内容填进模板里。"
        )
    if hidden := [name for name in wanted if name in opened.hidden]:
        raise TemplateMismatch(
            f"工作表“{'、'.join(hidden)}”是隐藏的，系统不读看不见的内容。请取消隐藏，核对后再上传；用不着的请删除。"
        )


def _grids(content: bytes, names: list[str]) -> dict[str, Grid]:
    try:
        with python_calamine.load_workbook(io.BytesIO(content)) as book:
            grids = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in names}
            return cast("dict[str, Grid]", grids)
    except (python_calamine.CalamineError, python_calamine.WorksheetNotFound, OSError, ValueError) as error:
        raise WorkbookRefused("工作簿已损坏，无法读取。请用 WPS 或 Excel 重新保存后再上传。") from error


def _check_heads(sheet: RosterSheet, reading: HeadReading, stamp: str) -> None:
    if reading.missing:
        old = f"这是旧模板“{stamp}”，现在的是“{TEMPLATE_VERSION}”。" if _is_old(stamp) else ""
        raise TemplateMismatch(
            f"{old}工作表“{sheet.name}”缺少列：{'、'.join(reading.missing)}。"
            f"前 {HEAD_WITHIN} 行里应有一行是表头，请下载模板核对列名后再上传。"
        )
    if reading.repeated:
        raise TemplateMismatch(
            f"工作表“{sheet.name}”有重复的列：{'、'.join(reading.repeated)}。请删去多余的一列再上传。"
        )


def _stamp(opened: GuardedWorkbook, guide: Grid | None) -> str:
    """Return the version the template bears, empty if it bears none: out of sight, or on the guide."""
    seen = read_text(guide[0][0]) if guide and guide[0] else ""
    return opened.defined_names.get(VERSION_NAME) or (seen if seen.startswith(VERSION_START) else "")


def _is_old(stamp: str) -> bool:
    return bool(stamp) and stamp != TEMPLATE_VERSION


def _remarks(names: list[str], stamp: str) -> list[str]:
    known = {sheet.name for sheet in SHEETS} | {GUIDE_SHEET}
    extra = [name for name in names if name not in known]
    remarks = [f"工作表“{'、'.join(extra[:TOLD])}”不是花名册的内容，没有读取。"] if extra else []
    if _is_old(stamp):
        remarks.append(f"这是“{stamp}”，现在的模板是“{TEMPLATE_VERSION}”。列名对得上，已照常读取。")
    return remarks


def _column_of(address: str) -> int:
    return column_number(address.rstrip("0123456789").encode()) - 1


def _row_of(address: str) -> int:
    """Return the row, counted from nought."""
    return int(address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) - 1
