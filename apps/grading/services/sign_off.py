"""From the draft to the signed grades: one person decides, another reviews, the head signs."""

from datetime import datetime

from django.db import transaction

from apps.accounts.models import User
from apps.audit.services import record_action
from apps.common.services import touch_version
from apps.cycles.domain.stages import Stage
from apps.cycles.models import ReviewCycle
from apps.cycles.services import advance_stage
from apps.grading.domain.states import DeliberationState, StepKind
from apps.grading.errors import (
    AlreadySignedOff,
    NotReadyToDecide,
    NotReviewed,
    OwnWork,
    QuotaExceeded,
    ReasonMissing,
)
from apps.grading.models import Deliberation, DeliberationStep
from apps.grading.selectors.quotas import quotas_of
from apps.grading.services.locks import lock_deliberation
from apps.grading.services.proposals import usable_run
from apps.grading.signals import grades_reviewed, grades_sent_back, grades_signed_off


@transaction.atomic
def review_deliberation(cycle_id: int, *, actor: User, at: datetime) -> Deliberation:
    """Confirm all grades as a second person. Reviewing twice changes nothing.

    :raises AlreadySignedOff: the grades are frozen.
    :raises OwnWork: the account decided at least one of them.
    :raises NotReadyToDecide: grades are open, the meeting is not recorded, or the scores have changed since.
    :raises QuotaExceeded: more 好 in a field than its quota.
    """
    deliberation = lock_deliberation(cycle_id)
    if deliberation.state is DeliberationState.SIGNED_OFF:
        raise AlreadySignedOff(f"“{deliberation.cycle}”的等次已经签发，不用再审核。")
    if deliberation.state is DeliberationState.REVIEWED:
        return deliberation
    if deliberation.decisions.filter(decided_by=actor).exists():
        raise OwnWork("您参与了等次的拟定，须由另一人审核。拟定的内容都已保存，请请其他经办或负责人审核。")
    check_complete(deliberation)
    deliberation.reviewed_at, deliberation.reviewed_by = at, actor
    _save_step(deliberation, StepKind.REVIEWED, ["reviewed_at", "reviewed_by"], actor=actor, at=at)
    record_action("grading.reviewed", deliberation, actor=actor, at=at)
    grades_reviewed.send(Deliberation, cycle_id=cycle_id, actor=actor, at=at)
    return deliberation


@transaction.atomic
def send_back_deliberation(cycle_id: int, *, reason: str, actor: User, at: datetime) -> Deliberation:
    """Send the grades back to be worked on, instead of reviewing or signing them. What was decided is kept.

    :raises AlreadySignedOff: the grades are frozen.
    :raises ReasonMissing: without a reason.
    """
    deliberation = lock_deliberation(cycle_id)
    if deliberation.state is DeliberationState.SIGNED_OFF:
        raise AlreadySignedOff(
            f"“{deliberation.cycle}”的等次已经签发，不能退回。确需重新研究的，请登记复核。"
        )
    if not reason.strip():
        raise ReasonMissing("退回修改须写明理由，没有退回。请写明理由后再退回。")
    deliberation.reviewed_at = deliberation.reviewed_by = None
    _save_step(
        deliberation, StepKind.SENT_BACK, ["reviewed_at", "reviewed_by"], actor=actor, at=at, reason=reason
    )
    record_action("grading.sent_back", deliberation, actor=actor, at=at, details={"reason": reason.strip()})
    grades_sent_back.send(Deliberation, cycle_id=cycle_id, reason=reason.strip(), actor=actor, at=at)
    return deliberation


@transaction.atomic
def sign_off(cycle_id: int, *, actor: User, at: datetime) -> Deliberation:
    """Sign all grades off: they are frozen, and the cycle moves on. Signing twice changes nothing.

    :raises NotReviewed: nobody else has reviewed them.
    :raises NotReadyToDecide: grades are open, date or members are missing, or the scores have changed since.
    :raises QuotaExceeded: more 好 in a field than its quota.
    """
    cycle = ReviewCycle.objects.select_for_update(of=("self",)).get(pk=cycle_id)
    deliberation = lock_deliberation(cycle_id)
    if deliberation.state is DeliberationState.SIGNED_OFF:
        return deliberation
    check_complete(deliberation)
    if deliberation.state is not DeliberationState.REVIEWED:
        raise NotReviewed(
            "等次还没有经另一人审核，不能签发。请拟定以外的经办或负责人先审核；已拟定的内容都保留。"
        )
    deliberation.signed_off_at, deliberation.signed_off_by = at, actor
    _save_step(deliberation, StepKind.SIGNED_OFF, ["signed_off_at", "signed_off_by"], actor=actor, at=at)
    details = {"n": deliberation.decisions.count(), "run_id": deliberation.run_id}
    record_action("grading.signed_off", deliberation, actor=actor, at=at, details=details)
    advance_stage(cycle.pk, to=Stage.RECTIFYING, actor=actor, at=at)
    grades_signed_off.send(Deliberation, cycle_id=cycle.pk, actor=actor, at=at)
    return deliberation


def _save_step(
    deliberation: Deliberation,
    kind: StepKind,
    columns: list[str],
    *,
    actor: User,
    at: datetime,
    reason: str = "",
) -> None:
    DeliberationStep.objects.create(
        deliberation=deliberation, kind=kind.value, reason=reason.strip(), by=actor, at=at
    )
    touch_version(deliberation)
    deliberation.save(update_fields=[*columns, "version"])


def check_complete(deliberation: Deliberation) -> None:
    """Refuse unless everything is decided within the quotas, on current scores, at a recorded meeting.

    :raises NotReadyToDecide: something is open, missing or out of date.
    :raises QuotaExceeded: more 好 in a field than its quota.
    """
    quotas = quotas_of(deliberation)
    n_open = sum(quota.n_undecided for quota in quotas)
    if n_open:
        raise NotReadyToDecide(
            f"还有 {n_open} 人没有审定，不能继续。请逐人审定，或一次按建议审定其余人员；已作的审定都保留。"
        )
    if deliberation.held_on is None or not deliberation.members_present:
        raise NotReadyToDecide("还没有填写研究审定的会议日期和出席人员，不能继续。请先填写并保存会议情况。")
    exceeded = [quota for quota in quotas if quota.is_exceeded]
    if exceeded:
        words = "；".join(
            f"{quota.field.label}领域“好”{quota.n_good}人，名额{quota.n_allowed}人" for quota in exceeded
        )
        raise QuotaExceeded(f"“好”等次超过名额：{words}。请调整后再继续，已作的审定都保留。")
    if usable_run(deliberation.cycle).pk != deliberation.run_id:
        raise NotReadyToDecide("得分已经重新计算，建议等次还没有更新。请刷新页面核对后再继续。")
