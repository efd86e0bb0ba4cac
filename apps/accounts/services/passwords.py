"""Passwords: given, changed, asked for anew; and the lock that wrong ones put on a name."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from axes.utils import reset
from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.db import transaction

from apps.accounts.domain.passwords import one_time_password
from apps.accounts.domain.sessions import EndReason
from apps.accounts.errors import PasswordReused, WrongPassword
from apps.accounts.models import OldPassword, User
from apps.accounts.services.accounts import NewAccount, locked_user, refuse_oneself, secret_expiry
from apps.accounts.services.sessions import end_sessions
from apps.audit.services import record_action


@transaction.atomic
def reset_password(user_id: int, *, actor: User | None, at: datetime) -> str:
    """Give the account a one-time password and return it; its open sessions end, a lock is lifted."""
    user = locked_user(user_id)
    if actor is not None:
        refuse_oneself(user, actor, "自己的密码请在“修改密码”里改。")
    password = one_time_password(secrets.choice)
    user.set_password(password)
    user.must_change_password, user.secret_expires_at = True, secret_expiry(at)
    user.save(update_fields=["password", "must_change_password", "secret_expires_at"])
    end_sessions(user, EndReason.PASSWORD, at=at)
    reset(username=user.username)
    record_action("accounts.password_reset", user, actor=actor, at=at)
    return password


@transaction.atomic
def renew_secrets(users: Iterable[User], *, actor: User, at: datetime) -> list[NewAccount]:
    """Give accounts that nobody has used yet new one-time passwords; those used meanwhile are passed over."""
    made = []
    for user in users:
        now = locked_user(user.pk)
        if now.last_login is None and now.has_one_time_password:
            made.append(NewAccount(user, reset_password(user.pk, actor=actor, at=at)))
    return made


@transaction.atomic
def change_own_password(
    *, old_password: str, new_password: str, session_key: str | None = None, actor: User, at: datetime
) -> User:
    """Change the own password; all sessions of the account but the one of ``session_key`` end.

    :raises WrongPassword: ``old_password`` is not the present one.
    :raises PasswordReused: ``new_password`` is the present one, or one of the last before it.
    """
    user = locked_user(actor.pk)
    if not user.check_password(old_password):
        raise WrongPassword("现在的密码不对，密码没有改。")
    _refuse_reused(user, new_password)
    if not user.has_one_time_password:
        _remember(user, at)
    user.set_password(new_password)
    user.must_change_password, user.secret_expires_at, user.password_set_at = False, None, at
    user.save(update_fields=["password", "must_change_password", "secret_expires_at", "password_set_at"])
    end_sessions(user, EndReason.PASSWORD, at=at, except_key=session_key)
    record_action("accounts.password_changed", user, actor=actor, at=at)
    return user


@transaction.atomic
def demand_new_password(user: User, *, at: datetime) -> bool:
    """Ask for a new password when the own one is older than ``settings.PASSWORD_DAYS``; return whether it is."""
    since = user.password_set_at or user.created_at
    is_old = settings.PASSWORD_DAYS and at >= since + timedelta(days=settings.PASSWORD_DAYS)
    if not is_old or user.must_change_password:
        return False
    user.must_change_password = True
    user.save(update_fields=["must_change_password"])
    record_action(
        "accounts.password_expired", user, actor=user, at=at, details={"days": settings.PASSWORD_DAYS}
    )
    return True


@transaction.atomic
def unlock_account(user_id: int, *, actor: User, at: datetime) -> None:
    """Lift the lock that wrong passwords put on the name."""
    user = locked_user(user_id)
    refuse_oneself(user, actor, "不能给自己的账号解锁。")
    reset(username=user.username)
    record_action("accounts.unlocked", user, actor=actor, at=at)


def _refuse_reused(user: User, password: str) -> None:
    """Refuse the present password and the last ones before it: ``settings.PASSWORDS_REMEMBERED`` in all."""
    old = user.old_passwords.order_by("-replaced_at", "-pk").values_list("digest", flat=True)
    known = [user.password, *old[: settings.PASSWORDS_REMEMBERED - 1]]
    if any(check_password(password, digest) for digest in known):
        raise PasswordReused(
            f"最近 {settings.PASSWORDS_REMEMBERED} 次用过的密码不能再用，密码没有改。请换一个没有用过的。"
        )


def _remember(user: User, at: datetime) -> None:
    """Keep the hash of the password that is replaced; forget those too old to matter."""
    OldPassword.objects.create(user=user, digest=user.password, replaced_at=at)
    keep = user.old_passwords.order_by("-replaced_at", "-pk").values_list("pk", flat=True)
    user.old_passwords.exclude(pk__in=list(keep[: settings.PASSWORDS_REMEMBERED])).delete()
