"""Who reads the self-check: the three administrators. It tells of settings and numbers, never of data."""

from apps.accounts.domain.roles import ADMIN_ROLES
from apps.common.domain.actors import Actor


def can_read_self_check(user: Actor) -> bool:
    return user.holds(*ADMIN_ROLES)
