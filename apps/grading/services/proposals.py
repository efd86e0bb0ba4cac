"""Proposals: made when the deliberation begins, made anew when their ground changes."""

from datetime import datetime

from django.db import transaction

from apps.accounts.models import User
from apps.audit.services import record_action
from apps.common.services import touch_version
from apps.cycles.domain.grades import Grade
from apps.cycles.domain.stages import Stage
from apps.cycles.models import ReviewCycle
from apps.grading.domain.candidates import Cap, is_above, lowest
from apps.grading.domain.proposal import Flag, Proposal
from apps.grading.domain.states import StepKind
from apps.grading.errors import NotReadyToDecide
from apps.grading.models import Deliberation, DeliberationStep, GradeDecision
from apps.grading.selectors.ground import Grounds, grounds_of
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
    run = usable_run(cycle)
    deliberation = Deliberation.objects.create(cycle=cycle, run=run)
    proposals = grounds_of(run).proposals
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


def usable_run(cycle: ReviewCycle) -> ScoreRun:
    """Return the current scores if grades may rest on them.

    :raises NotReadyToDecide: there are none, some are missing, or they are out of date.
    """
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


@transaction.atomic
def refresh_proposals(cycle_id: int, *, actor: User, at: datetime) -> int:
    """Propose anew after a score run, a veto or a finding, as long as nothing is signed; return how many proposals changed.

    A decision stays if it still fits. One that would now depart from its proposal without a reason, or stands above a
    limit, is opened again and flagged. Grades that were reviewed go back to be looked at again.
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
    has_new_run = deliberation.run_id != run.pk
    deliberation.run = run
    changed = _repropose(deliberation, grounds_of(run))
    if deliberation.reviewed_at is not None and (changed or has_new_run):
        deliberation.reviewed_at = deliberation.reviewed_by = None
        DeliberationStep.objects.create(
            deliberation=deliberation, kind=StepKind.REOPENED.value, by=actor, at=at
        )
    touch_version(deliberation)
    deliberation.save(update_fields=["run", "reviewed_at", "reviewed_by", "version"])
    details = {"run_id": run.pk, "n_changed": len(changed)}
    record_action("grading.proposals_refreshed", deliberation, actor=actor, at=at, details=details)
    return len(changed)


def _repropose(deliberation: Deliberation, grounds: Grounds) -> list[GradeDecision]:
    changed = []
    for decision in deliberation.decisions.select_for_update(of=("self",)):
        key = decision.reviewee_id
        if _apply(decision, grounds.proposals[key], lowest(grounds.limits[key])):
            touch_version(decision)
            decision.save()
            changed.append(decision)
    return changed


def _apply(decision: GradeDecision, proposal: Proposal, cap: Cap | None) -> bool:
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


def _still_fits(decision: GradeDecision, cap: Cap | None) -> bool:
    if cap is not None and is_above(Grade(decision.overall_grade), cap.grade):
        return False
    return decision.overall_grade == decision.proposed_grade or bool(decision.departure_reason)
