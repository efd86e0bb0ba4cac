"""Reads of eligibility conditions and what was found on them."""

from django.db.models import Count, F, Q, QuerySet

from apps.assessments.models import ConditionFinding
from apps.common.domain.actors import Actor
from apps.cycles.domain.schemes import ConditionKind
from apps.cycles.domain.stages import Stage
from apps.cycles.models import GradeCondition, ReviewCycle
from apps.organizations.selectors import within

Key = tuple[int, int]


def eligibility_conditions(cycle: ReviewCycle) -> QuerySet[GradeCondition]:
    """Return the eligibility rules of a cycle in their order, computed ones included; ``n_people`` counts its reviewees."""
    rows = GradeCondition.objects.filter(scheme__cycle=cycle, kind=ConditionKind.ELIGIBILITY.value)
    return rows.select_related("component").annotate(n_people=Count("scheme__cycle__reviewees"))


def recorded_conditions(cycle: ReviewCycle) -> QuerySet[GradeCondition]:
    """Return the eligibility rules that staff record; the others follow from a component's score."""
    return eligibility_conditions(cycle).filter(component__isnull=True)


def veto_conditions(cycle: ReviewCycle) -> QuerySet[GradeCondition]:
    """Return the veto rules of a cycle in their order."""
    return GradeCondition.objects.filter(scheme__cycle=cycle, kind=ConditionKind.VETO.value)


def finding_rows(cycle: ReviewCycle) -> dict[Key, ConditionFinding]:
    """Return the findings of a cycle by (reviewee, condition)."""
    rows = ConditionFinding.objects.filter(reviewee__cycle=cycle).select_related("entered_by", "evidence")
    return {(one.reviewee_id, one.condition_id): one for one in rows}


def conditions_visible_to(user: Actor) -> QuerySet[GradeCondition]:
    """Return the eligibility rules of opened cycles the account manages, with how many people meet them, do not, are open."""
    rows = GradeCondition.objects.filter(
        within(user.department_paths(), "scheme__cycle__host__"), kind=ConditionKind.ELIGIBILITY.value
    )
    return (
        rows.exclude(scheme__cycle__stage=Stage.DRAFT.value)
        .select_related("scheme__cycle", "component")
        .annotate(
            n_met=Count("findings", filter=Q(findings__is_met=True), distinct=True),
            n_not_met=Count("findings", filter=Q(findings__is_met=False), distinct=True),
            n_people=Count("scheme__cycle__reviewees", distinct=True),
        )
        .annotate(n_open=F("n_people") - F("n_met") - F("n_not_met"))
    )
