"""Reading a roster workbook: the guard first, then values by calamine."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import python_calamine

from apps.rosters.domain.cells import Cell, read_text
from apps.rosters.domain.columns import (
    GUIDE_SHEET,
    SHEETS,
    TEMPLATE_VERSION,
    HeadReading,
    RosterSheet,
    read_heads,
)
from apps.rosters.domain.rows import SheetCells
from apps.rosters.errors import TemplateMismatch, WorkbookRefused
from apps.rosters.kit.guard import formula_cells, open_guarded

TOLD = 10


@dataclass(frozen=True, slots=True)
class RosterWorkbook:
    """What a workbook holds: its roster sheets, their rows as they were (for the error workbook), and remarks on its form."""

    sheets: dict[str, SheetCells]
    heads: dict[str, list[str]]
    notices: list[str]


def read_workbook(content: bytes) -> RosterWorkbook:
    """Return the roster sheets of an uploaded file.

    :raises WorkbookRefused: it is no workbook, is dangerous, or holds formulas.
    :raises TemplateMismatch: sheets or columns are missing.
    """
    bodies = open_guarded(content)
    wanted = {sheet.name: sheet for sheet in SHEETS if sheet.name in bodies}
    if not wanted:
        names = "、".join(list(bodies)[:TOLD]) or "无"
        raise TemplateMismatch(
            f"工作簿里没有“党组织”或“书记”工作表（现有：{names}）。请下载模板，把内容填进模板里。"
        )
    _refuse_formulas({name: bodies[name] for name in wanted})
    grids = _grids(content, [*wanted, *([GUIDE_SHEET] if GUIDE_SHEET in bodies else [])])
    notices = _remarks(list(bodies), grids.pop(GUIDE_SHEET, None))
    sheets, heads = {}, {}
    for name in [one for one in wanted if grids[one]]:
        heads[name] = [read_text(cell) for cell in grids[name][0]]
        places, remarks = _places(wanted[name], read_heads(wanted[name], heads[name]))
        sheets[name] = SheetCells(places, list(enumerate(grids[name][1:], start=2)))
        notices += remarks
    return RosterWorkbook(sheets, heads, notices)


def _refuse_formulas(bodies: dict[str, bytes]) -> None:
    found = {name: cells for name, body in bodies.items() if (cells := formula_cells(body))}
    if found:
        where = "；".join(f"工作表“{name}”的 {'、'.join(cells)}" for name, cells in found.items())
        raise WorkbookRefused(
            f"有单元格是公式，系统只收写定的内容：{where}。请选中这些单元格，复制后“选择性粘贴—数值”，再上传。"
        )


def _grids(content: bytes, names: list[str]) -> dict[str, list[Sequence[Cell]]]:
    try:
        with python_calamine.load_workbook(io.BytesIO(content)) as book:
            return {name: [*book.get_sheet_by_name(name).to_python(skip_empty_area=False)] for name in names}
    except (python_calamine.CalamineError, python_calamine.WorksheetNotFound, OSError, ValueError) as error:
        raise WorkbookRefused("工作簿已损坏，无法读取。请用 WPS 或 Excel 重新保存后再上传。") from error


def _places(sheet: RosterSheet, reading: HeadReading) -> tuple[dict[str, int], list[str]]:
    if reading.missing:
        raise TemplateMismatch(
            f"工作表“{sheet.name}”缺少列：{'、'.join(reading.missing)}。第一行应是表头，请下载模板核对列名后再上传。"
        )
    if reading.repeated:
        raise TemplateMismatch(
            f"工作表“{sheet.name}”有重复的列：{'、'.join(reading.repeated)}。请删去多余的一列再上传。"
        )
    remarks = [
        f"工作表“{sheet.name}”的列“{head}”系统不认识，没有读取。" + (f"是不是“{alike}”？" if alike else "")
        for head, alike in reading.unknown
    ]
    return reading.places, remarks


def _remarks(names: list[str], guide: list[Sequence[Cell]] | None) -> list[str]:
    known = {sheet.name for sheet in SHEETS} | {GUIDE_SHEET}
    extra = [name for name in names if name not in known]
    remarks = [f"工作表“{'、'.join(extra[:TOLD])}”不是花名册的内容，没有读取。"] if extra else []
    stamp = read_text(guide[0][0]) if guide and guide[0] else ""
    if stamp and stamp != TEMPLATE_VERSION:
        remarks.append(f"这是“{stamp}”，现在的模板是“{TEMPLATE_VERSION}”。列名对得上，已照常读取。")
    return remarks
