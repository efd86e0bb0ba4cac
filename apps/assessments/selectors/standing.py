"""Reads of imported figures, adjustments, findings and vetoes."""

from decimal import Decimal

from django.db.models import Count, F, QuerySet

from apps.assessments.models import AdjustmentEntry, ComponentScore, ConditionFinding, Veto
from apps.common.domain.actors import Actor
from apps.cycles.domain.grades import BEST_FIRST, Grade
from apps.cycles.domain.schemes import ComponentKind
from apps.cycles.domain.stages import Stage
from apps.cycles.models import ReviewCycle, SchemeComponent
from apps.organizations.selectors import within

ASSESSABLE_STAGES = (Stage.REPORTING.value, Stage.MEETING.value, Stage.GRADING.value)


def components_visible_to(user: Actor) -> QuerySet[SchemeComponent]:
    """Return the imported components of opened cycles the account manages, with how many figures are in."""
    return (
        SchemeComponent.objects.filter(
            within(user.department_paths(), "scheme__cycle__host__"), kind=ComponentKind.IMPORTED.value
        )
        .exclude(scheme__cycle__stage=Stage.DRAFT.value)
        .select_related("scheme__cycle__host")
        .annotate(
            n_entered=Count("scores", distinct=True),
            n_reviewees=Count("scheme__cycle__reviewees", distinct=True),
        )
        .annotate(n_missing=F("n_reviewees") - F("n_entered"))
    )


def vetoes_visible_to(user: Actor) -> QuerySet[Veto]:
    """Return the vetoes of cycles the account manages."""
    return Veto.objects.filter(within(user.department_paths(), "reviewee__cycle__host__"))


def scores_of(component: SchemeComponent) -> dict[int, ComponentScore]:
    """Return a component's figures by reviewee."""
    return {one.reviewee_id: one for one in component.scores.select_related("entered_by")}


def active_caps(cycle: ReviewCycle) -> dict[int, Grade]:
    """Return for each vetoed reviewee the best grade left, the lowest of all vetoes that stand."""
    caps: dict[int, Grade] = {}
    standing = Veto.objects.filter(reviewee__cycle=cycle, withdrawn_at__isnull=True)
    for reviewee_id, value in standing.values_list("reviewee_id", "caps_at"):
        cap = Grade(value)
        caps[reviewee_id] = max(cap, caps.get(reviewee_id, cap), key=BEST_FIRST.index)
    return caps


def adjustment_entries_of(cycle: ReviewCycle) -> list[tuple[int, int, Decimal]]:
    """Return the standing entries as (reviewee, line of the scheme, points), in a fixed order."""
    standing = AdjustmentEntry.objects.filter(reviewee__cycle=cycle, withdrawn_at__isnull=True)
    rows = standing.order_by("reviewee_id", "adjustment__order_no", "entered_at", "pk")
    return [*rows.values_list("reviewee_id", "adjustment_id", "points")]


def findings_of(cycle: ReviewCycle) -> dict[tuple[int, int], bool]:
    """Return whether a (reviewee, condition) is met, for what has been recorded; not recorded is not in it."""
    rows = ConditionFinding.objects.filter(reviewee__cycle=cycle)
    return {
        (one, other): met for one, other, met in rows.values_list("reviewee_id", "condition_id", "is_met")
    }
