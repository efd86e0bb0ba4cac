"""The sections of the comparison, with a link from each figure to the rows behind it; and a secretary's own years."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, cast
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from apps.accounts.models import User
from apps.common.domain.formats import round_half_up
from apps.common.lists import Column, Filter, ListPage
from apps.cycles.domain.grades import BEST_FIRST, Grade
from apps.cycles.models import ReviewCycle, Reviewee
from apps.duty_reports.domain.states import ReportState
from apps.insights.domain.comparison import (
    Rectified,
    YearFacts,
    fields_of,
    grade_counts,
    mean_total,
    rectified,
    recurring,
)
from apps.insights.domain.tables import Cell, Head, Line, Section
from apps.insights.policies import can_see_own_years
from apps.insights.selectors import result_of, years_of
from apps.organizations.models import field_named
from apps.organizations.selectors.fields import fields_among
from apps.rectification.domain.states import ItemState

SCORE, PERCENT = "0.00", "0.0"
ALL = "合计"
YEARS = "insights.years"


def user_of(request: HttpRequest) -> User:
    """Return the account behind ``login_required``."""
    return cast("User", request.user)


@dataclass(frozen=True, slots=True)
class Year:
    """A cycle with its facts, and the lists its figures lead to. A leader may not open scores and grades."""

    cycle: ReviewCycle
    facts: YearFacts
    is_staff: bool

    @property
    def name(self) -> str:
        return f"{self.cycle.year}年"

    def grades_url(self, **narrowed: str | None) -> str:
        return self._url("grading:decision_list", narrowed) if self.is_staff else ""

    def scores_url(self, **narrowed: str | None) -> str:
        return self._url("scoring:summary_list", narrowed) if self.is_staff else ""

    def reports_url(self, **narrowed: str | None) -> str:
        return self._url("duty_reports:report_list", narrowed)

    def items_url(self, **narrowed: str | None) -> str:
        return self._url("rectification:item_list", narrowed)

    def _url(self, name: str, narrowed: dict[str, str | None]) -> str:
        query = {"cycle": str(self.cycle.pk)} | {key: value for key, value in narrowed.items() if value}
        return f"{reverse(name)}?{urlencode(query)}"


def sections(earlier: Year, later: Year) -> list[Section]:
    """Return all tables of the comparison."""
    years = (earlier, later)
    fields = [one.value for one in fields_among(fields_of(year.facts for year in years))]
    return [
        _grades(years, fields),
        _totals(years, fields),
        _reports(years),
        _rectified(years, fields),
        _recurring(years),
    ]


def _lines(fields: Sequence[str], cells: Callable[[str | None], list[Cell]]) -> list[Line]:
    lines = [Line(field_named(one).label, cells(one)) for one in fields]
    return [*lines, Line(ALL, cells(None), is_total=True)] if lines else []


def _grades(years: Sequence[Year], fields: Sequence[str]) -> Section:
    kinds = [(grade.value, grade.label) for grade in BEST_FIRST] + [("", "未审定")]

    def cells(field: str | None) -> list[Cell]:
        found = []
        for year in years:
            counts = grade_counts(year.facts, field)
            for value, _ in kinds:
                url = year.grades_url(field=field, grade=value) if value else ""
                found.append(Cell(counts[value], url if counts[value] else ""))
        return found

    series = [
        {
            "name": f"{year.name}{label}",
            "stack": year.name,
            "kind": value,
            "data": [grade_counts(year.facts, field)[value] for field in fields],
        }
        for year in years
        for value, label in kinds[:-1]
    ]
    return Section(
        "grades",
        "等次分布（人）",
        "领域",
        [Head(f"{year.cycle.year}{label}") for year in years for _, label in kinds],
        _lines(fields, cells),
        note=f"图中每组左柱为{years[0].name}，右柱为{years[1].name}。等次在签发后计入；签发前列为“未审定”。",
        chart=_chart(fields, "人", series),
    )


def _totals(years: Sequence[Year], fields: Sequence[str]) -> Section:
    def cells(field: str | None) -> list[Cell]:
        means = [mean_total(year.facts, field) for year in years]
        shown = [
            Cell(_rounded(mean), year.scores_url(field=field) if mean is not None else "")
            for year, mean in zip(years, means, strict=True)
        ]
        return [*shown, Cell(_difference(means))]

    series = [
        {"name": year.name, "data": [_plain(mean_total(year.facts, field)) for field in fields]}
        for year in years
    ]
    return Section(
        "totals",
        "平均总分",
        "领域",
        [*(Head(f"{year.name}（分）", SCORE) for year in years), Head("变化（分）", SCORE)],
        _lines(fields, cells),
        note="签发后计入；有效票过少、不显示得分的人不计入平均。",
        chart=_chart(fields, "分", series, kind="points"),
    )


def _reports(years: Sequence[Year]) -> Section:
    approved = ReportState.APPROVED.value
    rows: list[tuple[str, str, str | None]] = [
        ("应交报告（份）", "n_due", None),
        ("已提交（份）", "n_submitted", None),
        ("审核通过（份）", "n_approved", approved),
        ("退回修改（次）", "n_returns", None),
    ]
    lines = []
    for label, name, state in rows:
        values = [getattr(year.facts.reports, name) for year in years]
        urls = [year.reports_url(state=state) for year in years]
        shown = [Cell(value, url) for value, url in zip(values, urls, strict=True)]
        lines.append(Line(label, [*shown, Cell(values[1] - values[0])]))
    heads = [*(Head(year.name) for year in years), Head("变化")]
    return Section("reports", "述职报告", "事项", heads, lines)


def _rectified(years: Sequence[Year], fields: Sequence[str]) -> Section:
    def cells(field: str | None) -> list[Cell]:
        found = []
        for year in years:
            one = rectified(year.facts, field)
            closed = year.items_url(field=field, state=ItemState.CLOSED_OUT.value)
            found += [
                Cell(one.n_problems, year.items_url(field=field) if one.n_items else ""),
                Cell(one.n_closed, closed if one.n_closed else ""),
                Cell(_percent(one)),
            ]
        return found

    series = [
        {"name": f"{year.name}问题", "data": [rectified(year.facts, field).n_problems for field in fields]}
        for year in years
    ]
    heads = [
        Head(f"{year.name}{label}", number_format)
        for year in years
        for label, number_format in (
            ("问题（条）", "General"),
            ("已销号（条）", "General"),
            ("销号率（%）", PERCENT),
        )
    ]
    return Section(
        "rectified",
        "问题与整改",
        "领域",
        heads,
        _lines(fields, cells),
        note="销号率 ＝ 已销号 ÷ 已列入整改台账；还没有列入台账的不算销号率。",
        chart=_chart(fields, "条", series),
    )


def _recurring(years: Sequence[Year]) -> Section:
    earlier, later = years
    lines = []
    for one in recurring(earlier.facts, later.facts):
        who = str(one.organization_id)
        cells = [Cell(field_named(one.field).label)]
        for year, figures in ((earlier, one.earlier), (later, one.later)):
            url = year.items_url(organization=who) if figures.n_items else ""
            cells += [Cell(figures.n_problems, url), Cell(figures.n_closed)]
        lines.append(Line(one.organization, cells))
    heads = [Head("领域")] + [
        Head(f"{year.name}{label}") for year in years for label in ("问题（条）", "已销号（条）")
    ]
    return Section(
        "recurring",
        "两年都有问题的党组织",
        "党组织",
        heads,
        lines,
        empty_text="没有党组织在两年里都被指出问题。",
    )


def _chart(
    fields: Sequence[str], unit: str, series: list[dict[str, Any]], *, kind: str = "pair"
) -> dict[str, object]:
    labels = [field_named(one).label for one in fields]
    return {"kind": kind, "labels": labels, "unit": unit, "series": series} if labels else {}


def _rounded(value: Fraction | None) -> Decimal | None:
    return None if value is None else round_half_up(value, 2)


def _plain(value: Fraction | None) -> str | None:
    return None if value is None else str(round_half_up(value, 2))


def _difference(means: Sequence[Fraction | None]) -> Decimal | None:
    before, after = means
    return None if before is None or after is None else round_half_up(after - before, 2)


def _percent(one: Rectified) -> Decimal | None:
    return None if one.rate is None else round_half_up(one.rate * 100, 1)


def grade_label(row: Reviewee) -> str:
    """Return the signed-off grade in words."""
    grade, _ = result_of(row)
    return Grade(grade).label if grade else "未审定"


def shown_total(row: Reviewee) -> Decimal | None:
    """Return the signed-off total, unless it is missing or must stay hidden."""
    _, total = result_of(row)
    return _rounded(total)


def _years(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the years to filter by, read once per request."""
    kept: list[int] | None = request.META.get(YEARS)
    if kept is None:
        rows = years_of(user_of(request).secretary_id or 0).order_by("-cycle__year")
        kept = request.META[YEARS] = list(rows.values_list("cycle__year", flat=True).distinct())
    return [(str(year), f"{year}年度") for year in kept]


class OwnYears(ListPage):
    title = "历年"
    intro = "您历年述职评议考核的等次、总分和整改情况。等次和总分在签发后显示。"
    columns = (
        Column("year", "年度", "cycle.year", sort=("cycle__year",), width=8),
        Column("cycle", "年度周期", "cycle.title", sort=("cycle__title",), width=28),
        Column("organization", "党组织", "organization_name", sort=("organization_name",), width=24),
        Column("post", "职务", "post", sort=("post",)),
        Column("grade", "等次", grade_label, template="insights/_grade_cell.html", width=10),
        Column("total", "总分（分）", shown_total, numeric=True, number_format=SCORE),
        Column("problems", "问题（条）", "n_problems", sort=("n_problems",), numeric=True),
        Column("closed", "已销号（条）", "n_closed", sort=("n_closed",), numeric=True),
    )
    filters = (Filter("year", "年度", _years, lambda rows, value: rows.filter(cycle__year=int(value))),)
    search_fields = ("cycle__title", "organization_name", "post")
    search_hint = "搜索周期、党组织"
    default_sort = "-year"
    empty_text = "还没有述职评议考核的记录。"

    def is_allowed(self, request: HttpRequest) -> bool:
        return can_see_own_years(user_of(request))

    def get_rows(self, request: HttpRequest) -> QuerySet[Reviewee]:
        return years_of(user_of(request).secretary_id or 0)

    def page_context(self, request: HttpRequest) -> dict[str, Any]:
        return {"empty_hint": "组织部启动年度周期并把您列为述职对象后，会显示在这里。"}
