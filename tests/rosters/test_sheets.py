"""The template, and the uploaded workbook with what is wrong in red."""

from io import BytesIO

import pytest
from openpyxl import load_workbook
from openpyxl.styles import Font, PatternFill

from apps.rosters.domain.columns import TEMPLATE_VERSION, VERSION_NAME
from apps.rosters.domain.rows import Problem
from apps.rosters.domain.states import ImportState
from apps.rosters.kit.marking import mark_workbook
from apps.rosters.kit.workbook import read_workbook
from apps.rosters.selectors import workbook_of
from apps.rosters.services import check_workbook
from apps.rosters.sheets import template_workbook
from tests.factories.rosters import AT, ORGANIZATION_HEADS, ROOT, SECRETARY_HEADS, make_import, workbook

RED = "FFF8B4AE"
FIELDS = ["农区", "城市", "两新", "机关", "国企", "卫健", "教育"]
WRONG = [ROOT, ["T1", "镇", "X", "党委", None]]
PROBLEMS = [
    Problem("党组织", 3, "上级编码", "X", "没有这个上级"),
    Problem("党组织", 3, "领域", "", "没有填领域"),
]


def opened(content):
    return load_workbook(BytesIO(content))


def saved(book):
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def marked(content, problems=PROBLEMS):
    return mark_workbook(content, read_workbook(content).sheets, problems)


def test_template_has_all_columns_lists_and_comments():
    book = opened(template_workbook(FIELDS))

    assert book.sheetnames == ["党组织", "书记", "填写说明"]
    assert [c.value for c in book["党组织"][1]] == ORGANIZATION_HEADS
    assert [c.value for c in book["书记"][1]] == SECRETARY_HEADS
    assert all(c.comment.text for name in ("党组织", "书记") for c in book[name][1])
    assert [page.freeze_panes for page in book.worksheets[:2]] == ["A2", "A2"]
    assert all(dimension.width > 5 for dimension in book["党组织"].column_dimensions.values())
    lists = {str(v.sqref): v.formula1 for v in book["党组织"].data_validations.dataValidation}
    assert lists == {
        "D2:D50001": '"党委,党工委,党组,党总支,党支部"',
        "E2:E50001": '"农区,城市,两新,机关,国企,卫健,教育"',
    }


def test_template_bears_its_version_where_it_is_seen_and_where_it_is_not():
    book = opened(template_workbook(FIELDS))

    assert book["填写说明"]["A1"].value == TEMPLATE_VERSION
    assert book.defined_names[VERSION_NAME].attr_text == f'"{TEMPLATE_VERSION}"'
    assert book.custom_doc_props[VERSION_NAME].value == TEMPLATE_VERSION


def test_template_offers_the_fields_it_is_given():
    book = opened(template_workbook(["农区", "国企"]))

    lists = [v.formula1 for v in book["党组织"].data_validations.dataValidation]
    assert lists[1] == '"农区,国企"'


def test_error_workbook_marks_cells_and_says_why():
    page = opened(marked(workbook(WRONG)))["党组织"]

    assert [c.value for c in page[1]] == [*ORGANIZATION_HEADS, "错误原因"]
    assert page["I3"].value == "上级编码：没有这个上级；领域：没有填领域"
    assert {c.coordinate for row in page for c in row if c.fill.fgColor.rgb == RED} == {"C3", "E3", "I3"}
    assert page["I2"].value is None
    assert page.column_dimensions["I"].width == 60


def test_error_workbook_is_the_original_in_all_else():
    def edit(book):
        page = book["党组织"]
        page.column_dimensions["B"].width = 55
        page["C3"].font, page["C3"].number_format = Font(italic=True), "@"
        page["A2"].fill = PatternFill("solid", fgColor="FF00FF00")
        page["B3"] = "=1+1"
        page["B3"].data_type = "s"
        other = book.create_sheet("统计")
        other["A1"], other["B2"] = "我的", "=SUM(C1:C9)"

    content = workbook(WRONG, edit=edit)

    book = opened(marked(content))

    assert book.sheetnames == ["党组织", "书记", "统计"]
    assert (book["统计"]["A1"].value, book["统计"]["B2"].value) == ("我的", "=SUM(C1:C9)")
    page = book["党组织"]
    assert page.column_dimensions["B"].width == 55
    assert (page["C3"].font.italic, page["C3"].number_format, page["C3"].value) == (True, "@", "X")
    assert page["A2"].fill.fgColor.rgb == "FF00FF00"
    assert (page["B3"].value, page["B3"].data_type) == ("=1+1", "s")


def test_marks_of_an_earlier_round_are_taken_away():
    def edit(book):
        book["党组织"]["C3"].font = Font(italic=True)

    book = opened(marked(workbook([*WRONG, ["T2", "镇二", "R", "党委", "农区"]], edit=edit)))
    book["党组织"]["C3"] = "R"
    problem = Problem("党组织", 4, "名称", "镇二", "重名")

    page = opened(marked(saved(book), [problem]))["党组织"]

    assert [c.value for c in page["I"]] == ["错误原因", None, None, "名称：重名"]
    assert {c.coordinate for row in page for c in row if c.fill.fgColor.rgb == RED} == {"B4", "I4"}
    assert page["C3"].font.italic


def test_error_workbook_of_a_sheet_with_a_title_marks_the_right_rows():
    def edit(book):
        book["党组织"].insert_rows(1, 2)
        book["党组织"]["A1"] = "某区党组织花名册"
        book["党组织"].merge_cells("A1:H1")

    page = opened(marked(workbook(WRONG, edit=edit), [Problem("党组织", 5, "上级编码", "X", "没有")]))[
        "党组织"
    ]

    assert (page["I3"].value, page["I5"].value) == ("错误原因", "上级编码：没有")
    assert page["C5"].fill.fgColor.rgb == RED


@pytest.mark.django_db
def test_corrected_error_workbook_can_be_uploaded_again():
    one = make_import(actor=None, organizations=[ROOT, ["T1", "镇", "X", "党委", "农区"]], secretaries=[])
    problems = [Problem(e.sheet, e.row_no, e.column, e.value, e.reason) for e in one.row_errors.all()]
    book = opened(marked(workbook_of(one), problems))
    book["党组织"]["C3"] = "R"

    again = check_workbook("改好.xlsx", saved(book), actor=None, at=AT)

    assert (again.state, again.n_created, again.notices) == (ImportState.CHECKED.value, 2, [])
