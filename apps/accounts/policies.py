"""Who may do what to accounts. Separation of the three administrators: GB/T 22239-2019 (三权分立)."""

from apps.accounts.domain.roles import ADMIN_ROLES, DEPARTMENT_ROLES, Role
from apps.accounts.models import User
from apps.accounts.selectors import is_secretary_below
from apps.organizations.models import Organization


def can_list_accounts(user: User) -> bool:
    return user.holds(Role.SYSTEM_ADMIN.value, Role.SECURITY_ADMIN.value, Role.HEAD.value)


def can_create_accounts(user: User) -> bool:
    """The system administrator accounts of any kind, without a role; a department head clerks' in the own subtree."""
    return user.holds(Role.SYSTEM_ADMIN.value, Role.HEAD.value)


def can_create_secretary_accounts(user: User) -> bool:
    """Accounts of the secretaries in the own subtree."""
    return user.holds(Role.HEAD.value)


def can_manage_account(user: User, account: User) -> bool:
    """Rename, disable, enable.

    The system administrator everybody but himself; a department head the accounts that are for nothing but work below:
    clerks and secretaries of the own subtree, heads strictly below the own level.
    """
    if account.pk == user.pk:
        return False
    return user.holds(Role.SYSTEM_ADMIN.value) or _heads(user, account)


def can_reset_password(user: User, account: User) -> bool:
    """Give a one-time password. An administrator's is only given on the server itself (``reset_password``)."""
    return can_manage_account(user, account) and not account.holds(*ADMIN_ROLES)


def can_change_roles(user: User, account: User) -> bool:
    """The security administrator, and a department head below; never on the own account. ``can_grant`` says which role."""
    if account.pk == user.pk:
        return False
    return user.holds(Role.SECURITY_ADMIN.value) or _heads(user, account)


def can_grant(user: User, account: User, role: str, scope: Organization | None) -> bool:
    """Give or take this very role.

    A department head gives what lies below: clerk within the own scope, head strictly below it. Nothing upwards, nothing sideways.
    """
    if not can_change_roles(user, account):
        return False
    return user.holds(Role.SECURITY_ADMIN.value) or _is_below(role, scope, user.paths_of(Role.HEAD.value))


def can_reset_factor(user: User, account: User) -> bool:
    """Take a lost second factor away: the security administrator, who in turn can give nobody a password."""
    return user.holds(Role.SECURITY_ADMIN.value) and account.pk != user.pk


def can_unlock(user: User, account: User) -> bool:
    """Lift the lock of a name: the security administrator."""
    return user.holds(Role.SECURITY_ADMIN.value) and account.pk != user.pk


def can_end_sessions(user: User, account: User) -> bool:
    """Sign an account out everywhere: who may manage it, and the security administrator."""
    return can_manage_account(user, account) or can_change_roles(user, account)


def _heads(user: User, account: User) -> bool:
    """Tell whether all the account is for lies below the user as department head."""
    paths, rows = user.paths_of(Role.HEAD.value), account.role_rows
    if not paths or not rows or not all(_is_below(row.role, row.scope, paths) for row in rows):
        return False
    is_secretary = any(row.role == Role.SECRETARY.value for row in rows)
    return is_secretary_below(account, paths) if is_secretary else True


def _is_below(role: str, scope: Organization | None, paths: tuple[str, ...]) -> bool:
    if role == Role.SECRETARY.value:
        return True  # whose secretary is asked apart
    if scope is None or role not in DEPARTMENT_ROLES:
        return False
    if role == Role.HEAD.value:
        return any(scope.path.startswith(path) and scope.path != path for path in paths)
    return scope.path.startswith(paths)
