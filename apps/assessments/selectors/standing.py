"""Reads of what stands beside the ballots: vetoes, adjustments, findings."""

from decimal import Decimal

from django.db.models import QuerySet

from apps.assessments.models import AdjustmentEntry, ConditionFinding, Veto
from apps.common.domain.actors import Actor
from apps.cycles.domain.grades import BEST_FIRST, Grade
from apps.cycles.domain.stages import Stage
from apps.cycles.models import ReviewCycle
from apps.organizations.selectors import within

ASSESSABLE_STAGES = (Stage.REPORTING.value, Stage.MEETING.value, Stage.GRADING.value)


def vetoes_visible_to(user: Actor) -> QuerySet[Veto]:
    """Return the vetoes of cycles the account manages."""
    return Veto.objects.filter(within(user.department_paths(), "reviewee__cycle__host__"))


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
