"""Locks of a session. Casts share an advisory lock, closing and opening take it alone: no cast can straddle."""

from django.db import connection

from apps.evaluations.models import EvaluationSession

SESSION_LOCK = 7_205_000_000_000


def share_session(session_id: int) -> None:
    """Hold off closing until this transaction ends; casts do not hold off one another."""
    _lock("pg_advisory_xact_lock_shared", session_id)


def claim_session(session_id: int) -> EvaluationSession:
    """Wait for running casts, keep new ones out until this transaction ends, and return the locked row."""
    _lock("pg_advisory_xact_lock", session_id)
    return lock_session(session_id)


def lock_session(session_id: int) -> EvaluationSession:
    """Return the session's row, locked against other staff acts; casts go on."""
    return (
        EvaluationSession.objects.select_for_update(of=("self",), no_key=True)
        .select_related("cycle")
        .get(pk=session_id)
    )


def _lock(function: str, session_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [SESSION_LOCK + session_id])
