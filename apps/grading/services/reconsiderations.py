"""Reconsideration (复核): a signed grade is looked at again. The old decision stays; the new act stands beside it."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from apps.accounts.models import User
from apps.audit.services import record_action
from apps.common.services import check_version, touch_version
from apps.cycles.domain.grades import Grade
from apps.grading.errors import (
    NotSignedOff,
    ReconsiderationEnded,
    ReconsiderationOpen,
    RecordIncomplete,
)
from apps.grading.models import GradeDecision, Reconsideration
from apps.grading.selectors import with_effective_grade
from apps.grading.selectors.reconsiderations import warnings_of
from apps.grading.signals import grades_reconsidered


@dataclass(frozen=True, slots=True)
class Request:
    """Who asked for it, when, and why."""

    requested_on: date
    requested_by_name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the committee decided: the grade that counts from now on (it may be the old one), why, and who was present."""

    held_on: date
    members_present: str
    grade: Grade
    reason: str


@transaction.atomic
def request_reconsideration(
    decision_id: int, *, request: Request, actor: User, at: datetime
) -> Reconsideration:
    """Record that somebody asked for a signed grade to be looked at again.

    :raises NotSignedOff: the grade is not signed off yet.
    :raises ReconsiderationOpen: an earlier request still waits for its decision.
    :raises RecordIncomplete: without a name or a reason.
    """
    decision = (
        GradeDecision.objects.select_for_update(of=("self",))
        .select_related("deliberation__cycle", "reviewee")
        .get(pk=decision_id)
    )
    name = decision.reviewee.name
    if decision.deliberation.signed_off_at is None:
        raise NotSignedOff(f"{name}的等次还没有签发，不用复核；签发前可以直接在审定表上更改。")
    if decision.reconsiderations.filter(decided_at=None, withdrawn_at=None).exists():
        raise ReconsiderationOpen(f"{name}已有一项复核还没有决定，没有另行登记。请在原有的复核里继续。")
    if not (request.requested_by_name.strip() and request.reason.strip()):
        raise RecordIncomplete("登记复核须写明申请人和申请理由，没有保存。请补上后再保存。")
    act = Reconsideration.objects.create(
        decision=decision,
        requested_on=request.requested_on,
        requested_by_name=request.requested_by_name.strip(),
        request_reason=request.reason.strip(),
        grade_before=_grade_that_counts(decision_id),
        recorded_by=actor,
        recorded_at=at,
    )
    details = {"reviewee": str(decision.reviewee), "requested_by": act.requested_by_name}
    record_action("grading.reconsideration_requested", act, actor=actor, at=at, details=details)
    return act


def _grade_that_counts(decision_id: int) -> str:
    return str(with_effective_grade(GradeDecision.objects.filter(pk=decision_id)).get().effective_grade)


def _lock_open(act_id: int, version: int | None) -> Reconsideration:
    act = (
        Reconsideration.objects.select_for_update(of=("self",))
        .select_related("decision__reviewee__cycle", "decision__deliberation__cycle")
        .get(pk=act_id)
    )
    if not act.is_open:
        raise ReconsiderationEnded(
            f"这项复核{act.state.label}，不能再更改。没有保存；还有异议的，请另行登记。"
        )
    check_version(act, version)
    touch_version(act)
    return act


@transaction.atomic
def record_hearing(
    act_id: int, *, heard_on: date, hearing: str, version: int | None, actor: User, at: datetime
) -> Reconsideration:
    """Record when the person was heard and what was said.

    :raises ReconsiderationEnded: it is decided or withdrawn.
    :raises StaleVersion: somebody else saved meanwhile.
    :raises RecordIncomplete: nothing was said.
    """
    act = _lock_open(act_id, version)
    if not hearing.strip():
        raise RecordIncomplete("听取意见的情况没有填写，没有保存。请写明听取了什么意见。")
    act.heard_on, act.hearing = heard_on, hearing.strip()
    act.save(update_fields=["heard_on", "hearing", "version"])
    details = {"reviewee": str(act.decision.reviewee), "held_on": heard_on.isoformat()}
    record_action("grading.reconsideration_heard", act, actor=actor, at=at, details=details)
    return act


@transaction.atomic
def decide_reconsideration(
    act_id: int, *, outcome: Outcome, version: int | None, actor: User, at: datetime
) -> Reconsideration:
    """Decide: the grade is kept or changed. From now on the new act is frozen, and its grade counts everywhere.

    A quota or a limit that the new grade would break does not stop the committee; it is noted on the act.

    :raises ReconsiderationEnded: it is decided or withdrawn.
    :raises StaleVersion: somebody else saved meanwhile.
    :raises RecordIncomplete: the person has not been heard, or reason or members are missing.
    """
    act = _lock_open(act_id, version)
    if act.heard_on is None:
        raise RecordIncomplete("还没有记录听取意见的情况，不能决定。请先填写并保存听取意见的情况。")
    if not (outcome.reason.strip() and outcome.members_present.strip()):
        raise RecordIncomplete("复核决定须写明出席人员和理由，没有保存。请补上后再保存。")
    act.warnings = warnings_of(act, outcome.grade)
    act.held_on, act.members_present = outcome.held_on, outcome.members_present.strip()
    act.grade_after, act.reason = outcome.grade.value, outcome.reason.strip()
    act.decided_by, act.decided_at = actor, at
    act.save()
    details = {
        "reviewee": str(act.decision.reviewee),
        "before": act.grade_before,
        "after": act.grade_after,
        "warnings": act.warnings,
    }
    record_action("grading.reconsidered", act, actor=actor, at=at, details=details)
    grades_reconsidered.send(
        Reconsideration,
        decision_id=act.decision_id,
        cycle_id=act.decision.deliberation.cycle_id,
        actor=actor,
        at=at,
    )
    return act


@transaction.atomic
def withdraw_reconsideration(
    act_id: int, *, reason: str, version: int | None, actor: User, at: datetime
) -> Reconsideration:
    """Close a request without a decision, because who asked took it back or it was recorded by mistake. The row stays.

    :raises ReconsiderationEnded: it is decided or withdrawn already.
    :raises StaleVersion: somebody else saved meanwhile.
    :raises RecordIncomplete: without a reason.
    """
    act = _lock_open(act_id, version)
    if not reason.strip():
        raise RecordIncomplete("撤回复核须写明原因，没有撤回。请写明原因后再撤回。")
    act.withdrawal_reason, act.withdrawn_by, act.withdrawn_at = reason.strip(), actor, at
    act.save(update_fields=["withdrawal_reason", "withdrawn_by", "withdrawn_at", "version"])
    details = {"reviewee": str(act.decision.reviewee), "reason": act.withdrawal_reason}
    record_action("grading.reconsideration_withdrawn", act, actor=actor, at=at, details=details)
    return act
