"""xlsx out: nothing a person typed becomes a formula, and the sheet prints on A4."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from apps.common.kit.sheets import SheetColumn, Table, workbook_bytes

HOSTILE = [
    "=1+1",
    '=cmd|"/c calc"!A1',
    "+1+cmd",
    "-2+3",
    "@SUM(A1:A9)",
    '=HYPERLINK("http://x","y")',
    "\t=1+1",
    "\r\n=1+1",
    "'=1+1",
    "#REF!",
    "00123456789012345678",
    "1e5",
    "2026-12-01",
    "<a>&amp;]]>",
]


def sheet_of(rows, columns=None, **kw):
    n = len(rows[0]) if rows else 1
    columns = columns or [SheetColumn(f"列{i}") for i in range(n)]
    book = load_workbook(io.BytesIO(workbook_bytes(Table(title="汇总表", columns=columns, rows=rows, **kw))))
    return book.worksheets[0]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text):
    cell = sheet_of([[text]])["A3"]

    assert cell.data_type == "s"
    assert cell.value.replace("\r\n", "\n") == text.replace("\r\n", "\n")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x"])
def test_text_like_a_formula_stays_text_when_the_cell_is_edited(text):
    assert sheet_of([[text]])["A3"].quotePrefix


def test_control_characters_go_and_too_long_text_says_so():
    sheet = sheet_of([["甲\x00\x0b乙", "长" * 40_000]])

    assert sheet["A3"].value == "甲乙"
    assert len(sheet["B3"].value) == 32_767
    assert sheet["B3"].value.endswith("……（内容过长，此处截断）")


def test_numbers_dates_and_answers_keep_their_nature():
    moment = datetime(2026, 12, 1, 2, 30, tzinfo=UTC)
    columns = [SheetColumn("得分", number_format="0.00"), *[SheetColumn(str(n)) for n in range(5)]]

    row = sheet_of([[Decimal("93.97"), 12, date(2026, 12, 1), moment, True, None]], columns)[3]

    assert [(cell.data_type, cell.number_format) for cell in row] == [
        ("n", "0.00"), ("n", "General"), ("d", "yyyy-mm-dd"), ("d", "yyyy-mm-dd hh:mm"), ("s", "General"),
        ("n", "General"),
    ]  # fmt: skip
    assert row[0].value == 93.97
    assert row[3].value == datetime(2026, 12, 1, 10, 30)  # noqa: DTZ001 -- a sheet has no zones: it is local time
    assert (row[4].value, row[5].value) == ("是", None)


def test_numbers_excel_would_round_are_told_as_text():
    assert sheet_of([[110101199003078888]])["A3"].value == "110101199003078888"


def test_sheet_prints_on_a4_with_its_head_repeated():
    sheet = sheet_of([["甲", 1], ["乙", 2]], notes=["导出时间：2026-12-01"], sheet_name="汇总[2026]")

    assert sheet.title == "汇总 2026 "
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$3:$3"
    assert sheet.print_area == "'汇总 2026 '!$A$1:$B$5"
    assert sheet.freeze_panes == "A4"


def test_title_and_notes_run_across_the_table():
    sheet = sheet_of([["甲", 1, 2]], notes=["一", "二"])

    assert sorted(map(str, sheet.merged_cells.ranges)) == ["A1:C1", "A2:C2", "A3:C3"]
    assert sheet["A1"].alignment.horizontal == "center"


def test_column_widths_are_as_told():
    sheet = sheet_of([["甲", 1]], [SheetColumn("名称", 40), SheetColumn("数", 8)])

    assert (sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width) == (40, 8)


def test_several_tables_make_several_sheets_and_an_empty_one_has_its_head():
    tables = [
        Table(title=name, columns=[SheetColumn("列")], rows=[], sheet_name=name) for name in ("甲", "乙")
    ]

    book = load_workbook(io.BytesIO(workbook_bytes(*tables)))

    assert book.sheetnames == ["甲", "乙"]
    assert [book["甲"]["A1"].value, book["甲"]["A2"].value] == ["甲", "列"]


def test_row_of_another_length_is_a_mistake():
    with pytest.raises(ValueError, match="zip"):
        sheet_of([["一", "二"]], [SheetColumn("列")])


def test_same_tables_give_the_same_bytes(monkeypatch):
    table = Table(
        title="汇总表", columns=[SheetColumn("姓名"), SheetColumn("得分")], rows=[["甲", Decimal("93.97")]]
    )
    first = workbook_bytes(table)
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)

    assert workbook_bytes(table) == first
