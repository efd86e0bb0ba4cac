"""Workbooks as they really come in: each oddity is read, told or refused by name. Every case is a real file made here."""

import re
from datetime import date, datetime, time

import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from apps.organizations.models import Organization
from apps.rosters.domain.columns import TEMPLATE_VERSION, VERSION_NAME
from apps.rosters.domain.states import ImportState
from apps.rosters.errors import TemplateMismatch, WorkbookRefused
from apps.rosters.kit.workbook import read_workbook
from apps.rosters.services import check_workbook, confirm_import
from apps.secretaries.models import Appointment, Secretary
from tests.factories import office_files
from tests.factories.rosters import AT, BRANCH, HEAD, ORGANIZATION_HEADS, ROOT, TOWN, workbook

pytestmark = pytest.mark.django_db
MIDNIGHT = datetime.combine(date(2021, 7, 1), time())


def checked(content, name="花名册.xlsx"):
    return check_workbook(name, content, actor=None, at=AT)


def imported(content):
    return confirm_import(checked(content).pk, actor=None, at=AT)


def reasons(one):
    return [(e.sheet, e.row_no, e.column, e.reason) for e in one.row_errors.all()]


# -- other kinds of files


@pytest.mark.parametrize(
    ("make", "name", "words"),
    [
        (office_files.old_workbook, "花名册.xls", "旧的 .xls 格式"),
        (office_files.old_workbook, "花名册.xlsx", "改扩展名不会改变格式"),
        (office_files.old_workbook, "花名册.et", "WPS 表格的 .et 格式"),
        (office_files.locked_workbook, "花名册.xlsx", "设了打开密码"),
        (office_files.old_letter, "花名册.xls", "Word 文档（.doc）"),
        (office_files.open_document_sheet, "花名册.ods", "OpenDocument 表格（.ods）"),
        (office_files.open_document_sheet, "花名册.xlsx", "OpenDocument 表格（.ods）"),
        (office_files.binary_workbook, "花名册.xlsb", "二进制工作簿（.xlsb）"),
        (lambda: office_files.zip_file({"a/花名册.xlsx": workbook([ROOT])}), "花名册.zip", "请先解压"),
        (lambda: office_files.zip_file({"readme.txt": "x"}), "花名册.xlsx", "其他压缩文件"),
        (lambda: "编码,名称\r\nR,区委\r\n".encode("gb18030"), "花名册.xls", "文本文件（CSV）"),
        (lambda: "编码\t名称\r\nR\t区委\r\n".encode("utf-16"), "花名册.xlsx", "文本文件（CSV）"),
        (lambda: "编码,名称\r\nR,区委\r\n".encode("utf-8-sig"), "花名册.csv", "文本文件（CSV）"),
        (lambda: "<html><meta charset=gb2312><table><tr><td>R".encode("gb18030"), "花名册.xls", "从网页系统导出的表格（HTML）"),
        (lambda: b"MIME-Version: 1.0\nContent-Type: multipart/related", "花名册.xls", "单个文件网页"),
        (lambda: b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "a.xls", "XML 表格 2003"),
        (lambda: b"Rar!\x1a\x07\0", "花名册.xlsx", "RAR 压缩文件"),
        (lambda: b"\x89PNG\r\n\x1a\n", "花名册.xlsx", "图片"),
        (lambda: b"\0\1\2\3", "花名册.xlsx", "不是 Excel 工作簿"),
    ],
)  # fmt: skip
def test_foreign_file_is_named_with_the_way_on(make, name, words):
    with pytest.raises(WorkbookRefused, match=re.escape(words)) as refusal:
        checked(make(), name)

    assert "上传" in refusal.value.message


def test_wrong_workbook_is_told_by_its_sheets():
    def edit(book):
        book["党组织"].title, book["书记"].title = "工资表", "汇总"

    with pytest.raises(TemplateMismatch, match="现有：工资表、汇总"):
        checked(workbook([ROOT], edit=edit))


# -- old templates


def test_old_template_with_the_same_heads_is_named_and_read():
    from openpyxl.workbook.defined_name import DefinedName

    def edit(book):
        book.defined_names[VERSION_NAME] = DefinedName(VERSION_NAME, attr_text='"述评考花名册模板 2026-1"')

    assert checked(workbook([ROOT], edit=edit)).notices == [
        f"这是“述评考花名册模板 2026-1”，现在的模板是“{TEMPLATE_VERSION}”。列名对得上，已照常读取。"
    ]


def test_old_template_with_other_heads_is_named_and_refused():
    def edit(book):
        book.create_sheet("填写说明")["A1"] = "述评考花名册模板 2020-1"

    content = workbook([ROOT], heads={"党组织": ["编码", "名称", "上级编码", "种类", "领域"]}, edit=edit)

    with pytest.raises(TemplateMismatch, match=r"这是旧模板“述评考花名册模板 2020-1”.*缺少列：类型"):
        checked(content)


# -- the form of sheets


def test_title_above_the_head_is_passed_over():
    def edit(book):
        page = book["党组织"]
        page.insert_rows(1, 3)
        page["A1"], page["A2"] = "某区党组织花名册", "填表单位：组织部　2026年11月"
        page.merge_cells("A1:H1")

    one = imported(workbook([ROOT, TOWN], edit=edit))

    assert (one.n_organizations, one.n_created) == (2, 2)
    assert (
        checked(workbook([ROOT, ["T9", "镇", "X", "党委", "农区"]], edit=edit)).row_errors.get().row_no == 6
    )


def test_head_of_two_rows_is_read_as_one():
    """编码 and 名称 are merged downwards; 隶属 stands above 上级编码, 类型, 领域."""

    def edit(book):
        page = book["党组织"]
        page.insert_rows(1)
        for column in (1, 2):
            page.cell(1, column, ORGANIZATION_HEADS[column - 1])
            page.cell(2, column).value = None
            page.merge_cells(start_row=1, end_row=2, start_column=column, end_column=column)
        page["C1"] = "隶属与分类"
        page.merge_cells("C1:E1")

    one = checked(workbook([ROOT, TOWN], edit=edit))

    assert (one.state, one.n_created, one.notices) == (ImportState.CHECKED.value, 2, [])


def test_cells_merged_downwards_count_for_each_row_and_are_told():
    second = ["T2", "松石镇党委", None, "党委", "农区"]

    def edit(book):
        book["党组织"].merge_cells("C3:C4")

    one = imported(workbook([ROOT, TOWN, second], edit=edit))

    assert one.notices == ["工作表“党组织”有合并单元格（C3:C4），已按“每一行都是同样内容”读取，请核对。"]
    assert Organization.objects.get(code="T2").superior.code == "R"


def test_cells_merged_sideways_are_refused_by_name():
    def edit(book):
        book["党组织"].merge_cells("F3:G3")

    one = checked(workbook([ROOT, TOWN], edit=edit))

    assert reasons(one) == [
        ("党组织", 3, "成立日期", "F3:G3 是横向合并的单元格，看不出各列的内容。请取消合并，逐格填写")
    ]


def test_hidden_sheet_of_ours_is_refused():
    def edit(book):
        book["书记"].sheet_state = "hidden"

    with pytest.raises(TemplateMismatch, match="工作表“书记”是隐藏的"):
        checked(workbook([ROOT], edit=edit))


def test_hidden_rows_and_columns_are_read_and_told():
    def edit(book):
        page = book["党组织"]
        page.row_dimensions[3].hidden = True
        page.column_dimensions["F"].hidden = True

    one = checked(workbook([ROOT, TOWN, BRANCH], edit=edit))

    assert one.n_created == 3
    assert one.notices == [
        "工作表“党组织”有隐藏的行（第 3 行，可能是筛选造成的），也一并读取了。",
        "工作表“党组织”有隐藏的列（成立日期），也一并读取了。",
    ]


def test_formula_in_a_column_we_read_is_refused_with_its_cells():
    def edit(book):
        for row in range(2, 15):
            book["党组织"].cell(row, 2, f'="区"&"{row}"')

    with pytest.raises(WorkbookRefused, match=r"B2、B3、.*等 13 处.*选择性粘贴—数值"):
        checked(workbook([ROOT], edit=edit))


def test_formula_in_a_column_of_ones_own_is_no_matter():
    def edit(book):
        page = book["党组织"]
        page["I1"], page["I2"] = "序号", "=ROW()-1"

    one = checked(workbook([ROOT], edit=edit))

    assert (one.state, one.notices) == (
        ImportState.CHECKED.value,
        ["工作表“党组织”的列“序号”系统不认识，没有读取。"],
    )


def test_numbered_but_empty_rows_are_passed_over():
    def edit(book):
        page = book["党组织"]
        page["I1"] = "序号"
        for row in range(2, 40):
            page.cell(row, 9, row - 1)

    assert checked(workbook([ROOT], edit=edit)).n_organizations == 1


# -- what stands in cells


def test_dates_of_all_forms_mean_the_same_day():
    forms = [
        "2021-07-01", "2021.7.1", "2021/7/1", "2021年7月1日", "20210701", "２０２１．７．１", "2021 年 7 月 1 日", "2021–07–01",
        "二〇二一年七月一日", "2021-07-01 00:00:00", "2021/7/1 0:00", 44378, "44378", 20210701, date(2021, 7, 1),
        MIDNIGHT,
    ]  # fmt: skip
    rows = [ROOT, *([f"T{n}", f"镇{n}", "R", "党委", "农区", form] for n, form in enumerate(forms))]

    imported(workbook(rows))

    assert set(Organization.objects.filter(depth=1).values_list("founded_on", flat=True)) == {
        date(2021, 7, 1)
    }
    assert Organization.objects.filter(depth=1).count() == len(forms)


def test_workbook_counting_days_from_1904_is_read_right():
    def edit(book):
        book.epoch = CALENDAR_MAC_1904
        book["党组织"]["F3"] = 44378 - 1462  # an unformatted day number
        book["党组织"]["G2"].value = None

    rows = [ROOT, TOWN, ["T2", "镇", "R", "党委", "农区", MIDNIGHT]]

    imported(workbook(rows, edit=edit))

    founded = dict(Organization.objects.filter(depth=1).values_list("code", "founded_on"))
    assert founded == {"T1": date(2021, 7, 1), "T2": date(2021, 7, 1)}


def test_still_in_office_may_be_written_out():
    people = [["张三", None, None, None, "R", "书记", "2021-03-01", "至今"]]

    imported(workbook([ROOT], people))

    assert Appointment.objects.get().ended_on is None


def test_full_width_figures_and_stray_spaces_are_forgiven():
    rows = [ROOT, [" Ｔ１\u200b", "\ufeff柳湾镇\u00a0党委 ", "\u3000R", " 党委", "农区\n"]]
    people = [
        [
            "\u200b张三 ",
            "男",
            "１９８０．０５",
            "１３８ ００００\u00a0１２３４",
            "T1\u200b",
            "党委书记",
            "２０２１年３月１日",
        ]
    ]

    imported(workbook(rows, people))

    town = Organization.objects.get(code="T1")
    assert (town.name, town.superior.code) == ("柳湾镇 党委", "R")
    person = Secretary.objects.get()
    assert (person.name, person.phone, person.born_on) == ("张三", "13800001234", date(1980, 5, 1))


def test_numbers_written_as_text_are_read_as_numbers_are():
    people = [["张三", None, "198005", "13800001234.0", "R", "书记", "44378"]]

    one = checked(workbook([ROOT], people))

    assert [r[2] for r in reasons(one)] == ["手机"]
    people[0][3] = "13800001234"
    imported(workbook([ROOT], people))
    assert Appointment.objects.get().started_on == date(2021, 7, 1)


def test_codes_that_became_numbers_are_told():
    one = checked(workbook([ROOT, [1001, "镇", "R", "党委", "农区"]]))

    assert one.notices == [
        "工作表“党组织”的“编码”有的格子是数字而不是文本（第 3 行 1001）。编码若以 0 开头，Excel 已把它去掉，请核对；最好把这一列设为“文本”。"
    ]


def test_code_that_lost_its_nought_is_suggested():
    one = checked(workbook([ROOT, ["0101", "镇", "R", "党委", "农区"], ["B1", "村", 101, "党支部", "农区"]]))

    assert [r[3] for r in reasons(one)] == [
        "没有编码为“101”的上级党组织：本表和系统里都没有。是不是“0101”镇？编码开头的 0 可能被 Excel 去掉了"
    ]


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (1508020010010010012, "编码超过 15 位而单元格是数字，Excel 已把末几位改成 0。请把这一列设为“文本”，重新填写完整编码"),
        (MIDNIGHT, "Excel 把这个编码当成了日期或判断值。请把这一列设为“文本”，重新填写编码"),
        (True, "Excel 把这个编码当成了日期或判断值。请把这一列设为“文本”，重新填写编码"),
    ],
)  # fmt: skip
def test_code_that_excel_has_spoiled_is_refused(code, reason):
    one = checked(workbook([ROOT, [code, "镇", "R", "党委", "农区"]]))

    assert reasons(one) == [("党组织", 3, "编码", reason)]


def test_rare_characters_arrive_whole():
    people = [["𰻞㛃䶮𬱖", "男", None, None, "R", "书记", "2021-01-01"]]

    imported(workbook([ROOT], people))

    assert Secretary.objects.get().name == "𰻞㛃䶮𬱖"


def test_error_value_of_excel_is_read_as_text_and_refused():
    def edit(book):
        book["党组织"]["D3"] = "#N/A"
        book["党组织"]["D3"].data_type = "e"

    one = checked(workbook([ROOT, TOWN], edit=edit))

    assert [(r[1], r[2]) for r in reasons(one)] == [(3, "类型")]


def test_sheets_may_come_in_any_order_and_columns_too():
    heads = {"党组织": ["领域", "类型", "上级编码", "名称", "编码"]}

    one = checked(workbook([["机关", "党委", None, "区委", "R"]], heads=heads))

    assert (one.state, one.n_created) == (ImportState.CHECKED.value, 1)


def test_only_the_secretaries_may_be_sent():
    imported(workbook([ROOT, TOWN]))

    def edit(book):
        del book["党组织"]

    one = checked(workbook([], [HEAD], edit=edit))

    assert (one.n_secretaries, one.n_created, one.n_gone) == (1, 1, 0)


def test_reading_leaves_problems_of_form_in_the_workbook():
    def edit(book):
        book["书记"].merge_cells("A2:B2")

    book = read_workbook(workbook([ROOT], [HEAD], edit=edit))

    assert [problem.row_no for problem in book.problems] == [2]
