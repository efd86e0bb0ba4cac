"""Reading a workbook of figures: the guard first, then values by calamine."""

import io
from collections.abc import Sequence

import python_calamine

from apps.assessments.domain.checking import FigureCells
from apps.assessments.domain.columns import (
    GUIDE_SHEET,
    KEY_HEAD,
    SHEET,
    TEMPLATE_VERSION,
    ComponentColumns,
    Part,
    cycle_stamp,
    read_heads,
)
from apps.rosters.domain.cells import Cell, read_text
from apps.rosters.errors import TemplateMismatch, WorkbookRefused
from apps.rosters.kit.guard import open_guarded

TOLD = 10
AGAIN = "请在“表格导入”页重新下载表格，把内容填进去再上传。"
Grid = list[Sequence[Cell]]


def read_figure_workbook(content: bytes, cycle_id: int, columns: Sequence[ComponentColumns]) -> FigureCells:
    """Return the cells of an uploaded workbook of figures of this cycle.

    :raises WorkbookRefused: it is no workbook, is dangerous, or holds formulas.
    :raises TemplateMismatch: it is no workbook of figures, of another cycle, an old template, or lacks columns.
    """
    layouts = open_guarded(content)
    missing = [name for name in (SHEET, GUIDE_SHEET) if name not in layouts]
    if missing:
        raise TemplateMismatch(f"工作簿里没有“{missing[0]}”工作表。{AGAIN}")
    found, n = layouts[SHEET].formulas()
    if n:
        raise WorkbookRefused(
            f"有单元格是公式，系统只收写定的内容：{'、'.join(found[:TOLD])}。请选中这些单元格，复制后“选择性粘贴—数值”，再上传。"
        )
    sheet, guide = _grids(content)
    _check_stamp(guide, cycle_id)
    heads = [read_text(cell) for cell in sheet[0]] if sheet else []
    _check_heads(heads, columns)
    return FigureCells(heads, sheet[1:])


def _grids(content: bytes) -> tuple[Grid, Grid]:
    try:
        with python_calamine.load_workbook(io.BytesIO(content)) as book:
            grids: list[Grid] = [
                [*book.get_sheet_by_name(name).to_python(skip_empty_area=False)]
                for name in (SHEET, GUIDE_SHEET)
            ]
    except (python_calamine.CalamineError, python_calamine.WorksheetNotFound, OSError, ValueError) as error:
        raise WorkbookRefused("工作簿已损坏，无法读取。请用 WPS 或 Excel 重新保存后再上传。") from error
    return grids[0], grids[1]


def _check_stamp(guide: Grid, cycle_id: int) -> None:
    """Check the first two lines of the guide: the version of the template, and the cycle it was made for."""
    lines = [read_text(row[0]) if row else "" for row in guide[:2]]
    version, cycle = (*lines, "", "")[:2]
    if version != TEMPLATE_VERSION:
        told = f"这是旧的表格（{version}）" if version else "这份表格没有版本标记"
        raise TemplateMismatch(f"{told}，现在用的是“{TEMPLATE_VERSION}”，没有读取。{AGAIN}")
    if cycle != cycle_stamp(cycle_id):
        raise TemplateMismatch(f"这份表格是另一个周期的（{cycle or '没有周期标记'}），没有读取。{AGAIN}")


def _check_heads(heads: Sequence[str], columns: Sequence[ComponentColumns]) -> None:
    reading = read_heads(heads, columns)
    if reading.repeated:
        raise TemplateMismatch(
            f"有重复的列：{'、'.join(reading.repeated)}。请删去多余的一列，或重新下载表格后再上传。"
        )
    wanted = [one.head(Part.VALUE) for one in columns]
    if reading.key is None:
        raise TemplateMismatch(f"缺少“{KEY_HEAD}”列，系统认不出每一行是谁。第一行应是表头。{AGAIN}")
    if not any(part is Part.VALUE for _, part in reading.parts):
        raise TemplateMismatch(f"没有要导入的列（{'、'.join(wanted)}）。第一行应是表头。{AGAIN}")
