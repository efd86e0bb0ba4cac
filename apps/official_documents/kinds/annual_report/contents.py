"""What stands in the annual report: the figures that the overview pages show, never anybody's score by name."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from apps.common.domain.formats import percent
from apps.cycles.models import ReviewCycle
from apps.duty_reports.domain.states import ProblemSource
from apps.duty_reports.models import Problem
from apps.insights.domain.comparison import Rectified, ReportFact, YearFacts, rectified
from apps.insights.selectors import year_facts
from apps.insights.selectors.annual import (
    ALL_FIELDS,
    FieldGrades,
    FieldTotals,
    Turnout,
    YearLine,
    field_totals,
    grade_distribution,
    participation,
    year_on_year,
)
from apps.organizations.selectors.fields import fields_among


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """Problems of one field (``label`` 合计: of all), items made of them, items closed out."""

    label: str
    n_problems: int
    n_items: int
    n_closed: int

    @property
    def rate(self) -> str:
        """Share of items closed out; a dash without items."""
        return percent(Rectified(self.n_problems, self.n_items, self.n_closed).rate)


@dataclass(frozen=True, slots=True)
class ReportContent:
    """The figures of one cycle. ``sources``: where the problems come from, and how many."""

    year: int
    host: str
    n_oral: int
    n_written: int
    reports: ReportFact
    turnout: Sequence[Turnout]
    grades: Sequence[FieldGrades]
    totals: Sequence[FieldTotals]
    years: Sequence[YearLine]
    problems: Sequence[ProblemLine]
    sources: Sequence[tuple[str, int]]


def read(cycle: ReviewCycle) -> ReportContent:
    """Return the figures of a cycle in a fixed number of queries."""
    facts = year_facts([cycle])[0]
    modes = cycle.reviewees.aggregate(oral=Count("pk", filter=Q(mode="oral")), every=Count("pk"))
    return ReportContent(
        year=cycle.year,
        host=cycle.host.name,
        n_oral=modes["oral"],
        n_written=modes["every"] - modes["oral"],
        reports=facts.reports,
        turnout=tuple(participation(cycle)),
        grades=tuple(grade_distribution(cycle)),
        totals=tuple(field_totals(cycle)),
        years=tuple(year_on_year(cycle)),
        problems=tuple(_problems(facts)),
        sources=tuple(_sources(cycle)),
    )


def _problems(facts: YearFacts) -> list[ProblemLine]:
    present = {one.field for one in facts.problems}
    lines = [_line(field.label, rectified(facts, field.value)) for field in fields_among(present)]
    return [*lines, _line(ALL_FIELDS, rectified(facts))] if lines else []


def _line(label: str, figures: Rectified) -> ProblemLine:
    return ProblemLine(label, figures.n_problems, figures.n_items, figures.n_closed)


def _sources(cycle: ReviewCycle) -> list[tuple[str, int]]:
    rows = Problem.objects.filter(cycle=cycle).order_by().values_list("source").annotate(n=Count("pk"))
    counts = dict(rows)
    return [(source.label, counts[source.value]) for source in ProblemSource if source.value in counts]
