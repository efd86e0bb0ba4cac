"""What staff may know of slips: what was made, voided, taken back, exchanged. Who has voted is told nowhere here."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count

from apps.evaluations.domain.states import SlipState
from apps.evaluations.models import Credential, EvaluationSession, SessionGroup, SessionHall
from apps.evaluations.selectors.ledgers import session_groups

Counts = Counter[tuple[int, int | None, str]]


@dataclass(frozen=True, slots=True)
class SlipLine:
    """Slips of one group, in one hall if there are several (else ``hall`` is ``None``)."""

    group: SessionGroup
    hall: SessionHall | None
    n_issued: int
    n_void: int
    n_spoiled: int
    n_paper: int

    @property
    def n_good(self) -> int:
        """Slips that are, or were, in somebody's hand."""
        return self.n_issued - self.n_void - self.n_spoiled


@dataclass(frozen=True, slots=True)
class GroupSlips:
    """All slips of one group: a line per hall, and what is missing from the plan."""

    group: SessionGroup
    group_no: int
    lines: list[SlipLine]

    @property
    def n_issued(self) -> int:
        return sum(line.n_issued for line in self.lines)

    @property
    def n_missing(self) -> int:
        """Slips still to be printed for the plan."""
        return max(0, self.group.n_planned - sum(line.n_good for line in self.lines))

    @property
    def rows(self) -> list[tuple[SlipLine, int]]:
        """Each line with the number of slips to propose: what is missing, shared out among the halls without slips."""
        waiting = [line for line in self.lines if not line.n_issued] or self.lines[:1]
        share = -(-self.n_missing // len(waiting))
        return [(line, (share if line in waiting else 0) or 1) for line in self.lines]


def group_slips(session: EvaluationSession) -> list[GroupSlips]:
    """Return the slips of a session per group and hall."""
    counts = _counts(session)
    halls: list[SessionHall | None] = [*session.halls.order_by("order_no")] or [None]
    return [
        GroupSlips(group, group.voter_group.order_no, [_line(group, hall, counts) for hall in halls])
        for group in session_groups(session)
    ]


def slip_state(session: EvaluationSession, selector: str) -> SlipState | None:
    """Return what became of the slip of this number; ``None`` if the session has none. Never what is on its ballot."""
    found = Credential.objects.filter(session=session, selector=selector).values_list("state", flat=True)
    state = found.first()
    return SlipState(state) if state else None


def _counts(session: EvaluationSession) -> Counts:
    rows = (
        Credential.objects.filter(session=session)
        .order_by()
        .values_list("group_id", "hall_id", "state")
        .annotate(n=Count("pk"))
    )
    return Counter({(group, hall, state): n for group, hall, state, n in rows})


def _line(group: SessionGroup, hall: SessionHall | None, counts: Counts) -> SlipLine:
    hall_id = hall.pk if hall else None

    def n(*states: SlipState) -> int:
        return sum(counts[group.pk, hall_id, state.value] for state in states)

    return SlipLine(
        group=group,
        hall=hall,
        n_issued=n(*SlipState),
        n_void=n(SlipState.VOID),
        n_spoiled=n(SlipState.SPOILED),
        n_paper=n(SlipState.PAPER),
    )
