"""What counts beside the ballots in a demonstration year: lists and conditions of the scheme, figures, points, findings, a veto."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from random import Random

from apps.accounts.models import User
from apps.assessments.domain.findings import Finding
from apps.assessments.services import (
    Figure,
    record_adjustments,
    record_component_scores,
    record_findings,
    record_veto,
)
from apps.cycles.domain.grades import Grade
from apps.cycles.domain.plans import AdjustmentPlan, ConditionPlan, LinkPlan
from apps.cycles.domain.schemes import AdjustmentKind, AppraisalGrade, ComponentKind, ConditionKind
from apps.cycles.models import GradeCondition, ReviewCycle, SchemeAdjustment, SchemeComponent
from apps.cycles.selectors import plan_of
from apps.cycles.services import set_adjustments, set_conditions, set_links, set_voter_groups

ADJUSTMENTS = (
    AdjustmentPlan("党建工作经验在市级以上推广", AdjustmentKind.BONUS, Decimal(1), Decimal(2), Decimal(3)),
    AdjustmentPlan("党组织或党员受到市级以上表彰", AdjustmentKind.BONUS, Decimal(1), Decimal(1), Decimal(2)),
    AdjustmentPlan("党建重点任务被通报批评", AdjustmentKind.DEDUCTION, Decimal("0.5"), Decimal(2)),
)
MOST_BONUS, ANNUAL_WEIGHT = Decimal(4), Decimal(20)
CONDITIONS = (
    ConditionPlan("受到党纪政务处分", ConditionKind.VETO, Grade.AVERAGE),
    ConditionPlan("瞒报、虚报党建工作情况", ConditionKind.VETO, Grade.POOR),
    ConditionPlan(
        "实地核查不低于75分方可评“好”", ConditionKind.ELIGIBILITY, Grade.FAIRLY_GOOD, "实地核查", Decimal(75)
    ),
    ConditionPlan("所在单位绩效考核为优秀方可评“好”", ConditionKind.ELIGIBILITY, Grade.FAIRLY_GOOD),
)
LINKS = (
    LinkPlan(Grade.GOOD, AppraisalGrade.EXCELLENT),
    LinkPlan(Grade.FAIRLY_GOOD, AppraisalGrade.COMPETENT),
    LinkPlan(Grade.AVERAGE, AppraisalGrade.COMPETENT, "由上级党组织约谈"),
    LinkPlan(Grade.POOR, AppraisalGrade.BASIC, "限期整改，视情调整岗位"),
)
SOURCES = {"平时考核": "区委组织部季度考核通报", "实地核查": "年终实地核查记录"}
BASES = (92, 86, 81, 94)  # of the figures, per kind of secretary
NOT_OUTSTANDING = 9  # one in so many organizations was not rated excellent


def enrich(cycle: ReviewCycle, *, n_expected: Sequence[int], clerk: User, at: datetime) -> None:
    """Give a draft its numbers of people, lists of bonus and deduction, vetoes and conditions, and what the grades lead to."""
    plan = plan_of(cycle.scheme)
    groups = [replace(group, n_expected=n) for group, n in zip(plan.groups, n_expected, strict=True)]
    set_voter_groups(cycle.pk, groups=groups, actor=clerk, at=at)
    rules = replace(plan.rules, bonus_limit=MOST_BONUS, annual_weight=ANNUAL_WEIGHT)
    set_adjustments(cycle.pk, adjustments=ADJUSTMENTS, rules=rules, actor=clerk, at=at)
    set_conditions(cycle.pk, conditions=CONDITIONS, actor=clerk, at=at)
    set_links(cycle.pk, links=LINKS, rules=rules, actor=clerk, at=at)


def assess(cycle: ReviewCycle, *, clerk: User, at: datetime, draw: Random) -> None:
    """Enter all that is not voted on."""
    reviewees = list(cycle.reviewees.order_by("order_no").values_list("pk", flat=True))
    imported = SchemeComponent.objects.filter(scheme__cycle=cycle, kind=ComponentKind.IMPORTED.value)
    for component in imported.order_by("order_no"):
        source = SOURCES.get(component.name, component.name)
        figures = [
            Figure(pk, _figure(place, draw), Decimal(100), f"{cycle.year}年度{source}")
            for place, pk in enumerate(reviewees)
        ]
        record_component_scores(component.pk, figures, actor=clerk, at=at)
    _points(cycle, reviewees, clerk=clerk, at=at)
    _findings(cycle, reviewees, clerk=clerk, at=at)


def _figure(place: int, draw: Random) -> Decimal:
    return min(Decimal(99), Decimal(BASES[place % len(BASES)]) + Decimal(draw.randrange(-120, 60)) / 10)


def _points(cycle: ReviewCycle, reviewees: list[int], *, clerk: User, at: datetime) -> None:
    told, praised, blamed = SchemeAdjustment.objects.filter(scheme__cycle=cycle).order_by("order_no")
    for line, points, people, reason in (
        (told, "1.5", reviewees[0:12:4], "党建引领基层治理做法在市委组织部简报刊发"),
        (praised, "1", reviewees[3:20:5], "获评市级先进基层党组织"),
        (blamed, "0.5", reviewees[6:7], "发展党员程序不规范被全区通报"),
    ):
        record_adjustments(line.pk, people, points=Decimal(points), reason=reason, actor=clerk, at=at)


def _findings(cycle: ReviewCycle, reviewees: list[int], *, clerk: User, at: datetime) -> None:
    conditions = GradeCondition.objects.filter(scheme__cycle=cycle)
    recorded = conditions.get(kind=ConditionKind.ELIGIBILITY.value, component=None)
    findings = []
    for place, pk in enumerate(reviewees):
        is_met = place % NOT_OUTSTANDING != NOT_OUTSTANDING - 1
        grade = "优秀" if is_met else "良好"
        findings.append(Finding(pk, recorded.pk, is_met, f"{cycle.year}年度绩效考核等次为{grade}"))
    record_findings(cycle.pk, findings, actor=clerk, at=at)
    veto = conditions.filter(kind=ConditionKind.VETO.value).earliest("order_no")
    reason = "年内因履行全面从严治党主体责任不力受到党内警告处分"
    record_veto(
        reviewees[10], caps_at=Grade(veto.cap), reason=reason, condition_id=veto.pk, actor=clerk, at=at
    )
