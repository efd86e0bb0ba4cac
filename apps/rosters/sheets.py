"""Workbooks out: the template, the roster as a filled template, what a check found as a table."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from apps.organizations.domain.kinds import OrganizationKind
from apps.rosters.domain.columns import (
    GUIDE_SHEET,
    SHEETS,
    TEMPLATE_VERSION,
    VERSION_NAME,
    RosterColumn,
    RosterSheet,
)
from apps.rosters.kit.guard import MAX_ROWS
from apps.secretaries.domain.gender import Gender

HEAD_FILL = PatternFill("solid", fgColor="F3E9E7")
SAMPLE_FONT = Font(color="8A8A8A", italic=True)
LONGEST_LIST = 250  # characters of a list written into the rule itself; Excel takes no more
GUIDE = (
    "一、“党组织”表一行一个组织，“书记”表一行一个任职；带 * 的列必须填。",
    "二、表头不要改名、不要合并单元格；列的先后可以调换，不认识的列不读取。",
    "三、系统按编码认组织。编码已在系统里的，按这一行更新；不在的新增。工作簿里没有的组织保留不动，不会删除。",
    "四、只有一个根组织可以不填上级编码。上级可以写在同一张表里，先后不限。",
    "五、系统按“人员编号”“姓名＋手机”“姓名＋任职单位”“姓名＋出生年月”依次认人，同名的人请填手机或出生年月。",
    "六、同一党组织同一时间只有一位书记（主持工作的、第一书记也各一位）。换人时请把前任的免职日期填上。",
    "七、可不填的格子留空表示不改动系统里的内容。",
    "八、编码和手机请按文本填写（模板已设好），否则 Excel 会去掉开头的 0。不要用公式；从别处复制来的内容请“选择性粘贴—数值”。",
    f"九、每张表最多 {MAX_ROWS} 行。编码以“示例”开头的行自动跳过，可以不删。",
    "十、上传后先预检，不会改动系统；核对无误再确认导入。有错误时一行也不会导入。",
)


def template_workbook(fields: Iterable[str]) -> bytes:
    """Return the empty template: heads with comments, drop-down lists, one sample row per sheet, and the guide.

    ``fields`` are the labels of 领域 to choose from.
    """
    return _skeleton(tuple(fields), is_export=False)


def export_skeleton(fields: Iterable[str]) -> bytes:
    """Return the template without sample rows and with the columns that only an export has."""
    return _skeleton(tuple(fields), is_export=True)


@cache
def _skeleton(fields: tuple[str, ...], *, is_export: bool) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    choices = {"kind": _labels(OrganizationKind), "field": list(fields), "gender": _labels(Gender)}
    for sheet in SHEETS:
        page = book.create_sheet(sheet.name)
        columns = sheet.all_columns if is_export else sheet.columns
        _lay_out(page, columns, choices)
        if not is_export:
            _write_sample(page, sheet)
    _write_guide(book)
    book.properties.title = TEMPLATE_VERSION
    book.properties.creator = "述评考"
    book.defined_names[VERSION_NAME] = DefinedName(
        VERSION_NAME, attr_text=f'"{TEMPLATE_VERSION}"', hidden=True
    )
    book.custom_doc_props.append(  # type: ignore[attr-defined]  # newer than its types
        StringProperty(name=VERSION_NAME, value=TEMPLATE_VERSION)
    )
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _labels(labels: Iterable[Any]) -> list[str]:
    return [one.label for one in labels]


def _lay_out(page: Worksheet, columns: Sequence[RosterColumn], choices: Mapping[str, Sequence[str]]) -> None:
    page.freeze_panes = "A2"
    page.row_dimensions[1].height = 24
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", 9
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.print_title_rows = "1:1"
    for number, column in enumerate(columns, start=1):
        letter = get_column_letter(number)
        page.column_dimensions[letter].width = column.width
        page.column_dimensions[letter].number_format = "@"
        head = page.cell(1, number, column.title)
        head.font = Font(bold=True, color="9D2420" if column.is_required else "24201C")
        head.fill, head.alignment = HEAD_FILL, Alignment(horizontal="center", vertical="center")
        head.comment = Comment(column.hint, "述评考", height=110, width=260)
        if column.key in choices:
            _offer(page, column, letter, choices[column.key])


def _write_sample(page: Worksheet, sheet: RosterSheet) -> None:
    for number, column in enumerate(sheet.columns, start=1):
        sample = page.cell(2, number, column.sample)
        sample.font, sample.number_format = SAMPLE_FONT, "@"


def _offer(page: Worksheet, column: RosterColumn, letter: str, labels: Sequence[str]) -> None:
    """Offer a list, unless it is longer than a rule can hold: then the check of the upload is the only one."""
    listed = ",".join(labels)
    if len(listed) > LONGEST_LIST:
        return
    offered = DataValidation("list", formula1=f'"{listed}"', allow_blank=not column.is_required)
    offered.error, offered.errorTitle = f"请从列表中选择{column.head}。", "没有这一项"
    page.add_data_validation(offered)
    offered.add(f"{letter}2:{letter}{MAX_ROWS + 1}")


def _write_guide(book: Workbook) -> None:
    guide = book.create_sheet(GUIDE_SHEET)
    guide.column_dimensions["A"].width = 100
    guide["A1"] = TEMPLATE_VERSION
    guide["A1"].font = Font(bold=True, size=14)
    for row, line in enumerate(GUIDE, start=2):
        guide.cell(row, 1, line).alignment = Alignment(wrap_text=True, vertical="top")
