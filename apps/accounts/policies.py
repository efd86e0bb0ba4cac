"""Who may do what to accounts. Separation of the three administrators: GB/T 22239-2019 (三权分立)."""

from apps.accounts.domain.roles import ADMIN_ROLES, Role
from apps.accounts.models import User
from apps.accounts.selectors import users_visible_to


def can_list_accounts(user: User) -> bool:
    return user.holds(Role.SYSTEM_ADMIN.value, Role.SECURITY_ADMIN.value, Role.HEAD.value)


def can_create_accounts(user: User) -> bool:
    """Accounts of any kind, without a role."""
    return user.holds(Role.SYSTEM_ADMIN.value)


def can_create_secretary_accounts(user: User) -> bool:
    """Accounts of the secretaries in the own subtree."""
    return user.holds(Role.HEAD.value)


def can_manage_account(user: User, account: User) -> bool:
    """Rename, disable, enable.

    The system administrator everybody but himself; a department head the accounts that are a secretary's and
    nothing else, in the own subtree.
    """
    if account.pk == user.pk:
        return False
    return user.holds(Role.SYSTEM_ADMIN.value) or _heads_secretary(user, account)


def can_reset_password(user: User, account: User) -> bool:
    """Give a one-time password. An administrator's is only given on the server itself (``reset_password``)."""
    return can_manage_account(user, account) and not account.holds(*ADMIN_ROLES)


def can_change_roles(user: User, account: User) -> bool:
    """Only the security administrator, never on the own account."""
    return user.holds(Role.SECURITY_ADMIN.value) and account.pk != user.pk


def can_end_sessions(user: User, account: User) -> bool:
    """Sign an account out everywhere: who may manage it, and the security administrator."""
    return can_manage_account(user, account) or can_change_roles(user, account)


def can_reset_factor(user: User, account: User) -> bool:
    """Take a lost second factor away: the security administrator, who in turn can give nobody a password."""
    return can_change_roles(user, account)


def can_unlock(user: User, account: User) -> bool:
    return can_change_roles(user, account)


def _heads_secretary(user: User, account: User) -> bool:
    return (
        user.holds(Role.HEAD.value)
        and account.secretary_id is not None
        and [row.role for row in account.role_rows] == [Role.SECRETARY.value]
        and users_visible_to(user).filter(pk=account.pk).exists()
    )
