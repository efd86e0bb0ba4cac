"""The worksheets of the annual report: the tables of its pages."""

from collections.abc import Iterator, Sequence

from apps.common.kit.sheets import SheetColumn, Table
from apps.insights.selectors.annual import FieldTotals
from apps.official_documents.kinds.annual_report.contents import ReportContent
from apps.official_documents.kinds.annual_report.pages import GRADES


def tables(title: str, content: ReportContent) -> Sequence[Table]:
    """Return one worksheet for each table of the report; a missing figure is an empty cell."""
    return [
        Table(f"{title}：{name}", columns, rows, sheet_name=name) for name, columns, rows in _parts(content)
    ]


def _columns(*heads: str, **formats: str) -> list[SheetColumn]:
    first, *others = heads
    return [SheetColumn(first, 24), *(SheetColumn(head, 12, formats.get(head, "General")) for head in others)]


def _parts(content: ReportContent) -> Iterator[tuple[str, list[SheetColumn], list[tuple[object, ...]]]]:
    yield (
        "参加测评",
        _columns("类别", "应到", "发出", "收回", "有效"),
        [(x.name, x.n_expected, x.n_issued, x.n_returned, x.n_valid) for x in content.turnout],
    )
    yield (
        "等次分布",
        _columns("领域", "人数", *GRADES, "未审定"),
        [(x.label, x.n, *x.counts.values(), x.n_open) for x in content.grades],
    )
    yield (
        "得分情况",
        _columns("领域", "人数", "平均总分", "中位数", "不显示", "缺数据", 平均总分="0.00", 中位数="0.00"),
        [_total_row(one) for one in content.totals],
    )
    yield (
        "历年比较",
        _columns("年度", "述职人数", *GRADES, "平均总分", "问题", "已销号", 平均总分="0.00"),
        [
            (x.year, x.n_reviewees, *x.counts.values(), x.mean_total, x.n_problems, x.n_closed)
            for x in content.years
        ],
    )
    yield (
        "问题和整改",
        _columns("领域", "问题", "整改事项", "已销号", "销号率"),
        [(x.label, x.n_problems, x.n_items, x.n_closed, x.rate) for x in content.problems],
    )


def _total_row(one: FieldTotals) -> tuple[object, ...]:
    figures = (one.spread.mean, one.spread.median) if one.spread else (None, None)
    return (one.label, one.n, *figures, one.n_hidden, one.n_missing)
