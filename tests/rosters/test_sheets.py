"""The template and the error workbook."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from apps.rosters.domain.columns import TEMPLATE_VERSION
from apps.rosters.domain.rows import Problem
from apps.rosters.domain.states import ImportState
from apps.rosters.kit.workbook import read_workbook
from apps.rosters.selectors import workbook_of
from apps.rosters.services import check_workbook
from apps.rosters.sheets import error_workbook, template_workbook
from tests.factories.rosters import AT, ORGANIZATION_HEADS, ROOT, SECRETARY_HEADS, make_import, workbook


def opened(content):
    return load_workbook(BytesIO(content))


def test_template_has_all_columns_lists_and_comments():
    book = opened(template_workbook())

    assert book.sheetnames == ["党组织", "书记", "填写说明"]
    assert [c.value for c in book["党组织"][1]] == ORGANIZATION_HEADS
    assert [c.value for c in book["书记"][1]] == SECRETARY_HEADS
    assert all(c.comment.text for name in ("党组织", "书记") for c in book[name][1])
    assert [page.freeze_panes for page in book.worksheets[:2]] == ["A2", "A2"]
    assert book["填写说明"]["A1"].value == TEMPLATE_VERSION
    lists = {str(v.sqref): v.formula1 for v in book["党组织"].data_validations.dataValidation}
    assert lists == {
        "D2:D20001": '"党委,党工委,党组,党总支,党支部"',
        "E2:E20001": '"农区,城市,两新,机关,国企,卫健,教育"',
    }


def test_error_workbook_keeps_rows_marks_cells_and_says_why():
    content = workbook([ROOT, ["T1", "=1+1", "X", "党委", "农区"]], edit=_text_cell)
    problem = Problem("党组织", 3, "上级编码", "X", "没有这个上级")

    page = opened(error_workbook(read_workbook(content), [problem]))["党组织"]

    assert [c.value for c in page[1]] == [*ORGANIZATION_HEADS, "错误原因"]
    assert page["A2"].value == "R"
    assert page["I3"].value == "上级编码：没有这个上级"
    assert page["C3"].fill.fgColor.rgb == "00F8B4AE"
    assert (page["B3"].value, page["B3"].data_type) == ("=1+1", "s")
    assert page["A3"].fill.fill_type is None


def _text_cell(book):
    book["党组织"]["B3"].data_type = "s"


@pytest.mark.django_db
def test_corrected_error_workbook_can_be_uploaded_again():
    one = make_import(actor=None, organizations=[ROOT, ["T1", "镇", "X", "党委", "农区"]], secretaries=[])
    problems = [Problem(e.sheet, e.row_no, e.column, e.value, e.reason) for e in one.row_errors.all()]
    book = opened(error_workbook(read_workbook(workbook_of(one)), problems))
    book["党组织"]["C3"] = "R"
    out = BytesIO()
    book.save(out)

    again = check_workbook("改好.xlsx", out.getvalue(), actor=None, at=AT)

    assert (again.state, again.n_created, again.notices) == (ImportState.CHECKED.value, 2, [])
