"""Reads across the years. Every function costs a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import Count, Exists, F, Func, IntegerField, OuterRef, Q, QuerySet, Subquery

from apps.accounts.domain.roles import DEPARTMENT_ROLES, Role
from apps.accounts.models import User
from apps.cycles.domain.stages import Stage
from apps.cycles.models import ReviewCycle, Reviewee
from apps.duty_reports.domain.states import Decision, ReportState
from apps.duty_reports.models import DutyReport, Problem
from apps.grading.selectors import signed_grade_of
from apps.insights.domain.comparison import ProblemFact, ReportFact, RevieweeFact, YearFacts
from apps.meetings.models import AgendaItem
from apps.organizations.selectors import within
from apps.rectification.domain.states import ItemState
from apps.rectification.models import RectificationItem
from apps.scoring.domain.states import RunState
from apps.scoring.models import ScoreRun, ScoreSummary

VIEWERS = (*DEPARTMENT_ROLES, Role.LEADER.value)
SIGNED_STAGES = (Stage.RECTIFYING.value, Stage.ARCHIVED.value)
CLOSED = ItemState.CLOSED_OUT.value
IS_CLOSED = Q(item__state=CLOSED)


def cycles_for_overview(user: User) -> list[ReviewCycle]:
    """Return the opened cycles whose host lies in the account's scope as staff or leader, latest first."""
    rows = ReviewCycle.objects.filter(within(user.paths_of(*VIEWERS), "host__"))
    opened = rows.exclude(stage=Stage.DRAFT.value).select_related("host")
    return list(opened.order_by("-year", "host__depth", "pk"))


def scored_cycles(user: User) -> list[ReviewCycle]:
    """Return the managed cycles that have a finished current run, latest first. One query."""
    done = ScoreRun.objects.filter(cycle=OuterRef("pk"), is_current=True).exclude(
        state=RunState.RUNNING.value
    )
    rows = ReviewCycle.objects.filter(within(user.department_paths(), "host__")).filter(Exists(done))
    return list(rows.select_related("host").order_by("-year", "host__depth", "pk"))


def year_facts(cycles: Sequence[ReviewCycle]) -> list[YearFacts]:
    """Return what is compared of each cycle, in three queries however many there are.

    Grades and totals count only once the grades of the cycle are signed off.
    """
    ids = [cycle.pk for cycle in cycles]
    reviewees, problems, reports = _reviewee_facts(ids), _problem_facts(ids), _report_facts(ids)
    return [
        YearFacts(reviewees.get(pk, ()), problems.get(pk, ()), reports.get(pk, ReportFact())) for pk in ids
    ]


def _reviewee_facts(ids: Sequence[int]) -> dict[int, list[RevieweeFact]]:
    rows = with_results(Reviewee.objects.filter(cycle_id__in=ids))
    found: dict[int, list[RevieweeFact]] = {}
    for row in rows:
        grade, total = result_of(row)
        found.setdefault(row.cycle_id, []).append(RevieweeFact(row.field, grade, total))
    return found


def with_results(reviewees: QuerySet[Reviewee]) -> QuerySet[Reviewee]:
    """Add the grade that counts and the published total as signed off (``None`` before), and whether the score must stay hidden."""
    summary = ScoreSummary.objects.filter(
        reviewee=OuterRef("pk"), run__is_current=True, reviewee__cycle__stage__in=SIGNED_STAGES
    )
    return reviewees.annotate(
        signed_grade=Subquery(signed_grade_of("pk")),
        signed_total=Subquery(summary.values("total")[:1]),
        is_score_hidden=Subquery(summary.values("hides_score")[:1]),
    )


def result_of(row: Reviewee) -> tuple[str, Fraction | None]:
    """Return grade ("" before the sign-off) and published total (``None``: missing or hidden) of a row of ``with_results``.

    The total is the rounded one: a mean of exact totals would tell more about them than the score pages do.
    """
    total, is_hidden = getattr(row, "signed_total", None), getattr(row, "is_score_hidden", None)
    return getattr(row, "signed_grade", None) or "", None if total is None or is_hidden else Fraction(total)


def _problem_facts(ids: Sequence[int]) -> dict[int, list[ProblemFact]]:
    rows = (
        Problem.objects.filter(cycle_id__in=ids)
        .order_by("organization_id")
        .values_list("cycle_id", "organization_id", "organization__name", "organization__field")
        .annotate(n=Count("pk"), n_items=Count("item"), n_closed=Count("item", filter=IS_CLOSED))
    )
    found: dict[int, list[ProblemFact]] = {}
    for pk, *values in rows:
        found.setdefault(pk, []).append(ProblemFact(*values))
    return found


def _report_facts(ids: Sequence[int]) -> dict[int, ReportFact]:
    returned = Q(rounds__decision=Decision.RETURNED.value)
    rows = (
        DutyReport.objects.filter(reviewee__cycle_id__in=ids)
        .order_by()
        .values_list("reviewee__cycle_id")
        .annotate(
            n_due=Count("pk", distinct=True),
            n_submitted=Count("pk", filter=Q(submitted_at__isnull=False), distinct=True),
            n_approved=Count("pk", filter=Q(state=ReportState.APPROVED.value), distinct=True),
            n_returns=Count("rounds", filter=returned, distinct=True),
        )
    )
    return {pk: ReportFact(*counts) for pk, *counts in rows}


@dataclass(frozen=True, slots=True)
class CycleProgress:
    """Numbers of one cycle along its stages."""

    n_oral: int
    n_written: int
    n_submitted: int
    n_approved: int
    n_on_agenda: int
    n_commented: int
    n_problems: int
    n_graded: int
    n_items: int
    n_closed: int
    n_overdue: int

    @property
    def n_reviewees(self) -> int:
        return self.n_oral + self.n_written

    @property
    def n_open(self) -> int:
        return self.n_items - self.n_closed


def cycle_progress(cycle: ReviewCycle, today: date) -> CycleProgress:
    """Return how far the cycle is, in two queries."""
    people = cycle.reviewees.aggregate(
        n_oral=Count("pk", filter=Q(mode="oral"), distinct=True),
        n_written=Count("pk", filter=Q(mode="written"), distinct=True),
        n_submitted=Count("pk", filter=Q(duty_report__submitted_at__isnull=False), distinct=True),
        n_approved=Count("pk", filter=Q(duty_report__state=ReportState.APPROVED.value), distinct=True),
        n_commented=Count(
            "pk", filter=Q(commentaries__isnull=False) & ~Q(commentaries__text=""), distinct=True
        ),
        n_graded=Count(
            "pk", filter=Q(grade_decision__isnull=False) & ~Q(grade_decision__overall_grade=""), distinct=True
        ),
    )
    items = RectificationItem.objects.filter(cycle=OuterRef("pk"))
    counted = {
        "n_items": items,
        "n_closed": items.filter(state=CLOSED),
        "n_overdue": items.filter(due_on__lt=today).exclude(state=CLOSED),
        "n_on_agenda": AgendaItem.objects.filter(meeting__cycle=OuterRef("pk")),
        "n_problems": Problem.objects.filter(cycle=OuterRef("pk")),
    }
    numbers = (
        ReviewCycle.objects.filter(pk=cycle.pk)
        .values(**{name: _n_of(rows) for name, rows in counted.items()})
        .get()
    )
    return CycleProgress(**people, **numbers)


def _n_of(rows: QuerySet[Any]) -> Subquery:
    """Return the number of rows of a correlated query."""
    return Subquery(
        rows.order_by().annotate(n=Func(F("pk"), function="COUNT")).values("n"), output_field=IntegerField()
    )


def years_of(secretary_id: int) -> QuerySet[Reviewee]:
    """Return a person's reviews, latest first, with what was signed off and what became of the problems."""
    rows = Reviewee.objects.filter(secretary_id=secretary_id).exclude(cycle__stage=Stage.DRAFT.value)
    return (
        with_results(rows)
        .select_related("cycle__host")
        .annotate(
            n_problems=Count("problems", distinct=True),
            n_closed=Count("problems", filter=Q(problems__item__state=CLOSED), distinct=True),
            year=F("cycle__year"),
        )
        .order_by("-cycle__year", "cycle__host__depth")
    )


def years_on_card(secretary_id: int, user: User) -> QuerySet[Reviewee]:
    """Return a person's years as the account may see them: the own ones, or of hosts it runs as staff."""
    rows = years_of(secretary_id)
    if user.secretary_id == secretary_id:
        return rows
    return rows.filter(within(user.department_paths(), "cycle__host__"))
