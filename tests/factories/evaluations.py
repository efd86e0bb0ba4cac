"""Evaluation sessions at any point of their life, without ballots unless asked for."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime

from apps.cycles.domain.papers.templates import ItemKind
from apps.evaluations import services
from apps.evaluations.domain import ballots, sealing
from apps.evaluations.domain.ballot_papers import from_description
from apps.evaluations.domain.slips import secret_text
from apps.evaluations.domain.states import ORDER, SessionState
from apps.evaluations.models import (
    EvaluationSession,
    OpenedMark,
    SessionClosing,
    SessionGroup,
    SessionHall,
    SessionPaper,
    SessionSubject,
)

AT = datetime(2026, 12, 20, 1, 0, tzinfo=UTC)


def make_session(*, cycle=None, title="年度述职评议现场测评", meeting=None, planned=10, papers=None):
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
    for paper in cycle.scheme.papers.all() if papers is None else papers:
        SessionPaper.objects.create(session=session, paper=paper)
    return session


def make_session_hall(session, name="礼堂"):
    """A hall of a session, behind those it has."""
    n = session.halls.count() + 1
    key = hashlib.sha256(f"session {session.pk} hall {n}".encode()).hexdigest()[:43]
    return SessionHall.objects.create(session=session, order_no=n, name=name, hall_key=key)


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
    paper = session.papers.first().paper
    rows = [
        OpenedMark(
            paper=paper,
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


def make_verified(session, *differences):
    """Write down that the independent verifier has agreed, or what it found."""
    return services.record_verification(
        session.pk,
        differences=differences,
        package_sha256="0" * 64,
        marks_hash=session.closing.marks_hash,
        actor=None,
        at=AT,
    )


def _line(group, n_online):
    return {
        "group_id": group.pk, "voter_group_id": group.voter_group_id, "name": group.voter_group.name,
        "n_issued": n_online, "n_online": n_online, "n_paper": 0, "n_void": 0, "n_unused": 0,
    }  # fmt: skip


@dataclass
class Hall:
    """A session through the real services, with what only paper would hold: cards and slips."""

    session: EvaluationSession
    actor: object
    cards: list[str] = field(default_factory=list)
    hold_text: str = ""
    slips: dict[int, list] = field(default_factory=dict)

    @property
    def all_slips(self):
        return [slip for slips in self.slips.values() for slip in slips]

    @property
    def paper(self):
        self.session.refresh_from_db()
        return from_description(self.session.form)

    def marks(self, *grades):
        """Marks for all parts, reviewees and choice items, taking ``grades`` in turn; ``None`` leaves blank."""
        cells = [
            (part.key, subject, item.key)
            for part in self.paper.parts
            for subject in self.paper.subject_ids
            for item in part.template.items
            if item.kind in {ItemKind.GRADE, ItemKind.YES_NO}
        ]
        marks = {}
        for n, (part, subject, item) in enumerate(cells):
            if grades[n % len(grades)]:
                marks.setdefault(part, {}).setdefault(subject, {})[item] = grades[n % len(grades)]
        return marks

    def seal(self, slip, marks, *, texts=None, selector=None):
        """Seal as the browser would; ``selector`` lies about whose ballot it is."""
        text = ballots.ballot_text(self.paper, selector or slip.selector, marks, texts)
        return sealing.seal(bytes(self.session.public_key), ballots.pad(text, self.session.pad_bytes))

    def cast_marks(self, slip, marks, *, texts=None):
        """Cast these marks by QR secret and return the tracker."""
        return services.cast_ballot(
            self.session.pk,
            selector=slip.selector,
            secret=secret_text(slip.secret),
            ciphertext=self.seal(slip, marks, texts=texts),
        )

    def cast(self, slip, *grades):
        """Cast one ballot by QR secret and return its tracker."""
        return self.cast_marks(slip, self.marks(*(grades or ("good",))))

    def close(self):
        return services.close_voting(self.session.pk, actor=self.actor, at=AT)

    def open(self):
        return services.open_urn(self.session.pk, cards=self.cards[:2], actor=self.actor, at=AT)


def pass_rehearsal(session):
    """Leave the session as a passed rehearsal would, without holding one."""
    session.refresh_from_db()
    session.rehearsed_at = AT
    session.rehearsal_report = {"parts_hash": from_description(session.form).parts_hash}
    session.save(update_fields=["rehearsed_at", "rehearsal_report"])
    return move_to(session, "rehearsed")


def make_hall(*, n_slips=3, n_reviewees=2, state="open", actor=None, session=None):
    """A session with keys and ``n_slips`` per group; ``state`` ``keyed``, ``rehearsed`` or ``open``."""
    actor = actor or _clerk()
    if session is None:
        from tests.factories.cycles import make_cycle, make_reviewee

        cycle = make_cycle(stage="meeting")
        for _ in range(n_reviewees):
            make_reviewee(cycle=cycle)
        session = make_session(cycle=cycle, planned=n_slips)
    hall = Hall(session, actor)
    printed = services.make_key(session.pk, actor=actor, at=AT)
    hall.cards, hall.hold_text = [card.text for card in printed.cards], printed.hold_text
    services.try_cards(session.pk, cards=hall.cards[1:], actor=actor, at=AT)
    for group in session.groups.all():
        hall.slips[group.pk] = services.issue_slips(
            session.pk, group_id=group.pk, n_slips=n_slips, actor=actor, at=AT
        )
    if state != "keyed":
        pass_rehearsal(session)
    if state == "open":
        services.open_voting(session.pk, actor=actor, at=AT)
    session.refresh_from_db()
    return hall


def _clerk():
    from apps.accounts.models import User

    return User.objects.get_or_create(username="clerk_f", defaults={"display_name": "经办"})[0]
