"""The words, tables and charts of the annual report. Each chart's numbers stand in the table above it."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from apps.common.domain.formats import MISSING, percent
from apps.cycles.domain.grades import Grade
from apps.documents.kit.charts import Value, bar_chart, grouped_bars, line_chart, stacked_bars
from apps.documents.kit.paper import Paper
from apps.insights.selectors.annual import FieldGrades, FieldTotals
from apps.official_documents.domain.templates import Dress
from apps.official_documents.kinds.annual_report.contents import ReportContent

GRADES = tuple(grade.label for grade in Grade)
HIDDEN_MEANS = "有{n}人有效票较少，总分不显示，不计入平均分；有总分的人员都在内。"
NUMBERS = "一二三四五六七八"
LEAST_YEARS = 2


def write(paper: Paper, content: ReportContent, dress: Dress) -> None:
    """Write everything between title and signature; a part without figures is left out."""
    paper.paragraph(dress.words["opening"])
    number = iter(NUMBERS)
    _overall(paper, content, number)
    if content.turnout:
        _turnout(paper, content, number)
    if content.grades:
        _grades(paper, content.grades, number)
    if content.totals:
        _totals(paper, content.totals, number)
    if len(content.years) >= LEAST_YEARS:
        _years(paper, content, number)
    if content.problems:
        _problems(paper, content, number)
    if dress.words["next_steps"]:
        paper.heading(f"{next(number)}、下步打算")
        paper.paragraph(dress.words["next_steps"])


def _overall(paper: Paper, content: ReportContent, number: Iterator[str]) -> None:
    paper.heading(f"{next(number)}、总体情况")
    n = content.n_oral + content.n_written
    reports = content.reports
    paper.paragraph(
        f"{content.year}年度共有{n}名党组织书记参加述职评议考核，其中现场述职{content.n_oral}名、书面述职{content.n_written}名。"
    )
    if reports.n_due:
        paper.paragraph(
            f"应交述职报告{reports.n_due}份，已提交{reports.n_submitted}份，审核通过{reports.n_approved}份，"
            f"退回修改{reports.n_returns}次。"
        )


def _turnout(paper: Paper, content: ReportContent, number: Iterator[str]) -> None:
    paper.heading(f"{next(number)}、参加测评情况")
    rows = [
        (x.name, x.n_expected, x.n_issued, x.n_returned, MISSING if x.n_valid is None else x.n_valid)
        for x in content.turnout
    ]
    head = ("类别", "应到", "发出", "收回", "有效")
    paper.table(head, rows, (68, 22, 22, 22, 22), "lcccc", caption="各类别测评票（单位：人、张）")
    names = [one.name.partition("（")[0] for one in content.turnout]
    series: dict[str, Sequence[Value]] = {
        "发出": [one.n_issued for one in content.turnout],
        "收回": [one.n_returned for one in content.turnout],
        "有效": [one.n_valid for one in content.turnout],
    }
    paper.figure(grouped_bars(names, series), caption="各类别测评票数")


def _grades(paper: Paper, grades: Sequence[FieldGrades], number: Iterator[str]) -> None:
    paper.heading(f"{next(number)}、等次分布")
    whole = grades[-1]
    shares = "、".join(
        f"“{label}”{n}人（{percent(Fraction(n, whole.n))}）"
        for label, n in zip(GRADES, whole.counts.values(), strict=True)
    )
    paper.paragraph(f"综合评价等次中，{shares}。")
    rows = [(one.label, one.n, *one.counts.values(), one.n_open) for one in grades]
    head = ("领域", "人数", *GRADES, "未审定")
    paper.table(head, rows, (30, 21, 21, 21, 21, 21, 21), "ccccccc", caption="各领域等次人数（单位：人）")
    fields = grades[:-1]
    series = {
        label: [list(one.counts.values())[place] for one in fields] for place, label in enumerate(GRADES)
    }
    paper.figure(stacked_bars([one.label for one in fields], series), caption="各领域等次构成")


def _totals(paper: Paper, totals: Sequence[FieldTotals], number: Iterator[str]) -> None:
    paper.heading(f"{next(number)}、得分情况")
    rows = [_total_row(one) for one in totals]
    head = ("领域", "人数", "平均总分", "中位数", "不显示", "缺数据")
    paper.table(head, rows, (30, 22, 28, 28, 24, 24), "ccrrcc", caption="各领域总分（满分100分）")
    n_hidden = totals[-1].n_hidden
    if n_hidden:
        paper.paragraph(HIDDEN_MEANS.format(n=n_hidden))
    fields = totals[:-1]
    means = [one.spread.mean if one.spread else None for one in fields]
    paper.figure(bar_chart([one.label for one in fields], means), caption="各领域平均总分")


def _total_row(one: FieldTotals) -> tuple[object, ...]:
    figures = (one.spread.mean, one.spread.median) if one.spread else (MISSING, MISSING)
    return (one.label, one.n, *figures, one.n_hidden, one.n_missing)


def _years(paper: Paper, content: ReportContent, number: Iterator[str]) -> None:
    paper.heading(f"{next(number)}、历年比较")
    rows = [
        (
            f"{one.year}年",
            one.n_reviewees,
            *one.counts.values(),
            MISSING if one.mean_total is None else one.mean_total,
            one.n_problems,
            one.n_closed,
        )
        for one in content.years
    ]
    head = ("年度", "述职人数", *GRADES, "平均总分", "问题", "已销号")
    widths = (20, 19, 15, 15, 15, 15, 22, 17, 18)
    paper.table(head, rows, widths, "ccccccrcc", caption="历年主要数据")
    labels = [f"{one.year}" for one in content.years]
    paper.figure(line_chart(labels, {"": [one.mean_total for one in content.years]}), caption="历年平均总分")


def _problems(paper: Paper, content: ReportContent, number: Iterator[str]) -> None:
    paper.heading(f"{next(number)}、问题和整改情况")
    whole = content.problems[-1]
    paper.paragraph(
        f"共指出问题{whole.n_problems}个，列入整改台账{whole.n_items}项，已销号{whole.n_closed}项，销号率{whole.rate}。"
    )
    rows = [(one.label, one.n_problems, one.n_items, one.n_closed, one.rate) for one in content.problems]
    head = ("领域", "问题（个）", "整改事项（项）", "已销号（项）", "销号率")
    paper.table(head, rows, (30, 30, 34, 34, 28), "ccccc", caption="各领域问题和整改")
    if content.sources:
        labels, counts = zip(*content.sources, strict=True)
        paper.figure(bar_chart(labels, counts, height=150), caption="问题来源（单位：个）")
