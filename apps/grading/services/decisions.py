"""Deciding: one grade, or all that are left as proposed."""

from datetime import datetime

from django.db import transaction

from apps.accounts.models import User
from apps.audit.services import record_action
from apps.common.services import check_version, touch_version
from apps.cycles.domain.grades import Grade
from apps.grading.domain.candidates import CapKind, is_above, lowest
from apps.grading.domain.proposal import Flag
from apps.grading.errors import LimitBinds, ReasonMissing
from apps.grading.models import Deliberation, GradeDecision
from apps.grading.selectors.ground import limits_on
from apps.grading.services.locks import lock_draft

WAY_OUT = {
    CapKind.VETO: "如否决有误，请先撤回否决",
    CapKind.NOT_MET: "如认定有误，请先更正认定或得分",
    CapKind.NOT_RECORDED: "请先认定或补齐得分",
}


@transaction.atomic
def decide_grade(
    decision_id: int, *, grade: Grade, reason: str, version: int | None, actor: User, at: datetime
) -> GradeDecision:
    """Decide one grade.

    :raises AlreadySignedOff: the grades are frozen.
    :raises AlreadyReviewed: they wait for the signature.
    :raises StaleVersion: somebody else decided meanwhile.
    :raises LimitBinds: the grade is above what a veto or an eligibility rule leaves.
    :raises ReasonMissing: it departs from the proposal without a reason.
    """
    cycle_id = GradeDecision.objects.values_list("deliberation__cycle_id", flat=True).get(pk=decision_id)
    deliberation = lock_draft(cycle_id)
    decision = (
        GradeDecision.objects.select_for_update(of=("self",)).select_related("reviewee").get(pk=decision_id)
    )
    check_version(decision, version)
    _check_limits(deliberation, decision, grade)
    departs = grade.value != decision.proposed_grade
    if departs and not reason.strip():
        raise ReasonMissing("与建议等次不同，请写明调整理由后再保存。")
    _decide(decision, grade.value, reason.strip() if departs else "", actor=actor, at=at)
    decision.save()
    details = {"proposed": decision.proposed_grade, "decided": grade.value, "departs": departs}
    record_action("grading.grade_decided", decision, actor=actor, at=at, details=details)
    return decision


def _check_limits(deliberation: Deliberation, decision: GradeDecision, grade: Grade) -> None:
    cap = lowest(limits_on(deliberation.run, decision.reviewee_id))
    if cap is not None and is_above(grade, cap.grade):
        raise LimitBinds(
            f"{decision.reviewee.name}最高只能评为“{cap.grade.label}”（{cap.words}）。没有保存；{WAY_OUT[cap.kind]}。"
        )


def _decide(decision: GradeDecision, grade: str, reason: str, *, actor: User, at: datetime) -> None:
    decision.overall_grade, decision.departure_reason = grade, reason
    decision.decided_by, decision.decided_at = actor, at
    decision.flags = [flag for flag in decision.flags if flag != Flag.CHANGED.value]
    touch_version(decision)


@transaction.atomic
def decide_all_as_proposed(cycle_id: int, *, actor: User, at: datetime) -> int:
    """Decide every undecided grade as it is proposed; return how many.

    :raises AlreadySignedOff: the grades are frozen.
    :raises AlreadyReviewed: they wait for the signature.
    """
    deliberation = lock_draft(cycle_id)
    undecided = deliberation.decisions.select_for_update(of=("self",)).filter(overall_grade="")
    decisions = list(undecided.exclude(proposed_grade=""))
    for decision in decisions:
        _decide(decision, decision.proposed_grade, "", actor=actor, at=at)
    fields = ["overall_grade", "departure_reason", "decided_by", "decided_at", "flags", "version"]
    GradeDecision.objects.bulk_update(decisions, fields)
    details = {"n": len(decisions)}
    record_action("grading.decided_as_proposed", deliberation, actor=actor, at=at, details=details)
    return len(decisions)
