"""Rights, given and taken away. The database holds the separation of the administrators too (``models.accounts``)."""

from datetime import datetime

from django.db import transaction

from apps.accounts.domain.roles import ADMIN_ROLES, SCOPED_ROLES, Role
from apps.accounts.domain.sessions import EndReason
from apps.accounts.errors import RolesConflict
from apps.accounts.models import RoleAssignment, User
from apps.accounts.services.accounts import keep_administrators, kept_apart, locked_user, refuse_oneself
from apps.accounts.services.sessions import end_sessions
from apps.audit.services import record_action


@transaction.atomic
def grant_role(
    user_id: int, *, role: str, scope_id: int | None, actor: User | None, at: datetime
) -> RoleAssignment:
    """Give an account a role, with the subtree it covers. A role it holds already is returned as it is.

    :raises NotOnOneself: the own account.
    :raises RolesConflict: the role does not go together with the account's others, or lacks scope or person.
    """
    user = locked_user(user_id)
    if actor is not None:
        refuse_oneself(user, actor, "不能给自己授权。")
    _check_role(user, role, scope_id)
    with kept_apart():
        row, is_new = RoleAssignment.objects.get_or_create(user=user, role=role, scope_id=scope_id)
    if is_new:
        details = {"role": role, "scope": str(row.scope) if row.scope else ""}
        if role in ADMIN_ROLES:
            end_sessions(user, EndReason.RIGHTS, at=at)  # other limits hold from now on, and a second factor
        record_action("accounts.role_granted", user, actor=actor, at=at, details=details)
    return row


@transaction.atomic
def revoke_role(assignment_id: int, *, actor: User, at: datetime) -> None:
    """Take a role away.

    :raises NotOnOneself: the own account.
    :raises LastAdministrator: nobody else could do this administrator's work.
    """
    row = RoleAssignment.objects.select_related("user", "scope").get(pk=assignment_id)
    user = locked_user(row.user_id)
    refuse_oneself(user, actor, "不能收回自己的权限。")
    keep_administrators(user, {row.role})
    details = {"role": row.role, "scope": str(row.scope) if row.scope else ""}
    row.delete()
    record_action("accounts.role_revoked", user, actor=actor, at=at, details=details)


def _check_role(user: User, role: str, scope_id: int | None) -> None:
    held = {row.role for row in user.role_rows}
    is_admin = role in ADMIN_ROLES
    if (role in SCOPED_ROLES) != (scope_id is not None):
        raise RolesConflict("组织部、点评领导和纪检须有范围，其他角色没有范围。没有授权。")
    if role == Role.SECRETARY.value and user.secretary_id is None:
        raise RolesConflict("这个账号没有对应的书记，不能授予书记角色。请由组织部负责人在“书记账号”中建立。")
    if is_admin and user.secretary_id is not None:
        raise RolesConflict("书记的账号不能兼任管理员。没有授权，请另建账号并由另一人担任。")
    if is_admin and _is_namesake(user, role):
        raise RolesConflict(
            "同一人不能兼任三类管理员中的两类，已有同名的另一类管理员。没有授权；确是另一人请先改姓名加以区别。"
        )
    if (is_admin and held - {role}) or (not is_admin and held & set(ADMIN_ROLES)):
        raise RolesConflict("三类管理员彼此分开，也不能兼任其他角色。没有授权，请先收回原有角色或另建账号。")


def _is_namesake(user: User, role: str) -> bool:
    """Tell whether another account of this person's name holds another of the three administrators' roles."""
    others = RoleAssignment.objects.filter(role__in=ADMIN_ROLES, user__display_name=user.display_name)
    return others.exclude(role=role).exclude(user=user).exists()
