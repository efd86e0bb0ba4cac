"""Who may import rosters: department staff; the rows are held to their subtree one by one."""

from apps.accounts.models import User
from apps.rosters.models import RosterImport


def can_import(user: User) -> bool:
    return bool(user.department_paths())


def can_confirm(user: User, roster_import: RosterImport) -> bool:
    """Tell whether the account may carry out or discard it: only who uploaded it, whose reach the check used."""
    return can_import(user) and roster_import.uploaded_by_id == user.pk
