"""Reading a roster workbook: the guard first, then values by calamine."""

import io
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, islice
from operator import itemgetter
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
from apps.rosters.domain.rows import Problem
from apps.rosters.domain.sheet_cells import SheetCells
from apps.rosters.errors import TemplateMismatch, WorkbookRefused
from apps.rosters.kit.guard import GuardedWorkbook, open_workbook
from apps.rosters.kit.layout import Merged, SheetLayout

TOLD = 10
AT_ONCE = 200  # rows


@dataclass(frozen=True, slots=True)
class RosterWorkbook:
    """What a workbook holds: its roster sheets, cells that cannot be read for their form, and remarks on it."""

    sheets: dict[str, SheetCells]
    problems: list[Problem] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


def read_workbook(content: bytes, name: str = "") -> RosterWorkbook:
    """Return the roster sheets of an uploaded file.

    One sheet after the other, row by row: neither their XML nor all their cells ever stand in memory.

    :raises WorkbookRefused: it is no workbook, is dangerous, or holds formulas.
    :raises TemplateMismatch: sheets or columns are missing, or a sheet of ours is hidden.
    """
    opened = open_workbook(content, name)
    wanted = [sheet for sheet in SHEETS if sheet.name in opened.sheets]
    _check_sheets(opened, [sheet.name for sheet in wanted])
    with _calamine(content) as values:
        stamp = _stamp(opened, values)
        book = RosterWorkbook({}, [], _remarks(list(opened.sheets), stamp))
        for sheet in wanted:
            cells = _cells_of(sheet, opened, values, stamp, book)
            if cells is not None:
                book.sheets[sheet.name] = cells
    return book


def _cells_of(
    sheet: RosterSheet,
    opened: GuardedWorkbook,
    values: python_calamine.CalamineWorkbook,
    stamp: str,
    book: RosterWorkbook,
) -> SheetCells | None:
    """Return the cells of one sheet, ``None`` if it is empty; on return calamine has let go of its own copy of them."""
    rows = values.get_sheet_by_name(sheet.name)
    if not rows.height:
        return None
    taker = _SheetTaker(sheet, opened.sheets[sheet.name], rows, stamp)
    return taker.take(book, is_1904=opened.is_1904)


@contextmanager
def _calamine(content: bytes) -> Iterator[python_calamine.CalamineWorkbook]:
    """Open a workbook for its values; what goes wrong with it on the way is a refusal."""
    try:
        with python_calamine.load_workbook(io.BytesIO(content)) as book:
            yield book
    except (python_calamine.CalamineError, python_calamine.WorksheetNotFound, OSError, ValueError) as error:
        raise WorkbookRefused("工作簿已损坏，无法读取。请用 WPS 或 Excel 重新保存后再上传。") from error


class _SheetTaker:
    """Takes one worksheet: finds its head, looks at what stands beside the values, fills what is merged.

    The cells of calamine begin at the first column that says anything, ``_left``; places count from the first of all.
    """

    def __init__(
        self, sheet: RosterSheet, layout: SheetLayout, values: python_calamine.CalamineSheet, stamp: str
    ) -> None:
        self._sheet, self._layout = sheet, layout
        self._n_rows, self._left = (values.end or (0, 0))[0] + 1, (values.start or (0, 0))[1]
        self._rows = cast("Iterator[list[Cell]]", values.iter_rows())
        top = list(islice(self._rows, HEAD_WITHIN))
        at, heads = find_head(sheet, [[*[""] * self._left, *map(read_text, row)] for row in top])
        self._first_row = at + 1
        self._rows = chain(top[self._first_row :], self._rows)
        self._reading = read_heads(sheet, heads)
        _check_heads(sheet, self._reading, stamp)
        self._places = self._reading.places

    def take(self, book: RosterWorkbook, *, is_1904: bool) -> SheetCells:
        self._refuse_formulas()
        rows = self._unmerged(book)
        book.notices.extend(self._remarks())
        row_no = self._first_row + 1
        cells = SheetCells(self._sheet, self._places, row_no, is_1904, self._reading.reason_place)
        pick = itemgetter(*(place - self._left for place in self._places.values()))
        while batch := list(map(pick, islice(rows, AT_ONCE))):
            cells.add(batch, row_no)
            row_no += len(batch)
        return cells

    def _refuse_formulas(self) -> None:
        """Refuse formulas in what we read; a column of our own numbering, or a line above the head, may have them."""
        found, n = self._layout.formulas(self._places.values(), self._first_row)
        if n:
            some = "、".join(found[:TOLD]) + (f"等 {n} 处" if n > TOLD else "")
            raise WorkbookRefused(
                f"有单元格是公式，系统只收写定的内容：工作表“{self._sheet.name}”的 {some}。"
                "请选中这些单元格，复制后“选择性粘贴—数值”，再上传。"
            )

    def _unmerged(self, book: RosterWorkbook) -> Iterator[list[Cell]]:
        """Return the rows with every row of a cell merged downwards given its value.

        Cells merged sideways could mean anything: they are refused as their rows pass.
        """
        places = self._places.values()
        merged = [
            one
            for one in self._layout.merged
            if one.first_row >= self._first_row
            and any(one.first_column <= p <= one.last_column for p in places)
        ]
        down = [one.words for one in merged if one.first_column == one.last_column]
        if down:
            some = "、".join(down[:TOLD]) + (f"等 {len(down)} 处" if len(down) > TOLD else "")
            book.notices.append(
                f"工作表“{self._sheet.name}”有合并单元格（{some}），已按“每一行都是同样内容”读取，请核对。"
            )
        return self._spread(merged, book) if merged else self._rows

    def _spread(self, merged: Sequence[Merged], book: RosterWorkbook) -> Iterator[list[Cell]]:
        starts: dict[int, list[Merged]] = defaultdict(list)
        for one in merged:
            starts[one.first_row].append(one)
        held: list[tuple[Merged, Cell]] = []
        for row_no, row in enumerate(self._rows, self._first_row):
            for one in starts.get(row_no, ()):
                value = row[max(one.first_column - self._left, 0)]
                if one.first_column != one.last_column:
                    book.problems.append(self._merged_problem(one, value))
                else:
                    held.append((one, value))
            held = [(one, value) for one, value in held if row_no <= one.last_row]
            for one, value in held:
                row[one.first_column - self._left] = value
            yield row

    def _merged_problem(self, one: Merged, value: Cell) -> Problem:
        keys = {place: key for key, place in self._places.items()}
        key = next(keys[place] for place in keys if one.first_column <= place <= one.last_column)
        head = next(column.head for column in self._sheet.all_columns if column.key == key)
        reason = f"{one.words} 是横向合并的单元格，看不出各列的内容。请取消合并，逐格填写"
        return Problem(self._sheet.name, one.first_row + 1, head, read_text(value)[:200], reason)

    def _remarks(self) -> list[str]:
        title = self._sheet.name
        remarks = [
            f"工作表“{title}”的列“{head}”系统不认识，没有读取。" + (f"是不是“{alike}”？" if alike else "")
            for head, alike in self._reading.unknown
        ]
        rows = [n for n in self._layout.hidden_rows if self._first_row < n <= self._n_rows]
        if rows:
            some = "、".join(map(str, rows[:TOLD])) + (f"等 {len(rows)} 行" if len(rows) > TOLD else "")
            remarks.append(f"工作表“{title}”有隐藏的行（第 {some} 行，可能是筛选造成的），也一并读取了。")
        columns = [
            column.head
            for column in self._sheet.all_columns
            if self._places.get(column.key) in self._layout.hidden_columns
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


def _stamp(opened: GuardedWorkbook, values: python_calamine.CalamineWorkbook) -> str:
    """Return the version the template bears, empty if it bears none: out of sight, or on the guide."""
    if stamp := opened.defined_names.get(VERSION_NAME):
        return stamp
    guide = values.get_sheet_by_name(GUIDE_SHEET) if GUIDE_SHEET in opened.sheets else None
    top = guide.to_python(skip_empty_area=False, nrows=1) if guide else []
    seen = read_text(cast("Cell", top[0][0])) if top and top[0] else ""
    return seen if seen.startswith(VERSION_START) else ""


def _is_old(stamp: str) -> bool:
    return bool(stamp) and stamp != TEMPLATE_VERSION


def _remarks(names: list[str], stamp: str) -> list[str]:
    known = {sheet.name for sheet in SHEETS} | {GUIDE_SHEET}
    extra = [name for name in names if name not in known]
    remarks = [f"工作表“{'、'.join(extra[:TOLD])}”不是花名册的内容，没有读取。"] if extra else []
    if _is_old(stamp):
        remarks.append(f"这是“{stamp}”，现在的模板是“{TEMPLATE_VERSION}”。列名对得上，已照常读取。")
    return remarks
