"""Reads of evaluation sessions. No selector of this app joins a ballot to a slip's secret or to a person."""

from collections import Counter
from collections.abc import Iterator

from django.db.models import QuerySet

from apps.accounts.models import User
from apps.evaluations.domain.states import SessionState
from apps.evaluations.models import EvaluationSession, OpenedMark, SessionClosing
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
