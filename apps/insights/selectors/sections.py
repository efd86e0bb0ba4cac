"""The tables of the page of totals, each with what its chart needs: the same numbers in both."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from apps.common.domain.formats import round_half_up
from apps.cycles.domain.grades import BEST_FIRST
from apps.cycles.models import ReviewCycle
from apps.insights.domain.spread import bar_edges, histogram
from apps.insights.domain.tables import Cell, Head, Line, Section
from apps.insights.selectors import CycleProgress
from apps.insights.selectors.annual import (
    FieldGrades,
    FieldTotals,
    Turnout,
    YearLine,
    field_totals,
    grade_distribution,
    participation,
)

POINTS, PERCENT = "0.00", "0.0"


def score_sections(cycle: ReviewCycle) -> list[Section]:
    """Return all tables of the page. Three queries."""
    totals = field_totals(cycle)
    return [
        _spread(totals),
        _histogram(totals),
        _grades(grade_distribution(cycle)),
        _turnout(participation(cycle)),
    ]


def _of_fields(lines: Sequence[Any]) -> list[Any]:
    """Return the lines of single fields, without the one of all together."""
    return [one for one in lines if one.field]


def _spread(totals: Sequence[FieldTotals]) -> Section:
    names = ("lowest", "lower_quartile", "median", "upper_quartile", "highest", "mean")
    lines = [
        Line(
            one.label,
            [
                Cell(one.n), Cell(len(one.totals)), Cell(one.n_hidden), Cell(one.n_missing),
                *(Cell(getattr(one.spread, name) if one.spread else None) for name in names),
            ],
            is_total=not one.field,
        )
        for one in totals
    ]  # fmt: skip
    drawn = [one for one in totals if one.spread]
    boxes = [[str(getattr(one.spread, name)) for name in names[:5]] for one in drawn]
    means = [str(one.spread.mean) for one in drawn if one.spread]
    heads = ("最低（分）", "下四分位", "中位数", "上四分位", "最高（分）", "平均（分）")
    counts = ("述职对象（人）", "有总分（人）", "不显示（人）", "缺数据（人）")
    return Section(
        "spread",
        "各领域总分",
        "领域",
        [*(Head(one) for one in counts), *(Head(one, POINTS) for one in heads)],
        lines,
        note="箱子是中间一半人的总分，横线是中位数，菱形是平均分，两端是最低和最高。有效票过少、不显示得分的人不在内。四分位按排序后的位置取，落在两人之间的按比例取值。",
        empty_text="还没有得分。测评开箱并计分后，这里会显示分布。",
        chart=_chart(
            "box",
            [one.label for one in drawn],
            "分",
            [{"name": "总分", "data": boxes}, {"name": "平均", "data": means}],
        ),
    )


def _histogram(totals: Sequence[FieldTotals]) -> Section:
    fields = [one for one in _of_fields(totals) if one.totals]
    everybody = [total for one in fields for total in one.totals]
    edges = bar_edges(everybody)
    bars = {one.field: histogram(one.totals, edges) for one in fields}
    whole = histogram(everybody, edges)
    lines = [
        Line(bar.label, [*(Cell(bars[one.field][place].n) for one in fields), Cell(bar.n)])
        for place, bar in enumerate(whole)
    ]
    series = [
        {"name": one.label, "stack": "all", "data": [bar.n for bar in bars[one.field]]} for one in fields
    ]
    return Section(
        "histogram",
        "总分分布（人）",
        "总分（分）",
        [*(Head(one.label) for one in fields), Head("合计")],
        lines,
        note="每段含下限、不含上限。",
        empty_text="还没有可以显示的总分。",
        chart=_chart("bar", [bar.label for bar in whole], "人", series),
    )


def _grades(grades: Sequence[FieldGrades]) -> Section:
    kinds = [(grade.value, grade.label) for grade in BEST_FIRST]
    fields = _of_fields(grades)
    lines = [
        Line(
            one.label,
            [*(Cell(one.counts[value]) for value, _ in kinds), Cell(one.n_open), Cell(one.n)],
            is_total=not one.field,
        )
        for one in grades
    ]
    series = [
        {"name": label, "stack": "all", "kind": value, "data": [one.counts[value] for one in fields]}
        for value, label in kinds
    ]
    is_decided = any(one.n_open < one.n for one in fields)
    return Section(
        "grades",
        "等次分布（人）",
        "领域",
        [*(Head(label) for _, label in kinds), Head("未审定"), Head("合计")],
        lines,
        note="等次在签发后计入；签发前列为“未审定”。",
        empty_text="还没有述职对象。",
        chart=_chart("bar", [one.label for one in fields] if is_decided else [], "人", series),
    )


def _turnout(groups: Sequence[Turnout]) -> Section:
    lines = [
        Line(one.name, [Cell(one.n_expected), Cell(one.n_issued), Cell(one.n_returned), Cell(one.n_valid)])
        for one in groups
    ]
    counts = [("发出", [one.n_issued for one in groups]), ("收回", [one.n_returned for one in groups])]
    if all(one.n_valid is not None for one in groups):
        counts.append(("有效", [one.n_valid or 0 for one in groups]))
    return Section(
        "turnout",
        "测评参与（张）",
        "测评主体类别",
        [Head("应到（人）"), Head("发出（张）"), Head("收回（张）"), Head("有效（张）")],
        lines,
        note="各场测评合计，彩排不计。有效票数在开箱时统计。",
        empty_text="还没有开箱的测评。",
        chart=_chart(
            "bar", [one.name for one in groups], "张", [{"name": name, "data": data} for name, data in counts]
        ),
    )


def progress_section(progress: CycleProgress) -> Section:
    """Return how far each part of the work is. No query."""
    parts = [
        ("提交报告", progress.n_submitted, progress.n_reviewees),
        ("报告审核通过", progress.n_approved, progress.n_reviewees),
        ("列入议程", progress.n_on_agenda, progress.n_oral),
        ("会上点评", progress.n_commented, progress.n_oral),
        ("审定等次", progress.n_graded, progress.n_reviewees),
        ("整改销号", progress.n_closed, progress.n_items),
    ]
    shares = [None if not n_all else round_half_up(Fraction(100 * n, n_all), 1) for _, n, n_all in parts]
    lines = [
        Line(name, [Cell(n), Cell(n_all), Cell(share)])
        for (name, n, n_all), share in zip(parts, shares, strict=True)
    ]
    series = [{"name": "完成率", "data": [None if one is None else str(one) for one in shares]}]
    return Section(
        "progress",
        "各环节完成情况",
        "环节",
        [Head("已完成"), Head("应完成"), Head("完成率（%）", PERCENT)],
        lines,
        note="还没有应完成的，不算完成率。",
        chart=_chart("bar", [name for name, _, _ in parts], "%", series),
    )


def trend_sections(years: Sequence[YearLine]) -> list[Section]:
    """Return the tables of several years of one host, earliest first."""
    labels = [f"{one.year}年" for one in years]
    kinds = [(grade.value, grade.label) for grade in BEST_FIRST]
    lines = [
        Line(
            label,
            [
                Cell(one.n_reviewees), *(Cell(one.counts[value]) for value, _ in kinds), Cell(one.mean_total),
                Cell(one.n_problems), Cell(one.n_closed),
            ],
        )
        for label, one in zip(labels, years, strict=True)
    ]  # fmt: skip
    means = [None if one.mean_total is None else str(one.mean_total) for one in years]
    heads = [
        Head("述职对象（人）"), *(Head(f"{label}（人）") for _, label in kinds), Head("平均总分（分）", POINTS), Head("问题（条）"),
        Head("已销号（条）"),
    ]  # fmt: skip
    return [
        Section(
            "trend",
            "历年变化",
            "年度",
            heads,
            lines,
            note="等次和平均总分在签发后计入。图中为平均总分。",
            chart=_chart("line", labels, "分", [{"name": "平均总分", "data": means}]),
        )
    ]


def _chart(
    kind: str, labels: Sequence[str], unit: str, series: Sequence[dict[str, Any]]
) -> dict[str, object]:
    return {"kind": kind, "labels": list(labels), "unit": unit, "series": list(series)} if labels else {}
