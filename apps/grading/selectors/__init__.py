"""Reads of grading. Doors: ``decisions_visible_to``, ``reconsiderations_visible_to``."""

from django.db.models import Count, Q, QuerySet

from apps.common.domain.actors import Actor
from apps.cycles.domain.stages import Stage
from apps.cycles.models import ReviewCycle
from apps.grading.models import Deliberation, GradeDecision, Reconsideration
from apps.grading.selectors.effective import last_grade_of, signed_grade_of, with_effective_grade
from apps.organizations.selectors import within

__all__ = [
    "cycles_to_decide",
    "decisions_visible_to",
    "deliberation_of",
    "last_grade_of",
    "own_decisions",
    "reconsiderations_visible_to",
    "signed_grade_of",
    "with_effective_grade",
]


def cycles_to_decide(user: Actor) -> QuerySet[ReviewCycle]:
    """Return the managed cycles that have come as far as grading, with how many grades are decided."""
    stages = (Stage.GRADING.value, Stage.RECTIFYING.value, Stage.ARCHIVED.value)
    return (
        ReviewCycle.objects.filter(within(user.department_paths(), "host__"), stage__in=stages)
        .select_related("host", "deliberation__signed_off_by")
        .annotate(
            n_decided=Count(
                "deliberation__decisions", filter=Q(deliberation__decisions__decided_at__isnull=False)
            ),
            n_decisions=Count("deliberation__decisions"),
        )
    )


def decisions_visible_to(user: Actor) -> QuerySet[GradeDecision]:
    """Return the decisions of cycles the account manages."""
    return GradeDecision.objects.filter(within(user.department_paths(), "reviewee__cycle__host__"))


def own_decisions(user: Actor) -> QuerySet[GradeDecision]:
    """Return a secretary's own signed grades."""
    if user.secretary_id is None:
        return GradeDecision.objects.none()
    return GradeDecision.objects.filter(
        reviewee__secretary_id=user.secretary_id, deliberation__signed_off_at__isnull=False
    )


def reconsiderations_visible_to(user: Actor) -> QuerySet[Reconsideration]:
    """Return the reconsiderations of cycles the account manages."""
    return Reconsideration.objects.filter(
        within(user.department_paths(), "decision__reviewee__cycle__host__")
    )


def deliberation_of(cycle: ReviewCycle) -> Deliberation | None:
    """Return the cycle's deliberation, if it has begun."""
    return (
        Deliberation.objects.filter(cycle=cycle).select_related("run", "reviewed_by", "signed_off_by").first()
    )
