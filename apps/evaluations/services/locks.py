"""Locks of a session. Casts share an advisory lock, closing and opening take it alone: no cast can straddle.

The share of a cast is taken inside the database's function ``evaluations_put_ballot`` (``putting``).
"""

from apps.common.kit.locks import hold_lock
from apps.evaluations.models import EvaluationSession

SESSION_LOCK = 7_205_000_000_000


def claim_session(session_id: int) -> EvaluationSession:
    """Wait for running casts, keep new ones out until this transaction ends, and return the locked row."""
    hold_lock(SESSION_LOCK + session_id)
    return lock_session(session_id)


def lock_session(session_id: int) -> EvaluationSession:
    """Return the session's row, locked against other staff acts; casts go on."""
    return (
        EvaluationSession.objects.select_for_update(of=("self",), no_key=True)
        .select_related("cycle")
        .get(pk=session_id)
    )
