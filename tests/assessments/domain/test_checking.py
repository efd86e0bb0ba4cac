"""The pre-check of a workbook of figures, without a database."""

from decimal import Decimal

import pytest

from apps.assessments.domain.checking import FigureCells, plan_figures
from apps.assessments.domain.columns import ComponentColumns, key_of
from apps.assessments.domain.figures import Figure
from apps.assessments.domain.plan import Present, PresentFigure, PresentPerson

HEADS = ["编号", "姓名", "党组织", "平时考核得分", "平时考核满分", "平时考核依据", "平时考核版本"]
ROUTINE = ComponentColumns(5, "平时考核", Decimal(100))
PEOPLE = {
    1: PresentPerson("张三", "一村"),
    2: PresentPerson("李四", "二村"),
    3: PresentPerson("王五", "三村"),
}
STORED = PresentFigure(Decimal(80), Decimal(100), "通报", 2)


def present(figures=None, columns=(ROUTINE,)):
    return Present(7, columns, PEOPLE, figures or {})


def line(person, value=None, out_of=100, source="通报", version=0, name=None, key=None):
    return [
        key_of(7, person) if key is None else key,
        PEOPLE[person].name if name is None else name,
        "",
        value,
        out_of,
        source,
        version,
    ]


def check(*rows, figures=None, heads=HEADS, columns=(ROUTINE,)):
    return plan_figures(FigureCells(list(heads), list(rows)), present(figures, columns))


def reasons(plan):
    return [(one.row_no, one.column, one.reason) for one in plan.problems]


def test_new_changed_unchanged_and_missing_are_told_apart():
    figures = {(2, 5): STORED, (3, 5): STORED}
    four = PEOPLE | {4: PresentPerson("赵六", "四村")}
    plan = plan_figures(
        FigureCells(HEADS, [line(1, 90.5), line(2, 85, version=2), line(3, 80, version=2)]),
        Present(7, (ROUTINE,), four, figures),
    )

    assert plan.problems == []
    assert plan.figures == {
        5: [
            Figure(1, Decimal("90.5"), Decimal(100), "通报"),
            Figure(2, Decimal(85), Decimal(100), "通报"),
        ]
    }
    assert [(one.kind, one.person, one.before, one.after) for one in plan.changes] == [
        ("new", "张三", "", "90.5/100，通报"),
        ("changed", "李四", "80/100，通报", "85/100，通报"),
        ("missing", "赵六", "", "四村"),
    ]
    assert (plan.n_rows, plan.n_unchanged) == (3, 1)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (line(1, "优秀"), ("平时考核得分", "“优秀”不是数字，请只填数字，不带单位和文字")),
        (line(1, 101), ("平时考核得分", "超过满分 100")),
        (line(1, -1), ("平时考核得分", "不能是负数")),
        (line(1, 1 / 3), ("平时考核得分", "最多两位小数，请先四舍五入")),
        (line(1, 90, source=""), ("平时考核依据", "没有填，请写文号或考核通报名称")),
        (line(1, 90, out_of=0), ("平时考核得分", "满分应大于 0")),
        (line(1, None), ("平时考核得分", "写了依据，没有填数字")),
        (line(1, 90, version="改"), ("平时考核版本", "版本列被改动了，请重新下载表格再填")),
        (line(1, 90, key=""), ("编号", "没有编号，系统认不出是谁。请重新下载表格，填在本人那一行")),
        (line(1, 90, key="张三"), ("编号", "不是系统给出的编号。请重新下载表格，编号列不要改动")),
        (line(1, 90, key="K6-1"), ("编号", "这是另一个周期的述职对象，不能录入到本周期")),
        (line(1, 90, key="K7-9"), ("编号", "本周期没有这个述职对象。请删去这一行，或重新下载表格")),
        (
            line(1, 90, name="李四"),
            ("姓名", "编号 K7-1 是一村的“张三”，这一行写的是“李四”。是不是排序或粘贴时错了行？"),
        ),
    ],
)
def test_each_error_is_told_with_its_row_and_column(row, expected):
    plan = check(line(2, 70), row)

    assert reasons(plan) == [(3, *expected)]
    assert plan.figures == {}
    assert plan.changes == []


def test_doubled_row_is_told():
    plan = check(line(1, 90), line(2, 80), line(1, 70))

    assert reasons(plan) == [(4, "编号", "与第 2 行是同一个人，请只留一行")]


def test_unknown_column_with_content_is_an_error_and_an_empty_one_a_remark():
    with_content = check([*line(1, 90), "88"], heads=[*HEADS, "平时考核得份"])
    without = check([*line(1, 90), ""], heads=[*HEADS, "备注"])

    assert reasons(with_content) == [
        (1, "平时考核得份", "系统不认识这一列，没有读取。是不是“平时考核得分”？请改正列名，或删去这一列")
    ]
    assert reasons(without) == []
    assert without.remarks == ["列“备注”系统不认识，是空的，没有读取。"]


def test_error_column_and_empty_rows_are_passed_over():
    plan = check([*line(1, 90), "上次的错误"], [None] * 8, heads=[*HEADS, "错误原因"])

    assert (plan.problems, plan.n_rows) == ([], 1)


def test_full_width_digits_are_understood_and_told():
    plan = check(line(1, "８８"))

    assert plan.figures[5][0].value == 88
    assert plan.remarks == ["第 2 行“平时考核得分”的全角数字“８８”按 88 读取。"]


def test_change_after_the_download_is_told():
    plan = check(line(1, 90, version=1), figures={(1, 5): STORED})

    assert reasons(plan) == [
        (
            2,
            "平时考核得分",
            "您下载表格之后，别人已改为 80/100，通报。请核对；仍要改的，用错误表改好再传",
        )
    ]


def test_same_figure_is_unchanged_whatever_the_version():
    plan = check(line(1, 80, version=1), figures={(1, 5): STORED})

    assert (plan.problems, plan.n_unchanged, plan.figures) == ([], 1, {})


def test_empty_cell_keeps_what_is_stored():
    plan = check(line(1, None, source="", version=2), figures={(1, 5): STORED})

    assert (plan.problems, plan.figures) == ([], {})
    assert [one.person for one in plan.changes] == ["李四", "王五"]


def test_empty_full_marks_are_those_of_the_scheme():
    plan = check(line(1, 45, out_of=None), columns=(ComponentColumns(5, "平时考核", Decimal(50)),))

    assert plan.figures[5][0].out_of == 50


def test_places_are_whole_and_shared_ones_are_remarked():
    columns = (ComponentColumns(5, "平时考核", Decimal(3), is_place=True),)
    heads = ["编号", "姓名", "党组织", "平时考核名次", "平时考核参评总数", "平时考核依据", "平时考核版本"]

    plan = check(line(1, 1, out_of=3), line(2, 1, out_of=3), heads=heads, columns=columns)
    wrong = check(line(1, 1.5, out_of=3), heads=heads, columns=columns)

    assert plan.remarks == ["平时考核：第 1 名有 2 人：张三、李四。"]
    assert reasons(wrong) == [(2, "平时考核名次", "名次应是从 1 开始的整数")]
