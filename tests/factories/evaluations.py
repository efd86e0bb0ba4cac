"""Evaluation sessions at any point of their life, without ballots unless asked for."""

import hashlib
from datetime import UTC, datetime

from apps.evaluations.domain.states import ORDER, SessionState
from apps.evaluations.models import (
    EvaluationSession,
    OpenedMark,
    SessionClosing,
    SessionGroup,
    SessionSubject,
)

AT = datetime(2026, 12, 20, 1, 0, tzinfo=UTC)


def make_session(*, cycle=None, title="年度述职评议现场测评", meeting=None, planned=10):
    """A draft session of all reviewees and voter groups of ``cycle`` (by default a new cycle in its meeting)."""
    if cycle is None:
        from tests.factories.cycles import make_cycle

        cycle = make_cycle(stage="meeting")
    n = EvaluationSession.objects.count() + 1
    key = hashlib.sha256(f"hall {n}".encode()).hexdigest()[:43]
    session = EvaluationSession.objects.create(cycle=cycle, meeting=meeting, title=title, hall_key=key)
    for order_no, reviewee in enumerate(cycle.reviewees.order_by("order_no", "id"), start=1):
        SessionSubject.objects.create(session=session, reviewee=reviewee, order_no=order_no)
    for group in cycle.scheme.voter_groups.all():
        SessionGroup.objects.create(session=session, voter_group=group, n_planned=planned)
    return session


def move_to(session, state):
    """Walk the session forward to ``state`` as the database demands: one step at a time."""
    for step in ORDER[ORDER.index(SessionState(session.state)) + 1 : ORDER.index(SessionState(state)) + 1]:
        session.state = step.value
        session.save(update_fields=["state"])
    return session


def make_opened_marks(session, votes, *, returned=None, state="opened"):
    """Open ``session`` with these marks.

    ``votes``: rows ``(reviewee_id, voter_group_id, {item_id: grade})``. ``returned``: voter group id -> ballots that
    came back; by default the largest number of marks any reviewee got from the group.
    """
    move_to(session, "closed")
    subjects = {subject.reviewee_id: subject for subject in session.subjects.all()}
    groups = {group.voter_group_id: group for group in session.groups.all()}
    rows = [
        OpenedMark(
            subject=subjects[reviewee_id],
            group=groups[group_id],
            marks={str(item): getattr(grade, "value", grade) for item, grade in marks.items()},
        )
        for reviewee_id, group_id, marks in votes
    ]
    OpenedMark.objects.bulk_create(rows)
    counts = {
        group_id: max(
            (sum(1 for r in rows if (r.subject, r.group) == (s, group)) for s in subjects.values()), default=0
        )
        for group_id, group in groups.items()
    } | (returned or {})
    SessionClosing.objects.create(
        session=session,
        ledger={"groups": [_line(group, counts[group_id]) for group_id, group in groups.items()]},
        trackers=[],
        merkle_root="0" * 64,
        form_hash="0" * 64,
    )
    session.closed_at = session.urn_opened_at = AT
    session.save(update_fields=["closed_at", "urn_opened_at"])
    return move_to(session, state)


def _line(group, n_online):
    return {
        "group_id": group.pk, "voter_group_id": group.voter_group_id, "name": group.voter_group.name,
        "n_issued": n_online, "n_online": n_online, "n_paper": 0, "n_void": 0, "n_unused": 0,
    }  # fmt: skip
