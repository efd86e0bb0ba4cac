"""Who may do what to accounts. Separation of the three administrators: GB/T 22239-2019 (三权分立)."""

from functools import cached_property

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


def can_give_roles(user: User) -> bool:
    """Give roles to anybody at all; ``PowersOver.may_grant`` says which to whom."""
    return user.holds(Role.SECURITY_ADMIN.value, Role.HEAD.value)


class PowersOver:
    """What the user may do to one account. Whether it lies below a department head is asked once for all of it."""

    def __init__(self, user: User, account: User) -> None:
        self._user, self._account = user, account
        self._is_own = account.pk == user.pk
        self._is_security_admin = user.holds(Role.SECURITY_ADMIN.value)

    @property
    def may_manage(self) -> bool:
        """Rename, disable, enable.

        The system administrator everybody but himself; a department head the accounts that are for nothing but work below:
        clerks and secretaries of the own subtree, heads strictly below the own level.
        """
        return not self._is_own and (self._user.holds(Role.SYSTEM_ADMIN.value) or self._heads)

    @property
    def may_reset_password(self) -> bool:
        """Give a one-time password. An administrator's is only given on the server itself (``reset_password``)."""
        return self.may_manage and not self._account.holds(*ADMIN_ROLES)

    @property
    def may_change_roles(self) -> bool:
        """The security administrator, and a department head below; never on the own account."""
        return not self._is_own and (self._is_security_admin or self._heads)

    def may_grant(self, role: str, scope: Organization | None) -> bool:
        """Give or take this very role.

        A department head gives what lies below: clerk within the own scope, head strictly below it. Nothing upwards, nothing
        sideways.
        """
        if not self.may_change_roles:
            return False
        return self._is_security_admin or _is_below(role, scope, self._user.paths_of(Role.HEAD.value))

    @property
    def may_reset_factor(self) -> bool:
        """Take a lost second factor away: the security administrator, who in turn can give nobody a password."""
        return self._is_security_admin and not self._is_own

    @property
    def may_unlock(self) -> bool:
        """Lift the lock of a name: the security administrator."""
        return self._is_security_admin and not self._is_own

    @property
    def may_end_sessions(self) -> bool:
        """Sign an account out everywhere: who may manage it, and the security administrator."""
        return self.may_manage or self.may_change_roles

    @cached_property
    def _heads(self) -> bool:
        """Tell whether all the account is for lies below the user as department head."""
        paths, rows = self._user.paths_of(Role.HEAD.value), self._account.role_rows
        if not paths or not rows or not all(_is_below(row.role, row.scope, paths) for row in rows):
            return False
        is_secretary = any(row.role == Role.SECRETARY.value for row in rows)
        return is_secretary_below(self._account, paths) if is_secretary else True


def _is_below(role: str, scope: Organization | None, paths: tuple[str, ...]) -> bool:
    if role == Role.SECRETARY.value:
        return True  # whose secretary is asked apart
    if scope is None or role not in DEPARTMENT_ROLES:
        return False
    if role == Role.HEAD.value:
        return any(scope.path.startswith(path) and scope.path != path for path in paths)
    return scope.path.startswith(paths)
