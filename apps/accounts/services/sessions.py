"""Sessions: noted, kept alive, ended."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from apps.accounts.domain.sessions import EndReason
from apps.accounts.models import AccountSession, User
from apps.accounts.services.tokens import end_tokens
from apps.audit.services import record_action


def live_sessions(user: User, *, at: datetime) -> list[AccountSession]:
    """Return the sessions in which the account is signed in, the latest first."""
    rows = AccountSession.objects.filter(user=user, ended_at=None, expire_date__gt=at).order_by("-seen_at")
    return [row for row in rows if not row.end_reason(at)]


def note_seen(session: AccountSession, *, at: datetime) -> None:
    """Note that somebody was there; what was to be told has been told."""
    session.seen_at, session.notice = at, ""
    AccountSession.objects.filter(pk=session.pk, ended_at=None).update(seen_at=at, notice="")


def end_sessions(user: User, reason: EndReason, *, at: datetime, except_key: str | None = None) -> int:
    """End the account's sessions, but the one with the key ``except_key``; return how many. Part of another act.

    Unless it only made way for a later session, its tokens end with them: whoever made one may be who is shut out.
    """
    if reason != EndReason.ELSEWHERE:
        end_tokens(user, at=at)
    rows = AccountSession.objects.filter(user=user, ended_at=None).exclude(session_key=except_key or "")
    return _end(rows, reason, at)


@transaction.atomic
def end_own_sessions(
    *, public_id: UUID | None = None, except_key: str | None, actor: User, at: datetime
) -> int:
    """End one of the own sessions, or all others (``public_id`` ``None``); never the present one, which is signed out of."""
    rows = AccountSession.objects.filter(user=actor, ended_at=None).exclude(session_key=except_key or "")
    if public_id is not None:
        rows = rows.filter(public_id=public_id)
    n_ended = _end(rows, EndReason.BY_OWNER, at)
    if n_ended:
        record_action("accounts.sessions_ended", actor, actor=actor, at=at, details={"n_sessions": n_ended})
    return n_ended


@transaction.atomic
def end_sessions_of(user_id: int, *, actor: User, at: datetime) -> int:
    """End all sessions of an account, for an administrator."""
    user = User.objects.get(pk=user_id)
    n_ended = end_sessions(user, EndReason.BY_ADMIN, at=at)
    if n_ended:
        record_action("accounts.sessions_ended", user, actor=actor, at=at, details={"n_sessions": n_ended})
    return n_ended


def warn_others(user: User, notice: str, *, at: datetime, except_key: str | None) -> None:
    """Let the account's other open windows be told something."""
    keys = [row.pk for row in live_sessions(user, at=at) if row.pk != except_key]
    AccountSession.objects.filter(pk__in=keys).update(notice=notice[:200])


def drop_old_sessions(*, at: datetime) -> int:
    """Remove sessions whose day has passed; return how many."""
    return AccountSession.objects.filter(expire_date__lt=at).delete()[0]


def _end(rows: QuerySet[AccountSession], reason: EndReason, at: datetime) -> int:
    return rows.update(ended_at=at, ended_because=reason.value, session_data="")
