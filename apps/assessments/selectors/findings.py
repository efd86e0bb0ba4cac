"""Reads of eligibility conditions and what was found on them."""

from django.db.models import QuerySet

from apps.assessments.models import ConditionFinding
from apps.cycles.domain.schemes import ConditionKind
from apps.cycles.models import GradeCondition, ReviewCycle

Key = tuple[int, int]


def eligibility_conditions(cycle: ReviewCycle) -> QuerySet[GradeCondition]:
    """Return the eligibility rules of a cycle in their order, computed ones included."""
    rows = GradeCondition.objects.filter(scheme__cycle=cycle, kind=ConditionKind.ELIGIBILITY.value)
    return rows.select_related("component")


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
