"""Counting slips, envelopes and paper forms."""

from collections import Counter

from django.db.models import Count, Q

from apps.evaluations.domain.ledgers import LedgerLine
from apps.evaluations.domain.states import SlipState
from apps.evaluations.models import Credential, EvaluationSession, SessionGroup, UrnEntry


def ledger_lines(session: EvaluationSession) -> list[LedgerLine]:
    """Return the ledger as it stands: the urn is counted in the urn, the rest among the slips."""
    groups = session_groups(session)
    in_urn = dict(
        UrnEntry.objects.filter(credential__session=session)
        .order_by()
        .values_list("credential__group_id")
        .annotate(n=Count("pk"))
    )
    states = slip_states(session)
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


def session_groups(session: EvaluationSession) -> list[SessionGroup]:
    """Return the voter groups of a session in their order."""
    return list(session.groups.select_related("voter_group").order_by("voter_group__order_no"))


def slip_states(session: EvaluationSession) -> Counter[tuple[int, str]]:
    """Return the number of slips per group and state."""
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
