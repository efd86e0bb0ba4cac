"""An invented district's year."""

from collections.abc import Sequence
from decimal import Decimal

from apps.cycles.domain.grades import Grade
from apps.insights.domain.comparison import ReportFact
from apps.insights.domain.spread import spread_of
from apps.insights.selectors.annual import ALL_FIELDS, FieldGrades, FieldTotals, Turnout, YearLine
from apps.official_documents.kinds.annual_report.contents import ProblemLine, ReportContent
from apps.official_documents.kinds.demonstration import HOST
from apps.organizations.domain.fields import preset_field

# Field: grades 好/较好/一般/差, mean total. Problems: named, items made of them, closed out.
_FIELDS = (
    (preset_field("rural"), (12, 20, 3, 1), "88.91"),
    (preset_field("urban"), (5, 9, 1, 0), "89.64"),
    (preset_field("new"), (1, 2, 0, 0), "86.20"),
    (preset_field("agency"), (6, 12, 2, 0), "87.35"),
    (preset_field("soe"), (2, 3, 0, 0), "88.02"),
    (preset_field("health"), (3, 5, 1, 0), "88.40"),
    (preset_field("education"), (4, 8, 1, 0), "89.10"),
)
_PROBLEMS = ((96, 90, 71), (41, 40, 33), (9, 9, 5), (48, 44, 40), (12, 12, 10), (25, 22, 15), (30, 30, 24))
_YEARS = (
    (2023, "86.42", 198, 176),
    (2024, "87.10", 221, 205),
    (2025, "87.96", 240, 229),
    (2026, "88.55", 261, 198),
)


def demonstration() -> ReportContent:
    """Return believable figures; they add up."""
    counts = [sum(values) for values in zip(*(row[1] for row in _FIELDS), strict=True)]
    return ReportContent(
        year=2026,
        host=HOST,
        n_oral=36,
        n_written=sum(counts) - 36,
        reports=ReportFact(sum(counts), sum(counts), sum(counts) - 1, 27),
        turnout=(
            Turnout("A类（区领导班子成员）", 24, 24, 24, 24),
            Turnout("B类（基层党组织书记、党务工作者）", 130, 130, 124, 122),
            Turnout("C类（“两代表一委员”、党员群众代表）", 60, 60, 52, 51),
        ),
        grades=(
            *(_grades(field.value, field.label, row) for field, row, _ in _FIELDS),
            _grades("", ALL_FIELDS, counts),
        ),
        totals=(
            *(_totals(field.value, field.label, sum(row), mean) for field, row, mean in _FIELDS),
            _totals("", ALL_FIELDS, sum(counts), _YEARS[-1][1]),
        ),
        years=tuple(_year(place, *row) for place, row in enumerate(_YEARS)),
        problems=(
            *(ProblemLine(row[0].label, *numbers) for row, numbers in zip(_FIELDS, _PROBLEMS, strict=True)),
            ProblemLine(ALL_FIELDS, *map(sum, zip(*_PROBLEMS, strict=True))),
        ),
        sources=(("点评", 140), ("自查", 63), ("巡视巡察", 22), ("监督检查", 26), ("审计", 10)),
    )


def _grades(field: str, label: str, counts: Sequence[int]) -> FieldGrades:
    return FieldGrades(field, label, {g.value: n for g, n in zip(Grade, counts, strict=True)}, 0)


def _totals(field: str, label: str, n: int, mean: str) -> FieldTotals:
    n_hidden = 1 if field in {"new", ""} else 0
    totals = (Decimal(mean),) * (n - n_hidden)
    return FieldTotals(field, label, n, n_hidden, 0, spread_of(totals), totals)


def _year(place: int, year: int, mean: str, n_problems: int, n_closed: int) -> YearLine:
    counts = {g.value: n for g, n in zip(Grade, (30 + place, 62 - place, 8, 1), strict=True)}
    return YearLine(year, f"{year}年度", sum(counts.values()), counts, Decimal(mean), n_problems, n_closed)
