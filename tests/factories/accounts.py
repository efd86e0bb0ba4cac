"""Accounts for tests: one role each, unless none is given."""

import itertools

from apps.accounts.domain.roles import SCOPED_ROLES
from apps.accounts.models import RoleAssignment, User
from tests.factories.organizations import make_organization

PASSWORD = "Correct-horse-7-battery"
_numbers = itertools.count(1)


def make_user(role=None, scope=None, *, username=None, secretary=None, password=None, **fields):
    """Make an account. A scoped role without ``scope`` gets an organization of its own; ``password`` is set if given."""
    username = username or f"user{next(_numbers)}"
    user = User(username=username, secretary=secretary, **({"display_name": username} | fields))
    if password is None:
        user.set_unusable_password()
    else:
        user.set_password(password)
    user.save()
    if role is not None:
        give_role(user, role, scope)
    return user


def give_role(user, role, scope=None):
    """Give an account a role, with a scope if the role has one."""
    value = getattr(role, "value", role)
    if value not in SCOPED_ROLES:
        scope = None
    elif scope is None:
        scope = make_organization()
    return RoleAssignment.objects.create(user=user, role=value, scope=scope)
