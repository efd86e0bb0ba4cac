"""Workbooks of figures out: what is there and what is to be filled in, and the uploaded rows with what is wrong in red."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from apps.assessments.domain.checking import FigureCells
from apps.assessments.domain.columns import (
    ERROR_HEAD,
    FIXED_HEADS,
    GUIDE_SHEET,
    KEY_HEAD,
    NAME_HEAD,
    ORGANIZATION_HEAD,
    SHEET,
    TEMPLATE_VERSION,
    ComponentColumns,
    Part,
    cycle_stamp,
    key_of,
    plain_head,
    read_heads,
)
from apps.assessments.domain.figures import LARGEST, LONGEST_SOURCE
from apps.assessments.domain.plan import Present, Problem

HEAD_FILL = PatternFill("solid", fgColor="F3E9E7")
LOCKED_FILL = PatternFill("solid", fgColor="F1EFEC")
WRONG_FILL = PatternFill("solid", fgColor="F8B4AE")
FREE = Protection(locked=False)
HEAD_PLACE = Alignment(horizontal="center", vertical="center", wrap_text=True)
FORMULA_STARTS = ("=", "+", "-", "@")
WIDTHS = {KEY_HEAD: 12, NAME_HEAD: 12, ORGANIZATION_HEAD: 32, ERROR_HEAD: 48}
PART_WIDTHS = {Part.VALUE: 12, Part.OUT_OF: 10, Part.SOURCE: 30, Part.VERSION: 8}
GUIDE = (
    "一、一行一个述职对象，灰色的列（编号、姓名、党组织）不要改动，系统按编号认人。",
    "二、只填得分（或名次）和依据；满分已按方案填好，与方案不同时可以改。",
    "三、没有的格子留空，表示不改动系统里的内容；没有录入就是缺，不会按 0 分计。",
    "四、得分填数字，最多两位小数，不带“分”字；依据写文号或考核通报名称，最多 200 字。",
    "五、不要用公式；从别处复制来的内容请“选择性粘贴—数值”。",
    "六、不要增加列；行可以删去，不要增加别的人。",
    "七、上传后先预检，不会改动系统；核对无误再确认导入。有一处错误，一行也不会导入。",
    "八、您下载之后别人改过的格子，系统会指出来，不会悄悄覆盖。",
)


def figures_workbook(present: Present, *, title: str, only: Iterable[int] | None = None) -> bytes:
    """Return the workbook of a cycle with everything that is stored; empty cells are to be filled in.

    ``only`` names the reviewees to list; ``None``: all. What is exported is imported again as unchanged.
    """
    heads = [*FIXED_HEADS, *(one.head(part) for one in present.columns for part in Part)]
    wanted = None if only is None else set(only)
    rows = [_row(present, one) for one in present.people if wanted is None or one in wanted]
    book = Workbook()
    page = book.worksheets[0]
    _fill(page, heads, rows, present)
    _guide(book, present.cycle_id, title)
    return _bytes(book)


def error_workbook(cells: FigureCells, problems: Iterable[Problem], present: Present, *, title: str) -> bytes:
    """Return the uploaded rows as they were, wrong cells red, with one more column that says why.

    All rows are in it with the present versions, so the corrected file can be uploaded as it is; the extra column is ignored.
    """
    kept = [place for place, head in enumerate(cells.heads) if plain_head(head) != ERROR_HEAD]
    heads = [cells.heads[place] for place in kept]
    rows = [[row[place] if place < len(row) else None for place in kept] for row in cells.rows]
    _renew_versions(heads, rows, present)
    by_row: dict[int, list[Problem]] = defaultdict(list)
    for problem in problems:
        by_row[problem.row_no].append(problem)
    reasons = [_in_words(by_row.get(row_no, ())) for row_no in range(2, len(rows) + 2)]
    book = Workbook()
    page = book.worksheets[0]
    _fill(page, [*heads, ERROR_HEAD], [[*row, why] for row, why in zip(rows, reasons, strict=True)], present)
    _mark(page, heads, by_row)
    _guide(book, present.cycle_id, title)
    return _bytes(book)


def _row(present: Present, reviewee_id: int) -> list[Any]:
    person = present.people[reviewee_id]
    row: list[Any] = [key_of(present.cycle_id, reviewee_id), person.name, person.organization]
    for columns in present.columns:
        stored = present.figures.get((reviewee_id, columns.component_id))
        row += (
            [None, columns.full_marks, None, 0]
            if stored is None
            else [stored.value, stored.out_of, stored.source, stored.version]
        )
    return row


def _fill(page: Worksheet, heads: Sequence[str], rows: Sequence[Sequence[Any]], present: Present) -> None:
    page.title = SHEET
    known = {one.head(part): (one, part) for one in present.columns for part in Part}
    for number, head in enumerate(heads, start=1):
        _head(page, number, head, known.get(plain_head(head)))
    free = {
        number
        for number, head in enumerate(heads, start=1)
        if plain_head(head) not in FIXED_HEADS
        and known.get(plain_head(head), (None, None))[1] is not Part.VERSION
    }
    for row_no, row in enumerate(rows, start=2):
        for number, value in enumerate(row, start=1):
            _write(page.cell(row_no, number), value, is_free=number in free)
    _restrict(page, heads, len(rows), known)
    _protect(page)
    _paper(page, len(heads), len(rows))


def _head(page: Worksheet, number: int, text: str, of: tuple[ComponentColumns, Part] | None) -> None:
    letter = get_column_letter(number)
    cell = page.cell(1, number)
    _write(cell, text, is_free=False)
    cell.font, cell.fill, cell.alignment = Font(bold=True), HEAD_FILL, HEAD_PLACE
    page.column_dimensions[letter].width = PART_WIDTHS[of[1]] if of else WIDTHS.get(plain_head(text), 14)
    page.column_dimensions[letter].hidden = of is not None and of[1] is Part.VERSION
    if of is not None:
        cell.comment = Comment(_hint(*of), "述评考", height=90, width=260)


def _hint(columns: ComponentColumns, part: Part) -> str:
    if part is Part.VALUE:
        if columns.is_place:
            return "填名次：从 1 开始的整数，第 1 名最好。同名次可以填一样的数。没有的留空。"
        return "填数字，不超过满分，最多两位小数。没有的留空，不要填 0。"
    if part is Part.OUT_OF:
        return "一共多少个参加排名。" if columns.is_place else "已按方案填好，与方案不同时可以改。"
    return "必填：文号或考核通报名称。" if part is Part.SOURCE else "系统用来发现别人同时改动，不要动。"


def _write(cell: Cell | MergedCell, value: Any, *, is_free: bool) -> None:
    """Write a value; text stays text whatever it begins with."""
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
        cell.data_type = "s"
        cell.number_format = "@"
        cell.quotePrefix = value[:1] in FORMULA_STARTS
    elif isinstance(value, float) and value.is_integer():
        cell.value = int(value)
    else:
        cell.value = value
    if isinstance(value, Decimal) and value != int(value):
        cell.number_format = "0.##"
    if is_free:
        cell.protection = FREE
    else:
        cell.fill = LOCKED_FILL


def _restrict(
    page: Worksheet, heads: Sequence[str], n_rows: int, known: dict[str, tuple[ComponentColumns, Part]]
) -> None:
    """Let the spreadsheet program itself refuse what cannot be right."""
    places = {
        known[plain_head(h)]: get_column_letter(n)
        for n, h in enumerate(heads, start=1)
        if plain_head(h) in known
    }
    for (columns, part), letter in places.items():
        rule = _rule(columns, part, places)
        if rule is not None and n_rows:
            page.add_data_validation(rule)
            rule.add(f"{letter}2:{letter}{n_rows + 1}")


def _rule(
    columns: ComponentColumns, part: Part, places: dict[tuple[ComponentColumns, Part], str]
) -> DataValidation | None:
    if part is Part.VALUE:
        most = places.get((columns, Part.OUT_OF))
        rule = DataValidation(
            "whole" if columns.is_place else "decimal",
            operator="between",
            formula1="1" if columns.is_place else "0",
            formula2=f"{most}2" if most else str(columns.full_marks),
        )
        rule.error = (
            "请填从 1 开始、不超过参评总数的整数。" if columns.is_place else "请填 0 到满分之间的数字。"
        )
    elif part is Part.OUT_OF:
        rule = DataValidation("decimal", operator="between", formula1="0.01", formula2=str(LARGEST))
        rule.error = "请填大于 0 的数字。"
    elif part is Part.SOURCE:
        rule = DataValidation("textLength", operator="lessThanOrEqual", formula1=str(LONGEST_SOURCE))
        rule.error = f"依据最多 {LONGEST_SOURCE} 字。"
    else:
        return None
    rule.allow_blank, rule.errorTitle, rule.showErrorMessage = True, columns.head(part), True
    return rule


def _protect(page: Worksheet) -> None:
    """Lock the key columns without a password: a guard against slips, not against people. Sorting and filtering stay free."""
    page.protection.sheet = True
    for name in ("formatColumns", "formatRows", "formatCells", "sort", "autoFilter", "deleteRows"):
        setattr(page.protection, name, False)


def _paper(page: Worksheet, n_columns: int, n_rows: int) -> None:
    page.freeze_panes = "C2"
    page.row_dimensions[1].height = 32
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = 9  # A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.print_title_rows = "1:1"
    page.print_options.gridLines = True
    page.print_area = f"A1:{get_column_letter(n_columns)}{n_rows + 1}"


def _guide(book: Workbook, cycle_id: int, title: str) -> None:
    """Add the guide; its first two lines are the stamp."""
    page = book.create_sheet(GUIDE_SHEET)
    page.column_dimensions["A"].width = 90
    lines = (TEMPLATE_VERSION, cycle_stamp(cycle_id), title, *GUIDE)
    for row_no, line in enumerate(lines, start=1):
        cell = page.cell(row_no, 1)
        _write(cell, line, is_free=False)
        cell.fill = PatternFill()
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    page.cell(1, 1).font = Font(bold=True, size=14)
    page.protection.sheet = True
    book.properties.title = TEMPLATE_VERSION


def _renew_versions(heads: Sequence[str], rows: list[list[Any]], present: Present) -> None:
    reading = read_heads(heads, present.columns)
    if reading.key is None:
        return
    ids = {key_of(present.cycle_id, one): one for one in present.people}
    for row in rows:
        reviewee_id = ids.get(str(row[reading.key]).strip().upper())
        for (component_id, part), place in reading.parts.items():
            if part is Part.VERSION and reviewee_id is not None:
                stored = present.figures.get((reviewee_id, component_id))
                row[place] = 0 if stored is None else stored.version


def _mark(page: Worksheet, heads: Sequence[str], by_row: dict[int, list[Problem]]) -> None:
    places = {plain_head(head): number for number, head in enumerate(heads, start=1)}
    for row_no, problems in by_row.items():
        for problem in problems:
            if number := places.get(plain_head(problem.column)):
                page.cell(row_no, number).fill = WRONG_FILL
        if row_no == 1:
            note = Comment(_in_words(problems), "述评考", height=120, width=320)
            page.cell(1, len(heads) + 1).comment = note
        page.cell(row_no, len(heads) + 1).fill = WRONG_FILL


def _in_words(problems: Sequence[Problem]) -> str:
    return "；".join(f"{problem.column}：{problem.reason}" for problem in problems)


def _bytes(book: Workbook) -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()
