"""xlsx out: what a person typed stays text, numbers stay numbers, and the sheet prints on A4 with its head repeated."""

import os
import shutil
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import IO, Any
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.page import PageMargins
from openpyxl.writer.excel import ExcelWriter

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
THIN = Side(style="thin", color="999999")
BORDER = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
TITLE_FONT, HEAD_FONT, NOTE_FONT = Font(bold=True, size=16), Font(bold=True), Font(color="666666")
TITLE_PLACE = Alignment(horizontal="center", vertical="center")
HEAD_PLACE = Alignment(horizontal="center", vertical="center", wrap_text=True)
NOTE_PLACE = Alignment(vertical="center")
TEXT_PLACE = Alignment(wrap_text=True, vertical="center")
MARGINS = PageMargins(left=0.5, right=0.5, top=0.6, bottom=0.7)  # inches
FORMULA_STARTS = ("=", "+", "-", "@")
LONGEST_TEXT = 32_767  # what a cell can hold
CUT_OFF = "……（内容过长，此处截断）"
MOST_EXACT = 10**15  # Excel keeps 15 digits; a longer number is told as text
HEAD_FILL = PatternFill("solid", fgColor="F3E9E7")
LOCAL = ZoneInfo("Asia/Shanghai")
LONG_AGO = datetime(2000, 1, 1)  # noqa: DTZ001 -- the format has no zones; the file tells no time of its own


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column: its head, its width in characters, and the number format of its numbers."""

    head: str
    width: float = 14
    number_format: str = "General"


@dataclass(frozen=True, slots=True)
class Table:
    """One worksheet. ``notes`` stand under the title (filter, time, person)."""

    title: str
    columns: Sequence[SheetColumn]
    rows: Iterable[Sequence[Any]]
    notes: Sequence[str] = field(default_factory=tuple)
    sheet_name: str = "表"
    landscape: bool = True


def workbook_bytes(*tables: Table) -> bytes:
    """Return an xlsx with one worksheet per table. The same tables give the same bytes."""
    out = BytesIO()
    save_workbook(out, *tables)
    return out.getvalue()


def save_workbook(out: IO[bytes], *tables: Table) -> None:
    """Write an xlsx with one worksheet per table, row by row: it may be larger than memory."""
    book = Workbook(write_only=True)
    try:
        for table in tables:
            _write(book, table)
    except BaseException:
        for sheet in book.worksheets:
            sheet.close()  # else its half-written file stays open
        raise
    book.properties.creator = "述评考"
    book.properties.created = book.properties.modified = LONG_AGO
    ExcelWriter(book, _TimelessZip(out, "w", zipfile.ZIP_DEFLATED)).save()


class _TimelessZip(zipfile.ZipFile):
    """A zip whose parts bear no time: the same tables give the same bytes."""

    def writestr(
        self,
        zinfo_or_arcname: str | zipfile.ZipInfo,
        data: Any,
        compress_type: int | None = None,
        compresslevel: int | None = None,
    ) -> None:
        super().writestr(_timeless(str(zinfo_or_arcname)), data, compress_type, compresslevel)

    def write(
        self,
        filename: str | os.PathLike[str],
        arcname: str | os.PathLike[str] | None = None,
        compress_type: int | None = None,  # noqa: ARG002 -- openpyxl gives none
        compresslevel: int | None = None,  # noqa: ARG002 -- as above
    ) -> None:
        with Path(filename).open("rb") as source, self.open(_timeless(str(arcname)), "w") as target:
            shutil.copyfileobj(source, target)


def _timeless(name: str) -> zipfile.ZipInfo:
    part = zipfile.ZipInfo(name, LONG_AGO.timetuple()[:6])
    part.compress_type = zipfile.ZIP_DEFLATED
    part.external_attr = 0o600 << 16
    return part


def _write(book: Workbook, table: Table) -> None:
    sheet = book.create_sheet(_sheet_name(table.sheet_name))
    for index, column in enumerate(table.columns, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = column.width
    head_row = 2 + len(table.notes)
    sheet.freeze_panes = f"A{head_row + 1}"
    sheet.page_setup.orientation = "landscape" if table.landscape else "portrait"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{head_row}:{head_row}"
    sheet.page_margins = MARGINS
    sheet.print_options.horizontalCentered = True
    sheet.oddFooter.center.text = "第 &P 页，共 &N 页"
    last = get_column_letter(max(len(table.columns), 1))
    sheet.append([_cell(sheet, table.title, font=TITLE_FONT, alignment=TITLE_PLACE)])
    for note in table.notes:
        sheet.append([_cell(sheet, note, font=NOTE_FONT, alignment=NOTE_PLACE)])
    if len(table.columns) > 1:
        for row_no in range(1, head_row):
            sheet.merged_cells.add(f"A{row_no}:{last}{row_no}")
    sheet.append(
        [
            _cell(sheet, c.head, font=HEAD_FONT, fill=HEAD_FILL, border=BORDER, alignment=HEAD_PLACE)
            for c in table.columns
        ]
    )
    n_rows, cells = 0, _Cells(sheet, table.columns)
    for row in table.rows:
        sheet.append(
            [cells.with_value(n, value) for n, (value, _) in enumerate(zip(row, table.columns, strict=True))]
        )
        n_rows += 1
    sheet.print_area = f"A1:{last}{head_row + n_rows}"


class _Cells:
    """One cell per column and look, filled anew for each row: a row is written before the next is made, and to style a cell
    takes ten times as long as to fill it.
    """

    def __init__(self, sheet: Any, columns: Sequence[SheetColumn]) -> None:
        self._sheet = sheet
        self._formats = [column.number_format for column in columns]
        self._made: dict[tuple[int, type, bool], Cell] = {}

    def with_value(self, n: int, value: Any) -> Cell:
        """Return the cell of a column with this value."""
        plain = _plain(value)
        is_text = isinstance(plain, str)
        look = (n, str if is_text else type(value), is_text and plain[:1] in FORMULA_STARTS)
        cell = self._made.get(look)
        if cell is None:
            cell = _cell(self._sheet, value, border=BORDER, number_format=self._formats[n])
            self._made[look] = cell
            return cell
        cell.value = plain
        if is_text:
            cell.data_type = "s"
        return cell


def _cell(sheet: Any, value: Any, *, number_format: str = "General", **style: Any) -> Cell:
    cell = WriteOnlyCell(sheet, value=_plain(value))
    if isinstance(cell.value, str):
        cell.data_type = "s"  # openpyxl would make a formula of "=…"
        cell.alignment = TEXT_PLACE
        cell.quotePrefix = cell.value[:1] in FORMULA_STARTS  # stays text when the cell is edited
    elif number_format != "General":
        cell.number_format = number_format
    if isinstance(value, datetime):
        cell.number_format = "yyyy-mm-dd hh:mm"
    elif isinstance(value, date):
        cell.number_format = "yyyy-mm-dd"
    for name, part in style.items():
        setattr(cell, name, part)
    return cell


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value if value is None else ("是" if value else "否")
    if isinstance(value, datetime):
        return value.astimezone(LOCAL).replace(tzinfo=None) if value.tzinfo else value
    if isinstance(value, float | Decimal | date) or (isinstance(value, int) and abs(value) < MOST_EXACT):
        return value
    text = ILLEGAL_CHARACTERS_RE.sub("", str(value))
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - len(CUT_OFF)] + CUT_OFF


def _sheet_name(name: str) -> str:
    return "".join(" " if c in "[]:*?/\\'" else c for c in name)[:31] or "表"
