"""Vetoes: recorded and withdrawn."""

from datetime import datetime

from django.db import transaction

from apps.accounts.models import User
from apps.assessments.errors import FigureRefused
from apps.assessments.models import Veto
from apps.assessments.services.locking import lock_assessable
from apps.assessments.signals import veto_changed
from apps.audit.services import record_action
from apps.cycles.domain.grades import Grade
from apps.cycles.domain.schemes import ConditionKind
from apps.cycles.models import GradeCondition, ReviewCycle, Reviewee


@transaction.atomic
def record_veto(
    reviewee_id: int,
    *,
    reason: str,
    caps_at: Grade | None = None,
    condition_id: int | None = None,
    actor: User,
    at: datetime,
) -> Veto:
    """Record a fact that caps a reviewee's grade: at ``caps_at``, or at the cap of the scheme's rule ``condition_id``.

    :raises AssessmentsFixed: outside the stages in which vetoes are taken.
    :raises FigureRefused: no reason, a cap that caps nothing, or a rule of another scheme.
    """
    reviewee = Reviewee.objects.get(pk=reviewee_id)
    cycle = lock_assessable(reviewee.cycle_id)
    condition = _condition(cycle, condition_id)
    cap = Grade(condition.cap) if condition else caps_at
    if cap is None or cap is Grade.GOOD:
        raise FigureRefused("一票否决须限定在“好”以下的等次，没有保存。请选择其他等次。")
    if not reason.strip():
        raise FigureRefused("一票否决须写明事由，没有保存。请填写事由。")
    veto = Veto.objects.create(
        reviewee=reviewee,
        condition=condition,
        caps_at=cap.value,
        reason=reason.strip(),
        entered_by=actor,
        entered_at=at,
    )
    details = {"reviewee": str(reviewee), "caps_at": cap.value, "condition": str(condition or "")}
    record_action("assessments.veto_recorded", veto, actor=actor, at=at, details=details)
    veto_changed.send(Veto, cycle_id=cycle.pk, reviewee_id=reviewee.pk, actor=actor, at=at)
    return veto


def _condition(cycle: ReviewCycle, condition_id: int | None) -> GradeCondition | None:
    if condition_id is None:
        return None
    rules = GradeCondition.objects.filter(scheme__cycle=cycle, kind=ConditionKind.VETO.value)
    condition = rules.filter(pk=condition_id).first()
    if condition is None:
        raise FigureRefused("所选的否决情形不是本周期方案里的，没有保存。请重新选择。")
    return condition


@transaction.atomic
def withdraw_veto(veto_id: int, *, actor: User, at: datetime) -> Veto:
    """Withdraw a veto; the row stays. Withdrawing twice changes nothing.

    :raises AssessmentsFixed: outside the stages in which vetoes are taken.
    """
    veto = Veto.objects.select_for_update(of=("self",)).select_related("reviewee").get(pk=veto_id)
    if veto.withdrawn_at is not None:
        return veto
    cycle = lock_assessable(veto.reviewee.cycle_id)
    veto.withdrawn_at, veto.withdrawn_by = at, actor
    veto.save(update_fields=["withdrawn_at", "withdrawn_by"])
    details = {"reviewee": str(veto.reviewee)}
    record_action("assessments.veto_withdrawn", veto, actor=actor, at=at, details=details)
    veto_changed.send(Veto, cycle_id=cycle.pk, reviewee_id=veto.reviewee_id, actor=actor, at=at)
    return veto
