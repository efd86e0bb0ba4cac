"""Workbooks of figures: what goes out comes back unchanged, whatever people are called."""

import io
import zipfile
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.assessments.domain.checking import plan_figures
from apps.assessments.domain.columns import ComponentColumns, key_of
from apps.assessments.domain.plan import Present, PresentFigure, PresentPerson, Problem
from apps.assessments.kit.workbook import read_figure_workbook
from apps.assessments.sheets import error_workbook, figures_workbook
from apps.rosters.domain.cells import read_text
from apps.rosters.errors import TemplateMismatch, WorkbookRefused

ROUTINE = ComponentColumns(5, "平时考核", Decimal(100))
VISIT = ComponentColumns(6, "实地核查", Decimal(50))
PLACE = ComponentColumns(7, "项目排名", Decimal(20), is_place=True)
HOSTILE = (
    "=1+1", "+1", "-1", "@SUM(A1)", "=HYPERLINK(\"http://x\",\"y\")", "=cmd|'/c calc'!A1", "\t=1", "'=1", "<b>甲</b>", "&amp;", "甲\"乙'丙",
    "=WEBSERVICE(\"http://x\")",
)  # fmt: skip

text = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Cf", "Co", "Cn", "Zl", "Zp")), min_size=1, max_size=12
).filter(lambda word: word.strip())
figures = st.builds(
    lambda out_of, share, source, version: PresentFigure(
        Decimal(out_of * share // 100) / 100, Decimal(out_of) / 100, source, version
    ),
    st.integers(100, 99_999_999),
    st.integers(0, 100),
    text.map(str.strip),
    st.integers(1, 99),
)


def make_present(people, stored=None, columns=(ROUTINE, VISIT)):
    return Present(3, columns, people, stored or {})


def plan_of(content, present):
    return plan_figures(read_figure_workbook(content, present.cycle_id, present.columns), present)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_exported_workbook_is_imported_unchanged(data):
    names = data.draw(st.lists(text, min_size=1, max_size=5))
    people = {n: PresentPerson(name, "某村") for n, name in enumerate(names, start=1)}
    keys = [(n, columns.component_id) for n in people for columns in (ROUTINE, VISIT)]
    stored = data.draw(st.dictionaries(st.sampled_from(keys), figures))
    present = make_present(people, stored)

    plan = plan_of(figures_workbook(present, title="2026年度"), present)

    assert plan.problems == []
    assert plan.figures == {}
    assert plan.n_unchanged == len(stored)
    assert plan.count("missing") == len(keys) - len(stored)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_export_brought_into_an_empty_cycle_is_exported_the_same(data):
    people = {n: PresentPerson(f"人{n}", "某村") for n in (1, 2, 3)}
    keys = [(n, columns.component_id) for n in people for columns in (ROUTINE, VISIT)]
    stored = data.draw(st.dictionaries(st.sampled_from(keys), figures))
    empty = make_present(people)

    plan = plan_of(figures_workbook(make_present(people, stored), title="x"), empty)

    brought = {
        (one.reviewee_id, component_id): PresentFigure(one.value, one.out_of, one.source, 1)
        for component_id, ones in plan.figures.items()
        for one in ones
    }
    told = {key: (one.value, one.out_of, read_text(one.source)) for key, one in stored.items()}
    assert {key: (one.value, one.out_of, one.source) for key, one in brought.items()} == told
    assert (
        plan_of(
            figures_workbook(make_present(people, brought), title="x"), make_present(people, brought)
        ).figures
        == {}
    )


def test_nothing_that_people_typed_becomes_a_formula():
    people = {n: PresentPerson(word, word) for n, word in enumerate(HOSTILE, start=1)}
    stored = {(n, 5): PresentFigure(Decimal(9), Decimal(10), word, 1) for n, word in enumerate(HOSTILE, 1)}
    present = make_present(people, stored, (ROUTINE,))
    content = figures_workbook(present, title="=1+1")
    marked = error_workbook(
        read_figure_workbook(content, 3, (ROUTINE,)), [Problem(2, "姓名", "x", "=1+1")], present, title="=1"
    )

    for one in (content, marked):
        with zipfile.ZipFile(io.BytesIO(one)) as parts:
            sheets = [parts.read(name) for name in parts.namelist() if name.startswith("xl/worksheets/sheet")]
        assert all(b"<f>" not in sheet and b"<f " not in sheet for sheet in sheets)
    assert plan_of(content, present).n_unchanged == len(HOSTILE)


def test_template_guards_its_key_columns_and_offers_rules():
    present = make_present({1: PresentPerson("甲", "一村")}, columns=(ROUTINE, PLACE))
    book = openpyxl.load_workbook(io.BytesIO(figures_workbook(present, title="2026年度")))
    page = book["考核得分"]

    assert [cell.value for cell in page[1]] == [
        "编号", "姓名", "党组织", "平时考核得分", "平时考核满分", "平时考核依据", "平时考核版本", "项目排名名次", "项目排名参评总数",
        "项目排名依据", "项目排名版本",
    ]  # fmt: skip
    assert [cell.protection.locked for cell in page[2]] == [True] * 3 + [False] * 3 + [True] + [False] * 3 + [
        True
    ]
    assert page.protection.sheet
    assert page.column_dimensions["G"].hidden
    assert {(str(rule.sqref), rule.type) for rule in page.data_validations.dataValidation} == {
        ("D2", "decimal"), ("E2", "decimal"), ("F2", "textLength"), ("H2", "whole"), ("I2", "decimal"), ("J2", "textLength"),
    }  # fmt: skip
    assert all(cell.comment for cell in page[1][3:])
    assert [row[0].value for row in book["填写说明"].iter_rows(max_row=3)] == [
        "述评考考核得分表 2026-1",
        "周期编号：3",
        "2026年度",
    ]


def test_error_workbook_marks_what_is_wrong_and_can_be_corrected_and_sent_again():
    people = {1: PresentPerson("甲", "一村"), 2: PresentPerson("乙", "二村")}
    stored = {(1, 5): PresentFigure(Decimal(70), Decimal(100), "通报", 2)}
    before = make_present(people, stored, (ROUTINE,))
    book = openpyxl.load_workbook(io.BytesIO(figures_workbook(before, title="x")))
    book["考核得分"]["D2"], book["考核得分"]["D3"], book["考核得分"]["F3"] = 75, "九十", "通报"
    now = make_present(people, {(1, 5): PresentFigure(Decimal(72), Decimal(100), "通报", 3)}, (ROUTINE,))
    cells = read_figure_workbook(saved(book), 3, (ROUTINE,))
    problems = plan_figures(cells, now).problems

    marked = openpyxl.load_workbook(io.BytesIO(error_workbook(cells, problems, now, title="x")))

    page = marked["考核得分"]
    assert [page[one].fill.fgColor.rgb for one in ("D2", "H2", "D3", "H3")] == ["00F8B4AE"] * 4
    assert page["F2"].fill.fgColor.rgb != "00F8B4AE"
    assert "别人已改为 72/100" in page["H2"].value
    assert "“九十”不是数字" in page["H3"].value
    page["D3"] = 90
    plan = plan_of(saved(marked), now)
    assert plan.problems == []
    assert [(one.kind, one.after) for one in plan.changes] == [
        ("changed", "75/100，通报"),
        ("new", "90/100，通报"),
    ]


def saved(book):
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def changed_book(change):
    present = make_present({1: PresentPerson("甲", "一村")}, columns=(ROUTINE,))
    book = openpyxl.load_workbook(io.BytesIO(figures_workbook(present, title="x")))
    change(book)
    return saved(book)


def set_cell(sheet, cell, value):
    def change(book):
        book[sheet][cell] = value

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda book: book.remove(book["考核得分"]), "没有“考核得分”工作表"),
        (lambda book: book.remove(book["填写说明"]), "没有“填写说明”工作表"),
        (set_cell("填写说明", "A1", "述评考考核得分表 2024-1"), "这是旧的表格（述评考考核得分表 2024-1）"),
        (set_cell("填写说明", "A1", None), "没有版本标记"),
        (set_cell("填写说明", "A2", "周期编号：4"), "另一个周期的（周期编号：4）"),
        (set_cell("考核得分", "A1", "序号"), "缺少“编号”列"),
        (set_cell("考核得分", "D1", "得分"), "没有要导入的列（平时考核得分）"),
        (set_cell("考核得分", "C1", "姓名"), "有重复的列：姓名"),
    ],
)
def test_other_workbooks_are_refused_with_the_reason(change, words):
    with pytest.raises(TemplateMismatch) as refusal:
        read_figure_workbook(changed_book(change), 3, (ROUTINE,))

    assert words in refusal.value.message


def test_formulas_are_refused_with_their_cells():
    content = changed_book(set_cell("考核得分", "D2", "=40+50"))

    with pytest.raises(WorkbookRefused, match="D2"):
        read_figure_workbook(content, 3, (ROUTINE,))


def with_part(content, name, body):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            if info.filename != name:
                new.writestr(info.filename, old.read(info))
        new.writestr(name, body)
    return out.getvalue()


SHEET_PART = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("hurt", "words"),
    [
        (lambda _: b"", "文件是空的"),
        (lambda _: "编号,得分".encode(), "不是 Excel 工作簿"),
        (lambda _: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "旧的 .xls 格式"),
        (lambda _: b"PK\x03\x04" + b"x" * 100, "文件已损坏"),
        (lambda c: with_part(c, SHEET_PART, b"<worksheet>" + b" " * (80 * 1024 * 1024)), "解开后过大"),
        (lambda c: with_part(c, "xl/vbaProject.bin", b"x"), "含有宏"),
        (lambda c: with_part(c, "../evil.xml", b"x"), "异常的路径"),
        (
            lambda c: with_part(
                c, SHEET_PART, b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet>&e;</worksheet>'
            ),
            "外部定义",
        ),
    ],
    ids=["empty", "csv", "xls", "broken", "bomb", "macros", "path", "entity"],
)  # fmt: skip
def test_hostile_files_are_refused_before_parsing(hurt, words):
    content = hurt(changed_book(lambda book: None))

    with pytest.raises(WorkbookRefused, match=words):
        read_figure_workbook(content, 3, (ROUTINE,))


def test_only_those_named_are_listed():
    present = make_present({n: PresentPerson(f"人{n}", "村") for n in (1, 2, 3)}, columns=(ROUTINE,))

    book = openpyxl.load_workbook(io.BytesIO(figures_workbook(present, title="x", only=[2])))

    assert [row[0].value for row in book["考核得分"].iter_rows(min_row=2)] == [key_of(3, 2)]


@pytest.mark.slow
@pytest.mark.xdist_group("office")
def test_workbook_saved_by_a_spreadsheet_program_is_still_unchanged(office, tmp_path):
    people = {n: PresentPerson(word, word) for n, word in enumerate(HOSTILE, start=1)}
    stored = {
        (n, component): PresentFigure(Decimal("88.25") - n, Decimal(100), word, n)
        for n, word in enumerate(HOSTILE, 1)
        for component in (5, 6)
    }
    present = make_present(people, stored)
    written = tmp_path / "figures.xlsx"
    written.write_bytes(figures_workbook(present, title="2026年度"))

    [saved_again] = office.convert([written], "xlsx", tmp_path / "again")

    plan = plan_of(saved_again.read_bytes(), present)
    assert (plan.problems, plan.figures, plan.n_unchanged) == ([], {}, len(stored))
