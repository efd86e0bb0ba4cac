"""What happened at the review meetings and evaluation sessions of a cycle: what the record tells, and reading it.

No evaluator is named anywhere; what leaders said stands in the commentary itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from apps.evaluations.domain.ledgers import LedgerLine, line_from_json
from apps.evaluations.models import EvaluationSession, SessionClosing
from apps.evaluations.selectors.results import OpenedLine, opened_lines
from apps.meetings.models import Commentary, ReviewMeeting
from apps.meetings.selectors import agenda_lines, attendance_of

TIME = "%Y年%m月%d日 %H:%M"


@dataclass(frozen=True, slots=True)
class AgendaEntry:
    """One speaker: place, post, name, and the leaders who commented on the report."""

    order_no: int
    organization: str
    name: str
    leaders: Sequence[str]
    n_problems: int


@dataclass(frozen=True, slots=True)
class MeetingEntry:
    """One meeting. ``attendance``: voter group, heads expected, heads present (``None``: not counted)."""

    title: str
    starts_at: datetime
    place: str
    lots_drawn_at: datetime | None
    lot_seed: str
    agenda: Sequence[AgendaEntry]
    attendance: Sequence[tuple[str, int, int | None]]


@dataclass(frozen=True, slots=True)
class SessionEntry:
    """One evaluation session from closing on. Times are local; ``None``: not yet."""

    title: str
    n_subjects: int
    opened_for_voting_at: datetime | None
    closed_at: datetime | None
    urn_opened_at: datetime | None
    ledger: Sequence[LedgerLine]
    opened: Sequence[OpenedLine]
    n_trackers: int
    merkle_root: str
    verification: str


@dataclass(frozen=True, slots=True)
class MeetingContent:
    """All meetings and closed sessions of a cycle, no rehearsal."""

    meetings: Sequence[MeetingEntry]
    sessions: Sequence[SessionEntry]


def closings_of(cycle_id: int) -> QuerySet[SessionClosing]:
    """Return what was fixed at the closing of the cycle's real sessions."""
    real = SessionClosing.objects.filter(session__cycle_id=cycle_id, session__rehearsal_of=None)
    return real.select_related("session").order_by("session_id")


def _local(moment: datetime | None) -> datetime | None:
    return timezone.localtime(moment) if moment else None


def meeting_entry(meeting: ReviewMeeting) -> MeetingEntry:
    leaders: dict[int, list[str]] = {}
    spoken = Commentary.objects.filter(meeting=meeting).exclude(text="").order_by("recorded_at", "pk")
    for reviewee_id, name in spoken.values_list("reviewee_id", "leader_name"):
        leaders.setdefault(reviewee_id, []).append(name)
    return MeetingEntry(
        title=meeting.title,
        starts_at=timezone.localtime(meeting.starts_at),
        place=meeting.place,
        lots_drawn_at=_local(meeting.lots_drawn_at),
        lot_seed=meeting.lot_seed,
        agenda=tuple(
            AgendaEntry(
                line.order_no,
                line.reviewee.organization_name,
                line.reviewee.name,
                tuple(leaders.get(line.reviewee.pk, ())),
                line.n_problems,
            )
            for line in agenda_lines(meeting)
        ),
        attendance=tuple((one.group.name, one.n_expected, one.n_present) for one in attendance_of(meeting)),
    )


def session_entry(session: EvaluationSession, closing: SessionClosing) -> SessionEntry:
    finding = session.verification or {}
    return SessionEntry(
        title=session.title,
        n_subjects=session.subjects.count(),
        opened_for_voting_at=_local(session.opened_for_voting_at),
        closed_at=_local(session.closed_at),
        urn_opened_at=_local(session.urn_opened_at),
        ledger=tuple(line_from_json(line) for line in closing.ledger["groups"]),
        opened=tuple(opened_lines(session, closing)),
        n_trackers=len(closing.trackers),
        merkle_root=closing.merkle_root,
        verification=verified(agrees=finding.get("agrees"), at=_local(session.verified_at)),
    )


def verified(*, agrees: bool | None, at: datetime | None) -> str:
    """Return what the independent verifier found, as one sentence; empty before."""
    if agrees is None or at is None:
        return ""
    outcome = "结果与开箱一致" if agrees else "结果与开箱不一致，须查明"
    return f"{at:{TIME}}由独立程序从结果包重新计算计数、台账和得分，{outcome}。"
