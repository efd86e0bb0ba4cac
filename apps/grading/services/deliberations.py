"""From the proposal to the signed grade."""

from datetime import date, datetime

from django.db import transaction

from apps.accounts.models import User
from apps.assessments.selectors import active_caps
from apps.audit.services import record_action
from apps.common.services import check_version, touch_version
from apps.cycles.domain.grades import BEST_FIRST, Grade
from apps.cycles.domain.stages import Stage
from apps.cycles.models import ReviewCycle
from apps.cycles.services import advance_stage
from apps.grading.domain.proposal import Flag, Proposal
from apps.grading.errors import (
    AlreadySignedOff,
    NotReadyToDecide,
    QuotaExceeded,
    ReasonMissing,
    VetoBinds,
)
from apps.grading.models import Deliberation, GradeDecision
from apps.grading.selectors import proposals_of
from apps.grading.selectors.sheets import quotas_of
from apps.grading.signals import grades_signed_off
from apps.scoring.domain.states import RunState
from apps.scoring.models import ScoreRun
from apps.scoring.selectors import current_run, is_outdated


@transaction.atomic
def start_deliberation(cycle_id: int, *, actor: User, at: datetime) -> Deliberation:
    """Propose a grade for everybody from the current scores. Starting twice changes nothing.

    :raises NotReadyToDecide: at another stage, without complete scores, or with scores that are out of date.
    """
    cycle = ReviewCycle.objects.select_for_update(of=("self",)).get(pk=cycle_id)
    begun = Deliberation.objects.filter(cycle=cycle).first()
    if begun is not None:
        return begun
    if cycle.stage != Stage.GRADING.value:
        raise NotReadyToDecide(
            f"“{cycle}”现在是“{cycle.get_stage_display()}”阶段，到“{Stage.GRADING.label}”阶段才能研究审定等次。"
        )
    run = _usable_run(cycle)
    deliberation = Deliberation.objects.create(cycle=cycle, run=run)
    proposals = proposals_of(run)
    GradeDecision.objects.bulk_create(
        GradeDecision(
            deliberation=deliberation,
            reviewee_id=key,
            proposed_grade=_stored(proposal),
            flags=[flag.value for flag in proposal.flags],
        )
        for key, proposal in proposals.items()
    )
    details = {"run_id": run.pk, "n": len(proposals)}
    record_action("grading.deliberation_started", deliberation, actor=actor, at=at, details=details)
    return deliberation


def _usable_run(cycle: ReviewCycle) -> ScoreRun:
    run = current_run(cycle)
    if run is None:
        raise NotReadyToDecide(f"“{cycle}”还没有得分。请先计分，再研究审定等次。")
    if run.state != RunState.DONE.value:
        raise NotReadyToDecide(
            f"“{cycle}”的得分还缺 {len(run.missing)} 项数据。请补齐并重新计分，再研究审定等次。"
        )
    if is_outdated(run):
        raise NotReadyToDecide(f"“{cycle}”的考核得分在计分之后有更改。请重新计分，再继续。已作的审定都保留。")
    return run


def _stored(proposal: Proposal) -> str:
    return proposal.grade.value if proposal.grade else ""


def _lock_unsigned(cycle_id: int) -> Deliberation:
    deliberation = (
        Deliberation.objects.select_for_update(of=("self",))
        .select_related("cycle", "run")
        .get(cycle_id=cycle_id)
    )
    if deliberation.signed_off_at is not None:
        raise AlreadySignedOff(f"“{deliberation.cycle}”的等次已经签发，不能再更改。")
    return deliberation


@transaction.atomic
def refresh_proposals(cycle_id: int, *, actor: User, at: datetime) -> int:
    """Propose anew after a score run or a veto, as long as nothing is signed; return how many proposals changed.

    A decision stays if it still fits. One that would now depart from its proposal without a reason, or stands above a
    veto, is opened again and flagged.
    """
    deliberation = (
        Deliberation.objects.select_for_update(of=("self",))
        .select_related("cycle")
        .filter(cycle_id=cycle_id, signed_off_at__isnull=True)
        .first()
    )
    run = None if deliberation is None else current_run(deliberation.cycle)
    if deliberation is None or run is None or run.state != RunState.DONE.value:
        return 0
    deliberation.run = run
    touch_version(deliberation)
    deliberation.save(update_fields=["run", "version"])
    changed = _repropose(deliberation, run)
    details = {"run_id": run.pk, "n_changed": len(changed)}
    record_action("grading.proposals_refreshed", deliberation, actor=actor, at=at, details=details)
    return len(changed)


def _repropose(deliberation: Deliberation, run: ScoreRun) -> list[GradeDecision]:
    proposals, caps = proposals_of(run), active_caps(deliberation.cycle)
    changed = []
    for decision in deliberation.decisions.select_for_update(of=("self",)):
        proposal = proposals[decision.reviewee_id]
        if _apply(decision, proposal, caps.get(decision.reviewee_id)):
            touch_version(decision)
            decision.save()
            changed.append(decision)
    return changed


def _apply(decision: GradeDecision, proposal: Proposal, cap: Grade | None) -> bool:
    """Put a new proposal on a decision and tell whether anything changed."""
    flags = [flag.value for flag in proposal.flags]
    was_open_again = Flag.CHANGED.value in decision.flags
    old_flags = [flag for flag in decision.flags if flag != Flag.CHANGED.value]
    if (decision.proposed_grade, old_flags) == (_stored(proposal), flags):
        return False
    decision.proposed_grade, decision.flags = _stored(proposal), flags
    reopened = bool(decision.overall_grade) and not _still_fits(decision, cap)
    if reopened:
        decision.overall_grade, decision.departure_reason = "", ""
        decision.decided_by = decision.decided_at = None
    if reopened or was_open_again:
        decision.flags.append(Flag.CHANGED.value)
    return True


def _still_fits(decision: GradeDecision, cap: Grade | None) -> bool:
    if cap is not None and _is_above(Grade(decision.overall_grade), cap):
        return False
    return decision.overall_grade == decision.proposed_grade or bool(decision.departure_reason)


def _is_above(grade: Grade, cap: Grade) -> bool:
    return BEST_FIRST.index(grade) < BEST_FIRST.index(cap)


@transaction.atomic
def decide_grade(
    decision_id: int, *, grade: Grade, reason: str, version: int | None, actor: User, at: datetime
) -> GradeDecision:
    """Decide one grade.

    :raises AlreadySignedOff: the grades are frozen.
    :raises StaleVersion: somebody else decided meanwhile.
    :raises VetoBinds: the grade is above what a veto leaves.
    :raises ReasonMissing: it departs from the proposal without a reason.
    """
    cycle_id = GradeDecision.objects.values_list("deliberation__cycle_id", flat=True).get(pk=decision_id)
    deliberation = _lock_unsigned(cycle_id)
    decision = (
        GradeDecision.objects.select_for_update(of=("self",)).select_related("reviewee").get(pk=decision_id)
    )
    check_version(decision, version)
    cap = active_caps(deliberation.cycle).get(decision.reviewee_id)
    if cap is not None and _is_above(grade, cap):
        raise VetoBinds(
            f"{decision.reviewee.name}有一票否决，最高只能评为“{cap.label}”。没有保存；如否决有误，请先撤回否决。"
        )
    departs = grade.value != decision.proposed_grade
    if departs and not reason.strip():
        raise ReasonMissing("与建议等次不同，请写明调整理由后再保存。")
    decision.overall_grade = grade.value
    decision.departure_reason = reason.strip() if departs else ""
    decision.decided_by, decision.decided_at = actor, at
    decision.flags = [flag for flag in decision.flags if flag != Flag.CHANGED.value]
    touch_version(decision)
    decision.save()
    details = {"proposed": decision.proposed_grade, "decided": grade.value, "departs": departs}
    record_action("grading.grade_decided", decision, actor=actor, at=at, details=details)
    return decision


@transaction.atomic
def decide_all_as_proposed(cycle_id: int, *, actor: User, at: datetime) -> int:
    """Decide every undecided grade as it is proposed; return how many.

    :raises AlreadySignedOff: the grades are frozen.
    """
    deliberation = _lock_unsigned(cycle_id)
    undecided = deliberation.decisions.select_for_update(of=("self",)).filter(overall_grade="")
    decisions = list(undecided.exclude(proposed_grade=""))
    for decision in decisions:
        decision.overall_grade = decision.proposed_grade
        decision.departure_reason = ""
        decision.decided_by, decision.decided_at = actor, at
        decision.flags = [flag for flag in decision.flags if flag != Flag.CHANGED.value]
        touch_version(decision)
    fields = ["overall_grade", "departure_reason", "decided_by", "decided_at", "flags", "version"]
    GradeDecision.objects.bulk_update(decisions, fields)
    details = {"n": len(decisions)}
    record_action("grading.decided_as_proposed", deliberation, actor=actor, at=at, details=details)
    return len(decisions)


@transaction.atomic
def record_deliberation(
    cycle_id: int, *, held_on: date, members_present: str, version: int | None, actor: User, at: datetime
) -> Deliberation:
    """Record the day of the committee's meeting and who was present.

    :raises AlreadySignedOff: the grades are frozen.
    :raises StaleVersion: somebody else saved meanwhile.
    """
    deliberation = _lock_unsigned(cycle_id)
    check_version(deliberation, version)
    deliberation.held_on, deliberation.members_present = held_on, members_present.strip()
    touch_version(deliberation)
    deliberation.save(update_fields=["held_on", "members_present", "version"])
    details = {"held_on": held_on.isoformat()}
    record_action("grading.deliberation_recorded", deliberation, actor=actor, at=at, details=details)
    return deliberation


@transaction.atomic
def sign_off(cycle_id: int, *, actor: User, at: datetime) -> Deliberation:
    """Sign all grades off: they are frozen, and the cycle moves on. Signing twice changes nothing.

    :raises NotReadyToDecide: grades are open, date or members are missing, or the scores have changed since.
    :raises QuotaExceeded: more 好 in a field than its quota.
    """
    cycle = ReviewCycle.objects.select_for_update(of=("self",)).get(pk=cycle_id)
    deliberation = Deliberation.objects.select_for_update(of=("self",)).get(cycle=cycle)
    if deliberation.signed_off_at is not None:
        return deliberation
    deliberation.cycle = cycle
    _check_complete(deliberation)
    deliberation.signed_off_at, deliberation.signed_off_by = at, actor
    touch_version(deliberation)
    deliberation.save(update_fields=["signed_off_at", "signed_off_by", "version"])
    details = {"n": deliberation.decisions.count(), "run_id": deliberation.run_id}
    record_action("grading.signed_off", deliberation, actor=actor, at=at, details=details)
    advance_stage(cycle.pk, to=Stage.RECTIFYING, actor=actor, at=at)
    grades_signed_off.send(Deliberation, cycle_id=cycle.pk, actor=actor, at=at)
    return deliberation


def _check_complete(deliberation: Deliberation) -> None:
    quotas = quotas_of(deliberation)
    n_open = sum(quota.n_undecided for quota in quotas)
    if n_open:
        raise NotReadyToDecide(f"还有 {n_open} 人没有审定，不能签发。请逐人审定，或一次按建议审定其余人员。")
    if deliberation.held_on is None or not deliberation.members_present:
        raise NotReadyToDecide("还没有填写研究审定的会议日期和出席人员，不能签发。请先填写并保存。")
    exceeded = [quota for quota in quotas if quota.is_exceeded]
    if exceeded:
        words = "；".join(
            f"{quota.field.label}领域“好”{quota.n_good}人，名额{quota.n_allowed}人" for quota in exceeded
        )
        raise QuotaExceeded(f"“好”等次超过名额：{words}。请调整后再签发，已作的审定都保留。")
    if _usable_run(deliberation.cycle).pk != deliberation.run_id:
        raise NotReadyToDecide("得分已经重新计算，建议等次还没有更新。请刷新页面核对后再签发。")
