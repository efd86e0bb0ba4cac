"""Reads of evaluation sessions. No selector of this app joins a ballot to a slip's secret or to a person."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse

from apps.accounts.models import User
from apps.cycles.domain.schemes import ReportMode
from apps.cycles.domain.stages import Stage
from apps.cycles.models import ReviewCycle
from apps.evaluations.domain.ballot_papers import BallotPaper, Part, Subject
from apps.evaluations.domain.ledgers import LedgerLine, turnout
from apps.evaluations.domain.states import SessionState, SlipState
from apps.evaluations.models import (
    Credential,
    EvaluationSession,
    OpenedMark,
    SessionClosing,
    SessionGroup,
    SessionSubject,
    UrnEntry,
)
from apps.notifications.kit.todos import Todo
from apps.organizations.selectors import within

OPENED_STATES = (SessionState.OPENED.value, SessionState.RELEASED.value)


def sessions_visible_to(user: User) -> QuerySet[EvaluationSession]:
    """Return the sessions of the cycles whose host lies in the account's department scope."""
    return EvaluationSession.objects.filter(within(user.department_paths(), "cycle__host__"))


def mark_rows(cycle_id: int) -> Iterator[tuple[int, int, dict[str, str | None]]]:
    """Yield ``(reviewee_id, voter_group_id, marks)`` for every valid ballot and reviewee of the opened sessions.

    ``marks`` maps the id of a ballot item (as text) to a grade; an item left blank is absent. Order means nothing.
    """
    rows = OpenedMark.objects.filter(
        subject__session__cycle_id=cycle_id, subject__session__state__in=OPENED_STATES
    )
    yield from rows.values_list("subject__reviewee_id", "group__voter_group_id", "marks").iterator(5000)


def returned_counts(cycle_id: int) -> dict[int, int]:
    """Return how many ballots came back per voter group (online and paper), valid or not, in the opened sessions."""
    closings = SessionClosing.objects.filter(session__cycle_id=cycle_id, session__state__in=OPENED_STATES)
    counts: Counter[int] = Counter()
    for ledger in closings.values_list("ledger", flat=True):
        for line in ledger["groups"]:
            counts[line["voter_group_id"]] += line["n_online"] + line["n_paper"]
    return dict(counts)


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


def ledger_lines(session: EvaluationSession) -> list[LedgerLine]:
    """Return the ledger as it stands: the urn is counted in the urn, the rest among the slips."""
    groups = _groups(session)
    in_urn = dict(
        UrnEntry.objects.filter(credential__session=session)
        .order_by()
        .values_list("credential__group_id")
        .annotate(n=Count("pk"))
    )
    states = _slip_states(session)
    return [
        LedgerLine(
            group_id=group.pk,
            voter_group_id=group.voter_group_id,
            name=group.voter_group.name,
            n_issued=group.n_issued,
            n_online=in_urn.get(group.pk, 0),
            n_paper=states[group.pk, SlipState.PAPER.value],
            n_void=states[group.pk, SlipState.VOID.value],
            n_unused=states[group.pk, SlipState.UNUSED.value],
        )
        for group in groups
    ]


def _groups(session: EvaluationSession) -> list[SessionGroup]:
    return list(session.groups.select_related("voter_group").order_by("voter_group__order_no"))


def _slip_states(session: EvaluationSession) -> Counter[tuple[int, str]]:
    rows = (
        Credential.objects.filter(session=session)
        .order_by()
        .values_list("group_id", "state")
        .annotate(n=Count("pk"))
    )
    return Counter({(group_id, state): n for group_id, state, n in rows})


def n_mismatched_slips(session: EvaluationSession) -> int:
    """Return how many slips say "online" without a ballot in the urn, or the other way round."""
    is_online = Q(state=SlipState.ONLINE.value)
    has_ballot = Q(urn_entry__isnull=False)
    off = (is_online & ~has_ballot) | (~is_online & has_ballot)
    return Credential.objects.filter(off, session=session).count()


@dataclass(frozen=True, slots=True)
class Turnout:
    """One voter group on the hall screen. ``n_shown`` ``None``: fewer than may be shown."""

    name: str
    n_issued: int
    n_shown: int | None

    @property
    def percent(self) -> int:
        """Share of the bar, 0-100, from the shown number only."""
        return min(100, 100 * (self.n_shown or 0) // self.n_issued) if self.n_issued else 0


def turnout_lines(session: EvaluationSession) -> list[Turnout]:
    """Return how many have voted per group, rounded down to five; groups below ``k_min`` slips stay unnamed in number."""
    k_min = session.cycle.scheme.k_min
    states = _slip_states(session)
    return [
        Turnout(group.voter_group.name, _valid(group, states), _shown(group, states, k_min))
        for group in _groups(session)
    ]


def _valid(group: SessionGroup, states: Counter[tuple[int, str]]) -> int:
    return group.n_issued - states[group.pk, SlipState.VOID.value]


def _shown(group: SessionGroup, states: Counter[tuple[int, str]], k_min: int) -> int | None:
    if _valid(group, states) < k_min:
        return None
    return turnout(states[group.pk, SlipState.ONLINE.value], k_min)


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


@dataclass(frozen=True, slots=True)
class SlipLine:
    """Slips of one group on the staff page. Who has voted is not told here, only what can be printed or voided."""

    group: SessionGroup
    n_issued: int
    n_void: int
    n_missing: int


def slip_lines(session: EvaluationSession) -> list[SlipLine]:
    """Return per group: slips made, voided, and still missing from the plan."""
    states = _slip_states(session)
    lines = []
    for group in _groups(session):
        n_void = states[group.pk, SlipState.VOID.value]
        n_missing = max(0, group.n_planned - (group.n_issued - n_void))
        lines.append(SlipLine(group, group.n_issued, n_void, n_missing))
    return lines


NEXT_STEPS = {
    SessionState.DRAFT.value: "生成密钥、打印测评票",
    SessionState.KEYED.value: "试开钥匙卡、开始投票",
    SessionState.OPEN.value: "正在投票，到时截止",
    SessionState.CLOSED.value: "请监票人开箱",
    SessionState.OPENED.value: "核对得分后发布测评结果",
}


def session_todos(user: User, today: date) -> list[Todo]:  # noqa: ARG001 -- sessions have no due day
    """Return what waits for department staff: every session that is not released."""
    if not user.is_department_staff:
        return []
    rows = sessions_visible_to(user).exclude(state=SessionState.RELEASED.value)
    return [
        Todo(f"{title}：{NEXT_STEPS[state]}", reverse("evaluations:session_detail", args=[pk]), order=20)
        for pk, title, state in rows.values_list("pk", "title", "state")[:20]
    ]
