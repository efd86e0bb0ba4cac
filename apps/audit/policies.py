"""Who reads the log."""

from apps.audit.selectors import AUDIT_ADMIN
from apps.common.domain.actors import Actor


def can_read_log(user: Actor) -> bool:
    return user.holds(AUDIT_ADMIN)
