"""Accounts made, renamed, shut and opened again; each act leaves one entry in the log."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction

from apps.accounts.domain.passwords import one_time_password
from apps.accounts.domain.roles import ADMIN_ROLES, Role
from apps.accounts.domain.sessions import EndReason
from apps.accounts.domain.states import DisableReason
from apps.accounts.domain.usernames import canonical_username, is_valid_username
from apps.accounts.errors import LastAdministrator, NotOnOneself, RolesConflict, UsernameTaken
from apps.accounts.models import RoleAssignment, User
from apps.accounts.models.separation import LOCK
from apps.accounts.services.sessions import end_sessions
from apps.audit.services import record_action
from apps.common.kit.locks import hold_lock
from apps.secretaries.models import Secretary


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account with its one-time password: shown or printed once, stored nowhere."""

    user: User
    password: str


@transaction.atomic
def create_account(username: str, display_name: str, *, actor: User | None, at: datetime) -> NewAccount:
    """Create an account without a role.

    :raises UsernameTaken: another account has the name, in whatever spelling.
    """
    account = new_account(username, display_name, None, at=at)
    record_action(
        "accounts.created", account.user, actor=actor, at=at, details={"username": account.user.username}
    )
    return account


def new_account(username: str, display_name: str, secretary: Secretary | None, *, at: datetime) -> NewAccount:
    """Make the account with a one-time password that expires. Part of another act, which records it.

    :raises UsernameTaken: the name is unfit or somebody else's.
    """
    name = canonical_username(username)
    if not is_valid_username(name):
        raise UsernameTaken(f"“{username}”不能用作用户名。", code="bad_username")
    if User.objects.filter(username=name).exists():
        raise UsernameTaken(f"用户名“{name}”已经有人用了，没有建立账号。请换一个。")
    password = one_time_password(secrets.choice)
    user = User(username=name, display_name=display_name, secretary=secretary, must_change_password=True)
    user.secret_expires_at = secret_expiry(at)
    user.set_password(password)
    user.save(force_insert=True)
    return NewAccount(user, password)


@transaction.atomic
def rename_account(user_id: int, *, display_name: str, actor: User, at: datetime) -> User:
    """Change the name shown to others.

    :raises RolesConflict: an administrator would become the namesake of another kind of administrator.
    """
    user = locked_user(user_id)
    if user.display_name == display_name:
        return user
    before, user.display_name = user.display_name, display_name
    with kept_apart():
        user.save(update_fields=["display_name"])
    record_action(
        "accounts.renamed", user, actor=actor, at=at, details={"display_name": [before, display_name]}
    )
    return user


@transaction.atomic
def disable_account(user_id: int, *, actor: User, at: datetime) -> User:
    """Shut an account; its open sessions end with their next request. Twice changes nothing.

    :raises NotOnOneself: the own account.
    :raises LastAdministrator: nobody else could do this administrator's work.
    """
    user = locked_user(user_id)
    refuse_oneself(user, actor, "不能停用自己的账号。")
    if not user.is_active:
        return user
    keep_administrators(user, {row.role for row in user.role_rows})
    shut(user, DisableReason.BY_HAND, at=at)
    record_action("accounts.disabled", user, actor=actor, at=at, details={"is_active": [True, False]})
    return user


@transaction.atomic
def enable_account(user_id: int, *, actor: User, at: datetime) -> User:
    """Open a shut account again. Twice changes nothing."""
    user = locked_user(user_id)
    refuse_oneself(user, actor, "不能启用自己的账号。")
    if user.is_active:
        return user
    before, user.is_active, user.disabled_because, user.disabled_at = user.disabled_because, True, "", None
    user.enabled_at = at
    user.save(update_fields=["is_active", "disabled_because", "disabled_at", "enabled_at"])
    details = {"is_active": [False, True], "disabled_because": before}
    record_action("accounts.enabled", user, actor=actor, at=at, details=details)
    return user


def shut(user: User, reason: DisableReason, *, at: datetime) -> None:
    """Shut an account for a reason; its sessions end. Part of another act, which records it."""
    user.is_active, user.disabled_because, user.disabled_at = False, reason.value, at
    user.save(update_fields=["is_active", "disabled_because", "disabled_at"])
    end_sessions(user, EndReason.DISABLED, at=at)


def secret_expiry(at: datetime) -> datetime:
    """Return when a one-time password given at ``at`` is no longer good."""
    return at + timedelta(days=settings.INITIAL_SECRET_DAYS)


def locked_user(user_id: int) -> User:
    """Return the account, its row held until the transaction ends."""
    return User.objects.select_for_update(of=("self",)).get(pk=user_id)


def refuse_oneself(user: User, actor: User, message: str) -> None:
    """Refuse what nobody does to the own account."""
    if user.pk == actor.pk:
        raise NotOnOneself(f"{message}请由另一位管理员办理。")


@contextmanager
def kept_apart() -> Iterator[None]:
    """Tell in words what only the database could see: somebody was faster, or the name is another administrator's.

    :raises RolesConflict: the separation of the three administrators would be broken.
    """
    try:
        yield
    except IntegrityError as error:
        raise RolesConflict(
            "同一人不能兼任三类管理员中的两类，也不能兼任其他角色；同名的另一个账号是管理员，或别人刚刚给他授了权。没有改动，请刷新后核对。"
        ) from error


def keep_administrators(user: User, roles: set[str]) -> None:
    """Refuse when one of the administrators' posts would be left without an active account.

    One after the other: of two administrators who disable each other at once, one stays.
    """
    if roles & set(ADMIN_ROLES):
        hold_lock(LOCK)
    for role in roles & set(ADMIN_ROLES):
        others = RoleAssignment.objects.filter(role=role, user__is_active=True).exclude(user=user)
        if user.is_active and not others.exists():
            raise LastAdministrator(
                f"这是唯一启用的{Role(role).label}，停用或收回后将无人履职。请先设另一位。"
            )
