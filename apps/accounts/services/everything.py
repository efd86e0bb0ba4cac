"""Writes to accounts and rights; each leaves one entry in the log."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from axes.utils import reset
from django.db import transaction

from apps.accounts.domain.passwords import one_time_password
from apps.accounts.domain.roles import ADMIN_ROLES, SCOPED_ROLES, Role
from apps.accounts.domain.sessions import EndReason
from apps.accounts.domain.usernames import canonical_username, free_username, is_valid_username
from apps.accounts.errors import (
    LastAdministrator,
    NotOnOneself,
    RolesConflict,
    UsernameTaken,
    WrongPassword,
)
from apps.accounts.models import RoleAssignment, User
from apps.accounts.services.sessions import end_sessions
from apps.audit.services import record_action
from apps.common.domain.sort_keys import pinyin_syllables
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
    account = _create(username, display_name, None)
    record_action(
        "accounts.created", account.user, actor=actor, at=at, details={"username": account.user.username}
    )
    return account


@transaction.atomic
def create_secretary_accounts(
    secretaries: Iterable[Secretary], *, actor: User, at: datetime
) -> list[NewAccount]:
    """Create an account for each secretary who has none; those who have one are passed over."""
    ids = [secretary.pk for secretary in secretaries]
    people = Secretary.objects.select_for_update(of=("self",)).filter(pk__in=ids, user=None).order_by("pk")
    taken = set(User.objects.values_list("username", flat=True))
    made = []
    for person in people:
        name = free_username("".join(pinyin_syllables(person.name, is_person=True)), taken)
        taken.add(name)
        account = _create(name, person.name, person)
        RoleAssignment.objects.create(user=account.user, role=Role.SECRETARY.value)
        record_action(
            "accounts.created",
            account.user,
            actor=actor,
            at=at,
            details={"username": name, "role": "secretary"},
        )
        made.append(account)
    return made


def _create(username: str, display_name: str, secretary: Secretary | None) -> NewAccount:
    name = canonical_username(username)
    if not is_valid_username(name):
        raise UsernameTaken(f"“{username}”不能用作用户名。", code="bad_username")
    if User.objects.filter(username=name).exists():
        raise UsernameTaken(f"用户名“{name}”已经有人用了，没有建立账号。请换一个。")
    password = one_time_password(secrets.choice)
    user = User(username=name, display_name=display_name, secretary=secretary, must_change_password=True)
    user.set_password(password)
    user.save(force_insert=True)
    return NewAccount(user, password)


@transaction.atomic
def rename_account(user_id: int, *, display_name: str, actor: User, at: datetime) -> User:
    """Change the name shown to others."""
    user = _locked(user_id)
    if user.display_name == display_name:
        return user
    before, user.display_name = user.display_name, display_name
    user.save(update_fields=["display_name"])
    record_action("accounts.renamed", user, actor=actor, at=at, details={"before": before})
    return user


@transaction.atomic
def disable_account(user_id: int, *, actor: User, at: datetime) -> User:
    """Shut an account; its open sessions end with their next request. Twice changes nothing.

    :raises NotOnOneself: the own account.
    :raises LastAdministrator: nobody else could do this administrator's work.
    """
    user = _locked(user_id)
    _refuse_oneself(user, actor, "不能停用自己的账号。")
    if not user.is_active:
        return user
    _keep_administrators(user, {row.role for row in user.role_rows})
    user.is_active = False
    user.save(update_fields=["is_active"])
    end_sessions(user, EndReason.DISABLED, at=at)
    record_action("accounts.disabled", user, actor=actor, at=at)
    return user


@transaction.atomic
def enable_account(user_id: int, *, actor: User, at: datetime) -> User:
    """Open a shut account again. Twice changes nothing."""
    user = _locked(user_id)
    _refuse_oneself(user, actor, "不能启用自己的账号。")
    if user.is_active:
        return user
    user.is_active = True
    user.save(update_fields=["is_active"])
    record_action("accounts.enabled", user, actor=actor, at=at)
    return user


@transaction.atomic
def reset_password(user_id: int, *, actor: User | None, at: datetime) -> str:
    """Give the account a one-time password and return it; its open sessions end, a lock is lifted."""
    user = _locked(user_id)
    if actor is not None:
        _refuse_oneself(user, actor, "自己的密码请在“修改密码”里改。")
    password = one_time_password(secrets.choice)
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    end_sessions(user, EndReason.PASSWORD, at=at)
    reset(username=user.username)
    record_action("accounts.password_reset", user, actor=actor, at=at)
    return password


@transaction.atomic
def change_own_password(
    *, old_password: str, new_password: str, session_key: str | None = None, actor: User, at: datetime
) -> User:
    """Change the own password; all sessions of the account but the one of ``session_key`` end.

    :raises WrongPassword: ``old_password`` is not the present one.
    """
    user = _locked(actor.pk)
    if not user.check_password(old_password):
        raise WrongPassword("现在的密码不对，密码没有改。")
    user.set_password(new_password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    end_sessions(user, EndReason.PASSWORD, at=at, except_key=session_key)
    record_action("accounts.password_changed", user, actor=actor, at=at)
    return user


@transaction.atomic
def unlock_account(user_id: int, *, actor: User, at: datetime) -> None:
    """Lift the lock that wrong passwords put on the name."""
    user = _locked(user_id)
    _refuse_oneself(user, actor, "不能给自己的账号解锁。")
    reset(username=user.username)
    record_action("accounts.unlocked", user, actor=actor, at=at)


@transaction.atomic
def grant_role(
    user_id: int, *, role: str, scope_id: int | None, actor: User | None, at: datetime
) -> RoleAssignment:
    """Give an account a role, with the subtree it covers. A role it holds already is returned as it is.

    :raises NotOnOneself: the own account.
    :raises RolesConflict: the role does not go together with the account's others, or lacks scope or person.
    """
    user = _locked(user_id)
    if actor is not None:
        _refuse_oneself(user, actor, "不能给自己授权。")
    _check_role(user, role, scope_id)
    row, is_new = RoleAssignment.objects.get_or_create(user=user, role=role, scope_id=scope_id)
    if is_new:
        details = {"role": role, "scope": str(row.scope) if row.scope else ""}
        record_action("accounts.role_granted", user, actor=actor, at=at, details=details)
    return row


@transaction.atomic
def revoke_role(assignment_id: int, *, actor: User, at: datetime) -> None:
    """Take a role away.

    :raises NotOnOneself: the own account.
    :raises LastAdministrator: nobody else could do this administrator's work.
    """
    row = RoleAssignment.objects.select_related("user", "scope").get(pk=assignment_id)
    user = _locked(row.user_id)
    _refuse_oneself(user, actor, "不能收回自己的权限。")
    _keep_administrators(user, {row.role})
    details = {"role": row.role, "scope": str(row.scope) if row.scope else ""}
    row.delete()
    record_action("accounts.role_revoked", user, actor=actor, at=at, details=details)


def _locked(user_id: int) -> User:
    return User.objects.select_for_update(of=("self",)).get(pk=user_id)


def _refuse_oneself(user: User, actor: User, message: str) -> None:
    if user.pk == actor.pk:
        raise NotOnOneself(f"{message}请由另一位管理员办理。")


def _check_role(user: User, role: str, scope_id: int | None) -> None:
    held = {row.role for row in user.role_rows}
    is_admin = role in ADMIN_ROLES
    if (role in SCOPED_ROLES) != (scope_id is not None):
        raise RolesConflict("组织部、点评领导和纪检须有范围，其他角色没有范围。没有授权。")
    if role == Role.SECRETARY.value and user.secretary_id is None:
        raise RolesConflict("这个账号没有对应的书记，不能授予书记角色。请由组织部负责人在“书记账号”中建立。")
    if (is_admin and held - {role}) or (not is_admin and held & set(ADMIN_ROLES)):
        raise RolesConflict("三类管理员彼此分开，也不能兼任其他角色。没有授权，请先收回原有角色或另建账号。")


def _keep_administrators(user: User, roles: set[str]) -> None:
    """Refuse when one of the administrators' posts would be left without an active account."""
    for role in roles & set(ADMIN_ROLES):
        others = RoleAssignment.objects.filter(role=role, user__is_active=True).exclude(user=user)
        if user.is_active and not others.exists():
            raise LastAdministrator(
                f"这是唯一启用的{Role(role).label}，停用或收回后将无人履职。请先设另一位。"
            )
