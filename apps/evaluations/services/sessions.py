"""Setting up a session, and releasing its results."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.services import record_action
from apps.common.errors import DomainError, NotAllowedNow
from apps.cycles.domain.stages import Stage
from apps.cycles.models import ReviewCycle, Reviewee, SchemePaper, VoterGroup
from apps.cycles.services import advance_stage
from apps.evaluations.domain.states import ORDER, SessionState
from apps.evaluations.models import (
    EvaluationSession,
    SessionGroup,
    SessionHall,
    SessionPaper,
    SessionSubject,
)
from apps.evaluations.services.locks import lock_session
from apps.evaluations.services.verification import check_verified
from apps.evaluations.signals import results_released
from apps.meetings.models import AgendaItem, ReviewMeeting

STAGES = (Stage.REPORTING.value, Stage.MEETING.value)
MAX_PLANNED = 5000
MAX_HALLS = 20
OBJECTION_PERIOD = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class SessionPlan:
    """What staff decide about a session.

    ``planned`` maps voter groups to slips wanted; ``paper_ids`` ``None`` means every form of the scheme; ``halls`` are names.
    """

    title: str
    planned: Mapping[int, int]
    meeting_id: int | None = None
    paper_ids: Sequence[int] | None = None
    halls: Sequence[str] = ()
    closes_at: datetime | None = None
    notes: str = ""


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
    """Set up a session with all forms of the scheme, for all reviewees of the cycle, oral and written.

    ``planned`` maps voter groups to the number of slips wanted.

    :raises NotAllowedNow, DomainError: as ``plan_session``.
    """
    plan = SessionPlan(title=title, planned=planned, meeting_id=meeting_id, notes=notes)
    return plan_session(cycle_id, plan=plan, actor=actor, at=at)


@transaction.atomic
def plan_session(cycle_id: int, *, plan: SessionPlan, actor: User, at: datetime) -> EvaluationSession:
    """Set up a session for all reviewees of the cycle, oral and written, in the order of the meeting's agenda.

    :raises NotAllowedNow: the cycle is not in its reporting or meeting stage.
    :raises DomainError: nobody to evaluate, no slips or forms, a hall named twice, or a part of another cycle.
    """
    cycle = _open_cycle(cycle_id)
    session = EvaluationSession(cycle=cycle, hall_key=_hall_key())
    return _write(session, plan, "evaluations.session_created", actor=actor, at=at)


@transaction.atomic
def plan_session_per_hall(
    cycle_id: int, *, plan: SessionPlan, actor: User, at: datetime
) -> list[EvaluationSession]:
    """Set up one session, with an urn of its own, for every hall; the slips planned are shared out evenly.

    :raises NotAllowedNow, DomainError: as ``plan_session``; also fewer than two halls.
    """
    names = _hall_names(plan.halls)
    if len(names) < 2:  # noqa: PLR2004 -- one hall needs no urn apart
        raise DomainError("各会场单独设票箱时，请填写至少两个会场，每行一个。", code="too_few_halls")
    return [
        plan_session(
            cycle_id,
            plan=replace(
                plan,
                title=f"{plan.title}（{name}）"[:120],
                planned={group: _share(n, place, len(names)) for group, n in plan.planned.items()},
                halls=(),
            ),
            actor=actor,
            at=at,
        )
        for place, name in enumerate(names)
    ]


@transaction.atomic
def update_session(session_id: int, *, plan: SessionPlan, actor: User, at: datetime) -> EvaluationSession:
    """Change a draft; the reviewees are put in the order the agenda has now.

    :raises NotAllowedNow: the key has been made, which freezes the form.
    :raises DomainError: as ``plan_session``; also a hall is taken out for which slips were printed.
    """
    session = lock_session(session_id)
    _check_draft(session, "修改")
    return _write(session, plan, "evaluations.session_updated", actor=actor, at=at)


@transaction.atomic
def delete_session(session_id: int, *, actor: User, at: datetime) -> None:
    """Delete a draft for which nothing was printed.

    :raises NotAllowedNow: the key has been made, or slips were printed.
    """
    session = lock_session(session_id)
    _check_draft(session, "删除")
    if session.credentials.exists():
        raise NotAllowedNow("这个场次已经打印过测评票，不能删除。请把它改作别的场次用，或保留为准备状态。")
    record_action(
        "evaluations.session_deleted", session, actor=actor, at=at, details={"title": session.title}
    )
    for rows in (session.subjects, session.groups, session.papers, session.halls):
        rows.all().delete()
    session.delete()


def _check_draft(session: EvaluationSession, verb: str) -> None:
    if session.rehearsal_of_id is not None:
        raise NotAllowedNow(f"彩排场次随正式场次而定，不能单独{verb}。")
    if session.state != SessionState.DRAFT.value:
        raise NotAllowedNow(f"已经生成密钥，测评表随之冻结，场次不能再{verb}。")


def _open_cycle(cycle_id: int) -> ReviewCycle:
    cycle = ReviewCycle.objects.select_for_update(of=("self",)).get(pk=cycle_id)
    if cycle.stage not in STAGES:
        raise NotAllowedNow(f"“{cycle}”现在不能建立测评场次：须在启动之后、评定等次之前。")
    return cycle


def _write(
    session: EvaluationSession, plan: SessionPlan, act: str, *, actor: User, at: datetime
) -> EvaluationSession:
    """Check the plan, then write the session and its parts."""
    cycle = session.cycle
    groups = _planned_groups(cycle, plan.planned)
    papers = _chosen_papers(cycle, plan.paper_ids)
    halls = _hall_names(plan.halls)
    reviewees = _in_order(cycle, _meeting(cycle, plan.meeting_id))
    session.title, session.notes, session.closes_at = plan.title, plan.notes, plan.closes_at
    session.meeting_id = plan.meeting_id
    session.save()
    _write_subjects(session, reviewees)
    _write_groups(session, groups)
    _write_papers(session, papers)
    _write_halls(session, halls)
    details = {"n_subjects": len(reviewees), "n_planned": sum(n for _, n in groups), "n_halls": len(halls)}
    record_action(act, session, actor=actor, at=at, details=details)
    return session


def _write_subjects(session: EvaluationSession, reviewees: Sequence[Reviewee]) -> None:
    session.subjects.all().delete()
    SessionSubject.objects.bulk_create(
        SessionSubject(session=session, reviewee=reviewee, order_no=order_no)
        for order_no, reviewee in enumerate(reviewees, start=1)
    )


def _write_groups(session: EvaluationSession, groups: Sequence[tuple[VoterGroup, int]]) -> None:
    for group, n_planned in groups:
        SessionGroup.objects.update_or_create(
            session=session, voter_group=group, defaults={"n_planned": n_planned}
        )


def _write_papers(session: EvaluationSession, papers: Sequence[SchemePaper]) -> None:
    session.papers.exclude(paper__in=papers).delete()
    held = set(session.papers.values_list("paper_id", flat=True))
    SessionPaper.objects.bulk_create(
        SessionPaper(session=session, paper=paper) for paper in papers if paper.pk not in held
    )


def _write_halls(session: EvaluationSession, names: Sequence[str]) -> None:
    """Keep the halls that stay, with their keys: their screens may be running."""
    gone = session.halls.exclude(name__in=names)
    if session.credentials.filter(hall__in=gone).exists():
        raise DomainError("有一个会场已经打印了测评票，不能去掉。请把它留在会场名单里。", code="hall_in_use")
    gone.delete()
    held = {hall.name: hall for hall in session.halls.all()}
    for place, hall in enumerate(held.values(), start=MAX_HALLS + 1):
        hall.order_no = place  # out of the way of the new order
        hall.save(update_fields=["order_no"])
    for order_no, name in enumerate(names, start=1):
        hall = held.get(name) or SessionHall(session=session, name=name, hall_key=_hall_key())
        hall.order_no = order_no
        hall.save()


def _hall_key() -> str:
    return secrets.token_urlsafe(32)


def _hall_names(halls: Sequence[str]) -> list[str]:
    names = [name.strip() for name in halls if name.strip()]
    if len(set(names)) < len(names):
        raise DomainError("有两个会场同名，请改成不同的名称。", code="hall_twice")
    if len(names) > MAX_HALLS or any(len(name) > 60 for name in names):  # noqa: PLR2004 -- width of the column
        raise DomainError(f"会场最多 {MAX_HALLS} 个，每个名称不超过 60 字。", code="too_many_halls")
    return names


def _share(n: int, place: int, n_places: int) -> int:
    """Return one hall's part of ``n`` slips; the first halls get what does not divide."""
    return n // n_places + (place < n % n_places)


def _chosen_papers(cycle: ReviewCycle, wanted: Sequence[int] | None) -> list[SchemePaper]:
    papers = list(cycle.scheme.papers.all())
    if wanted is None:
        chosen = papers
    else:
        chosen = [paper for paper in papers if paper.pk in wanted]
        if len(chosen) < len(set(wanted)):
            raise DomainError("有一张测评表不属于这个周期，请刷新页面重选。", code="foreign_paper")
    if not chosen:
        raise DomainError(
            "请至少选一张测评表；方案里还没有测评表的，先到周期的方案里建立。", code="no_papers"
        )
    return chosen


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

    :raises NotAllowedNow: the urn has not been opened, the independent verifier has not agreed, or it is a rehearsal.
    """
    session = lock_session(session_id)
    if session.rehearsal_of_id is not None:
        raise NotAllowedNow("彩排不发布结果。请完成彩排，数据随即清除。")
    if session.state in {SessionState.RELEASED.value, SessionState.PURGED.value}:
        return session
    if session.state != SessionState.OPENED.value:
        raise NotAllowedNow("还没有开箱，不能发布测评结果。")
    check_verified(session)
    session.state = SessionState.RELEASED.value
    session.released_at = at
    session.objection_ends_on = timezone.localdate(at) + OBJECTION_PERIOD
    session.save(update_fields=["state", "released_at", "objection_ends_on"])
    record_action("evaluations.results_released", session, actor=actor, at=at)
    _go_on_to_grading(session, actor=actor, at=at)
    results_released.send(
        EvaluationSession, session_id=session.pk, cycle_id=session.cycle_id, actor=actor, at=at
    )
    return session


def _go_on_to_grading(session: EvaluationSession, *, actor: User, at: datetime) -> None:
    cycle = session.cycle
    done = [state.value for state in ORDER[ORDER.index(SessionState.RELEASED) :]]
    others = cycle.sessions.filter(rehearsal_of=None).exclude(state__in=done)
    if cycle.stage == Stage.MEETING.value and not others.exists():
        advance_stage(cycle.pk, to=Stage.GRADING, actor=actor, at=at)
