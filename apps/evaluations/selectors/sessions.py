"""Reads of evaluation sessions. No selector of this app joins a ballot to a slip's secret or to a person."""

from datetime import date

from django.db.models import Count, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse

from apps.accounts.models import User
from apps.cycles.domain.schemes import ReportMode
from apps.cycles.domain.stages import Stage
from apps.cycles.models import ReviewCycle
from apps.evaluations.domain.ballot_papers import BallotPaper, Part, Subject
from apps.evaluations.domain.states import SessionState
from apps.evaluations.models import (
    EvaluationSession,
    SessionGroup,
    SessionSubject,
)
from apps.notifications.kit.todos import Todo
from apps.organizations.selectors import within


def sessions_visible_to(user: User) -> QuerySet[EvaluationSession]:
    """Return the sessions of the cycles whose host lies in the account's department scope."""
    return EvaluationSession.objects.filter(within(user.department_paths(), "cycle__host__"))


def build_paper(session: EvaluationSession) -> BallotPaper:
    """Return the evaluation form as cycle and session stand now; the key ceremony freezes it."""
    subjects = session.subjects.select_related("reviewee").order_by("order_no")
    papers = [one.paper for one in session.papers.select_related("paper").order_by("paper__order_no")]
    return BallotPaper(
        session_id=session.pk,
        title=session.title,
        parts=tuple(Part(str(paper.order_no), paper.pk, paper.name, paper.template) for paper in papers),
        subjects=tuple(_subject(subject.order_no, subject) for subject in subjects),
    )


def _subject(order_no: int, subject: SessionSubject) -> Subject:
    reviewee = subject.reviewee
    return Subject(
        id=subject.pk,
        order_no=order_no,
        name=reviewee.name,
        organization=reviewee.organization_name,
        post=reviewee.post,
        mode=ReportMode(reviewee.mode).label,
    )


def with_slip_counts(sessions: QuerySet[EvaluationSession]) -> QuerySet[EvaluationSession]:
    """Add ``n_subjects`` and ``n_issued`` for the list, in the same query."""
    subjects = (
        SessionSubject.objects.filter(session=OuterRef("pk"))
        .order_by()
        .values("session")
        .annotate(n=Count("pk"))
        .values("n")
    )
    issued = (
        SessionGroup.objects.filter(session=OuterRef("pk"))
        .order_by()
        .values("session")
        .annotate(n=Sum("n_issued"))
        .values("n")
    )
    return sessions.select_related("cycle").annotate(
        n_subjects=Coalesce(Subquery(subjects), 0), n_issued=Coalesce(Subquery(issued), 0)
    )


def cycles_for_sessions(user: User) -> QuerySet[ReviewCycle]:
    """Return the cycles for which the account may set up a session now, the newest first."""
    stages = (Stage.REPORTING.value, Stage.MEETING.value)
    cycles = ReviewCycle.objects.filter(within(user.department_paths(), "host__"), stage__in=stages)
    return cycles.select_related("scheme").order_by("-year", "-pk")


NEXT_STEPS = {
    SessionState.DRAFT.value: "生成密钥",
    SessionState.KEYED.value: "试开钥匙卡、彩排",
    SessionState.REHEARSED.value: "打印测评票、开始投票",
    SessionState.OPEN.value: "正在投票，到时截止",
    SessionState.CLOSED.value: "请监票人开箱",
    SessionState.OPENED.value: "复核后发布测评结果",
}


def session_todos(user: User, today: date) -> list[Todo]:  # noqa: ARG001 -- sessions have no due day
    """Return what waits for department staff: every session that is not released. Rehearsals wait on their session's page."""
    if not user.is_department_staff:
        return []
    rows = sessions_visible_to(user).filter(rehearsal_of=None, state__in=NEXT_STEPS)
    return [
        Todo(f"{title}：{NEXT_STEPS[state]}", reverse("evaluations:session_detail", args=[pk]), order=20)
        for pk, title, state in rows.values_list("pk", "title", "state")[:20]
    ]
