"""Setting up a session, and releasing its results."""

import secrets
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from apps.accounts.models import User
from apps.audit.services import record_action
from apps.common.errors import DomainError, NotAllowedNow
from apps.cycles.domain.stages import Stage
from apps.cycles.models import ReviewCycle, Reviewee, VoterGroup
from apps.cycles.services import advance_stage
from apps.evaluations.domain.states import SessionState
from apps.evaluations.models import EvaluationSession, SessionGroup, SessionPaper, SessionSubject
from apps.evaluations.services.locks import lock_session
from apps.evaluations.signals import results_released
from apps.meetings.models import AgendaItem, ReviewMeeting

STAGES = (Stage.REPORTING.value, Stage.MEETING.value)
MAX_PLANNED = 5000


@transaction.atomic
def create_session(
    cycle_id: int,
    *,
    title: str,
    planned: Mapping[int, int],
    actor: User,
    at: datetime,
    meeting_id: int | None = None,
    notes: str = "",
) -> EvaluationSession:
    """Set up a session for all reviewees of the cycle, oral and written, in the order of the meeting's agenda.

    ``planned`` maps voter groups to the number of slips wanted.

    :raises NotAllowedNow: the cycle is not in its reporting or meeting stage.
    :raises DomainError: nobody to evaluate, no slips planned, or a meeting or group of another cycle.
    """
    cycle = ReviewCycle.objects.select_for_update(of=("self",)).get(pk=cycle_id)
    if cycle.stage not in STAGES:
        raise NotAllowedNow(f"“{cycle}”现在不能建立测评场次：须在启动之后、评定等次之前。")
    groups = _planned_groups(cycle, planned)
    reviewees = _in_order(cycle, _meeting(cycle, meeting_id))
    session = EvaluationSession.objects.create(
        cycle=cycle, meeting_id=meeting_id, title=title, notes=notes, hall_key=secrets.token_urlsafe(32)
    )
    SessionSubject.objects.bulk_create(
        SessionSubject(session=session, reviewee=reviewee, order_no=order_no)
        for order_no, reviewee in enumerate(reviewees, start=1)
    )
    SessionGroup.objects.bulk_create(
        SessionGroup(session=session, voter_group=group, n_planned=n) for group, n in groups
    )
    SessionPaper.objects.bulk_create(
        SessionPaper(session=session, paper=paper) for paper in cycle.scheme.papers.all()
    )
    details = {"n_subjects": len(reviewees), "n_planned": sum(n for _, n in groups)}
    record_action("evaluations.session_created", session, actor=actor, at=at, details=details)
    return session


def _planned_groups(cycle: ReviewCycle, planned: Mapping[int, int]) -> list[tuple[VoterGroup, int]]:
    groups = list(VoterGroup.objects.filter(scheme__cycle=cycle))
    if not set(planned) <= {group.pk for group in groups}:
        raise DomainError("有一个测评主体类别不属于这个周期，请刷新页面重填。", code="foreign_group")
    wanted = [(group, planned.get(group.pk, 0)) for group in groups]
    if any(not 0 <= n <= MAX_PLANNED for _, n in wanted):
        raise DomainError(f"每个类别的计划票数须在 0 到 {MAX_PLANNED} 之间。", code="planned_out_of_range")
    if not any(n for _, n in wanted):
        raise DomainError("请至少给一个测评主体类别填上计划票数。", code="nothing_planned")
    return wanted


def _meeting(cycle: ReviewCycle, meeting_id: int | None) -> ReviewMeeting | None:
    if meeting_id is None:
        return None
    meeting = ReviewMeeting.objects.filter(pk=meeting_id, cycle=cycle).first()
    if meeting is None:
        raise DomainError("所选会议不属于这个周期，请重新选择。", code="foreign_meeting")
    return meeting


def _in_order(cycle: ReviewCycle, meeting: ReviewMeeting | None) -> list[Reviewee]:
    """Return all reviewees: those on the agenda as drawn, the others behind them in the cycle's order."""
    agenda = dict(
        AgendaItem.objects.filter(meeting=meeting).values_list("reviewee_id", "order_no") if meeting else ()
    )
    reviewees = list(Reviewee.objects.filter(cycle=cycle).order_by("order_no", "id"))
    if not reviewees:
        raise DomainError("这个周期还没有述职对象，请先在周期里选定。", code="no_reviewees")
    return sorted(reviewees, key=lambda r: (r.pk not in agenda, agenda.get(r.pk, 0), r.order_no, r.pk))


@transaction.atomic
def release_results(session_id: int, *, actor: User, at: datetime) -> EvaluationSession:
    """Release the opened session; with the last one the cycle goes on to grading. Twice changes nothing.

    :raises NotAllowedNow: the urn has not been opened.
    """
    session = lock_session(session_id)
    if session.state == SessionState.RELEASED.value:
        return session
    if session.state != SessionState.OPENED.value:
        raise NotAllowedNow("还没有开箱，不能发布测评结果。")
    session.state = SessionState.RELEASED.value
    session.released_at = at
    session.save(update_fields=["state", "released_at"])
    record_action("evaluations.results_released", session, actor=actor, at=at)
    _go_on_to_grading(session, actor=actor, at=at)
    results_released.send(
        EvaluationSession, session_id=session.pk, cycle_id=session.cycle_id, actor=actor, at=at
    )
    return session


def _go_on_to_grading(session: EvaluationSession, *, actor: User, at: datetime) -> None:
    cycle = session.cycle
    others = cycle.sessions.exclude(state=SessionState.RELEASED.value)
    if cycle.stage == Stage.MEETING.value and not others.exists():
        advance_stage(cycle.pk, to=Stage.GRADING, actor=actor, at=at)
