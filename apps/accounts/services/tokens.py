"""Tokens of programs: made, used, revoked."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from apps.accounts.domain.tokens import MOST_LIVE, digest_of, is_use_noted, token_of
from apps.accounts.errors import TooManyTokens
from apps.accounts.models import ApiToken, User
from apps.audit.services import record_action

SECRET_BYTES = 32


@transaction.atomic
def make_token(*, name: str, days: int, may_write: bool, actor: User, at: datetime) -> str:
    """Make a token of the own account and return it: it is shown once and stored nowhere.

    :raises TooManyTokens: the account has ten live ones.
    """
    user = User.objects.select_for_update(of=("self",)).get(pk=actor.pk)
    if ApiToken.objects.filter(user=user, revoked_at=None, expires_at__gt=at).count() >= MOST_LIVE:
        raise TooManyTokens(f"一个账号最多有 {MOST_LIVE} 个有效的令牌，没有新建。请先作废不用的。")
    token = token_of(secrets.token_urlsafe(SECRET_BYTES))
    row = ApiToken.objects.create(
        user=user,
        name=name,
        digest=digest_of(token),
        may_write=may_write,
        created_at=at,
        expires_at=at + timedelta(days=days),
    )
    details = {"name": name, "may_write": may_write, "expires_at": row.expires_at.isoformat()}
    record_action("accounts.token_made", user, actor=actor, at=at, details=details)
    return token


@transaction.atomic
def revoke_token(token_id: int, *, actor: User, at: datetime) -> ApiToken:
    """End a token of the own account at once. Twice changes nothing."""
    row = ApiToken.objects.select_for_update(of=("self",)).select_related("user").get(pk=token_id)
    if row.revoked_at is not None:
        return row
    row.revoked_at = at
    row.save(update_fields=["revoked_at"])
    record_action("accounts.token_revoked", row.user, actor=actor, at=at, details={"name": row.name})
    return row


def end_tokens(user: User, *, at: datetime) -> int:
    """End all tokens of an account; return how many. Part of another act."""
    return ApiToken.objects.filter(user=user, revoked_at=None).update(revoked_at=at)


def note_used(token: ApiToken, *, at: datetime) -> None:
    """Note that a token opened the door, once an hour."""
    if not is_use_noted(token.last_used_at, at):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=at)
