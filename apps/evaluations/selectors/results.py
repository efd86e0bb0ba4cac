"""What came out of opened urns. Rehearsals never show here."""

from collections import Counter
from collections.abc import Iterator

from apps.evaluations.domain.states import SessionState
from apps.evaluations.models import OpenedMark, SessionClosing

OPENED_STATES = (SessionState.OPENED.value, SessionState.RELEASED.value, SessionState.PURGED.value)


def mark_rows(cycle_id: int) -> Iterator[tuple[int, int, dict[str, str]]]:
    """Yield ``(reviewee_id, voter_group_id, marks)`` for every valid ballot and reviewee of the opened sessions.

    ``marks`` maps an item's key to an answer; an item left blank is absent. Order means nothing.
    """
    for reviewee_id, group_id, _, marks in paper_mark_rows(cycle_id):
        yield reviewee_id, group_id, marks


def paper_mark_rows(cycle_id: int) -> Iterator[tuple[int, int, int, dict[str, str]]]:
    """Yield ``(reviewee_id, voter_group_id, scheme_paper_id, marks)``, like ``mark_rows`` but per evaluation form."""
    rows = OpenedMark.objects.filter(
        subject__session__cycle_id=cycle_id,
        subject__session__state__in=OPENED_STATES,
        subject__session__rehearsal_of=None,
    )
    names = ("subject__reviewee_id", "group__voter_group_id", "paper_id", "marks")
    yield from rows.values_list(*names).iterator(5000)


def returned_counts(cycle_id: int) -> dict[int, int]:
    """Return how many ballots came back per voter group (online and paper), valid or not, in the opened sessions."""
    closings = SessionClosing.objects.filter(
        session__cycle_id=cycle_id, session__state__in=OPENED_STATES, session__rehearsal_of=None
    )
    counts: Counter[int] = Counter()
    for ledger in closings.values_list("ledger", flat=True):
        for line in ledger["groups"]:
            counts[line["voter_group_id"]] += line["n_online"] + line["n_paper"]
    return dict(counts)
