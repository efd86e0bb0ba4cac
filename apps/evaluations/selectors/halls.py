"""What the screens of a hall show: turnout in steps, the agenda, never content."""

from collections import Counter
from dataclasses import dataclass

from apps.evaluations.domain.ledgers import turnout
from apps.evaluations.domain.states import Screen, SlipState
from apps.evaluations.models import EvaluationSession, SessionGroup, SessionHall
from apps.evaluations.selectors.ledgers import session_groups, slip_states

GONE = (SlipState.VOID.value, SlipState.SPOILED.value)
# A slip exchanged for paper stays counted: the number on the screen never goes back.
ARRIVED = (SlipState.ONLINE.value, SlipState.PAPER.value)


@dataclass(frozen=True, slots=True)
class HallScreen:
    """A session seen through one of its keys; ``hall`` ``None``: the key of the whole session."""

    session: EvaluationSession
    hall: SessionHall | None

    @property
    def screen(self) -> Screen:
        """What staff chose to show."""
        return Screen(self.hall.screen if self.hall else self.session.screen)


def screen_of_key(hall_key: str) -> HallScreen | None:
    """Return the session (and hall) a read-only key belongs to."""
    sessions = EvaluationSession.objects.select_related("cycle__scheme", "meeting")
    session = sessions.filter(hall_key=hall_key).first()
    if session is not None:
        return HallScreen(session, None)
    halls = SessionHall.objects.select_related("session__cycle__scheme", "session__meeting")
    hall = halls.filter(hall_key=hall_key).first()
    return HallScreen(hall.session, hall) if hall else None


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
    states = slip_states(session)
    return [
        Turnout(group.voter_group.name, _valid(group, states), _shown(group, states, k_min))
        for group in session_groups(session)
    ]


def _valid(group: SessionGroup, states: Counter[tuple[int, str]]) -> int:
    return group.n_issued - sum(states[group.pk, state] for state in GONE)


def _shown(group: SessionGroup, states: Counter[tuple[int, str]], k_min: int) -> int | None:
    if _valid(group, states) < k_min:
        return None
    return turnout(sum(states[group.pk, state] for state in ARRIVED), k_min)
