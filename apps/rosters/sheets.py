"""Workbooks out: the empty template, and the uploaded rows with what is wrong in red."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from apps.organizations.domain.kinds import Field, OrganizationKind
from apps.rosters.domain.columns import (
    ERROR_COLUMN,
    GUIDE_SHEET,
    SHEETS,
    TEMPLATE_VERSION,
    RosterColumn,
    RosterSheet,
    plain_head,
)
from apps.rosters.domain.rows import Problem
from apps.rosters.kit.guard import MAX_ROWS
from apps.rosters.kit.workbook import RosterWorkbook
from apps.secretaries.domain.gender import Gender

HEAD_FILL = PatternFill("solid", fgColor="F3E9E7")
WRONG_FILL = PatternFill("solid", fgColor="F8B4AE")
SAMPLE_FONT = Font(color="8A8A8A", italic=True)
CHOICES = {"kind": OrganizationKind, "field": Field, "gender": Gender}
GUIDE = (
    "一、“党组织”表一行一个组织，“书记”表一行一个任职；带 * 的列必须填。",
    "二、表头不要改名、不要合并单元格；列的先后可以调换，不认识的列不读取。",
    "三、系统按编码认组织。编码已在系统里的，按这一行更新；不在的新增。工作簿里没有的组织保留不动，不会删除。",
    "四、只有一个根组织可以不填上级编码。上级可以写在同一张表里，先后不限。",
    "五、系统按“姓名＋手机”“姓名＋任职单位”“姓名＋出生年月”依次认人，同名的人请填手机或出生年月。",
    "六、可不填的格子留空表示不改动系统里的内容。",
    "七、不要用公式；从别处复制来的内容请“选择性粘贴—数值”。",
    f"八、每张表最多 {MAX_ROWS} 行。编码以“示例”开头的行自动跳过，可以不删。",
    "九、上传后先预检，不会改动系统；核对无误再确认导入。有错误时一行也不会导入。",
)


def template_workbook() -> bytes:
    """Return the empty template: heads with comments, drop-down lists, one sample row per sheet, and the guide."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in SHEETS:
        _template_sheet(book.create_sheet(sheet.name), sheet)
    guide = book.create_sheet(GUIDE_SHEET)
    guide.column_dimensions["A"].width = 100
    guide["A1"] = TEMPLATE_VERSION
    guide["A1"].font = Font(bold=True, size=14)
    for row, line in enumerate(GUIDE, start=2):
        guide.cell(row, 1, line).alignment = Alignment(wrap_text=True)
    book.properties.title = TEMPLATE_VERSION
    return _bytes(book)


def _template_sheet(page: Worksheet, sheet: RosterSheet) -> None:
    page.freeze_panes = "A2"
    for number, column in enumerate(sheet.columns, start=1):
        letter = get_column_letter(number)
        page.column_dimensions[letter].width = column.width
        page.column_dimensions[letter].number_format = "@"
        head = page.cell(1, number, column.title)
        head.font = Font(bold=True, color="9D2420" if column.is_required else "24201C")
        head.fill = HEAD_FILL
        head.comment = Comment(column.hint, "述评考", height=110, width=260)
        sample = page.cell(2, number, column.sample)
        sample.font, sample.number_format = SAMPLE_FONT, "@"
        _offer_choices(page, column, letter)


def _offer_choices(page: Worksheet, column: RosterColumn, letter: str) -> None:
    if column.key not in CHOICES:
        return
    labels = ",".join(one.label for one in CHOICES[column.key])
    offered = DataValidation("list", formula1=f'"{labels}"', allow_blank=not column.is_required)
    offered.error, offered.errorTitle = f"请从列表中选择{column.head}。", "没有这一项"
    page.add_data_validation(offered)
    offered.add(f"{letter}2:{letter}{MAX_ROWS + 1}")


def error_workbook(book: RosterWorkbook, problems: Iterable[Problem]) -> bytes:
    """Return the uploaded rows as they were, wrong cells red, with one more column that says why.

    All rows are in it, so the corrected file can be uploaded as it is; the extra column is ignored then.
    """
    by_row: dict[tuple[str, int], list[Problem]] = defaultdict(list)
    for problem in problems:
        by_row[problem.sheet, problem.row_no].append(problem)
    out = Workbook(write_only=True)
    for name, cells in book.sheets.items():
        page = out.create_sheet(name)
        page.freeze_panes = "A2"
        heads = book.heads[name]
        kept = [place for place, head in enumerate(heads) if plain_head(head) != ERROR_COLUMN]
        page.append([_head(page, heads[place]) for place in kept] + [_head(page, ERROR_COLUMN)])
        for row_no, row in cells.rows:
            page.append(
                _error_row(
                    page,
                    [row[p] if p < len(row) else None for p in kept],
                    [heads[p] for p in kept],
                    by_row.get((name, row_no)),
                )
            )
    return _bytes(out)


def _error_row(
    page: Any, row: Sequence[Any], heads: Sequence[str], problems: list[Problem] | None
) -> list[Any]:
    if not problems:
        return [_plain(page, value) for value in row]
    wrong = {problem.column for problem in problems}
    line = [
        _filled(page, value) if plain_head(head) in wrong else _plain(page, value)
        for value, head in zip(row, heads, strict=True)
    ]
    reasons = "；".join(f"{problem.column}：{problem.reason}" for problem in problems)
    return [*line, _filled(page, reasons)]


def _head(page: Any, text: str) -> Any:
    cell = WriteOnlyCell(page, value=ILLEGAL_CHARACTERS_RE.sub("", text))
    cell.data_type, cell.font, cell.fill = "s", Font(bold=True), HEAD_FILL
    return cell


def _filled(page: Any, value: Any) -> Any:
    cell = WriteOnlyCell(page)
    cell.value = _value(value)
    if isinstance(cell.value, str):
        cell.data_type = "s"
    cell.fill = WRONG_FILL
    return cell


def _plain(page: Any, value: Any) -> Any:
    """Return a value for an unstyled cell; text that looks like a formula stays text."""
    plain = _value(value)
    if isinstance(plain, str) and plain.startswith("="):
        cell = WriteOnlyCell(page, value=plain)
        cell.data_type = "s"
        return cell
    return plain


def _value(value: Any) -> Any:
    if isinstance(value, str):
        return ILLEGAL_CHARACTERS_RE.sub("", value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _bytes(book: Workbook) -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()
