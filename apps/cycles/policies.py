"""Who may see and run a cycle. When is the services' business."""

from apps.accounts.domain.roles import Role
from apps.accounts.models import User
from apps.cycles.models import ReviewCycle
from apps.organizations.models import Organization


def can_list_cycles(user: User) -> bool:
    """Department staff, leaders and discipline; a secretary meets the cycle through the own report."""
    return user.holds(*VIEWERS)


def can_create_cycle(user: User) -> bool:
    return bool(user.department_paths())


def can_host_cycle(user: User, host: Organization) -> bool:
    return any(host.path.startswith(path) for path in user.department_paths())


def can_manage_cycle(user: User, cycle: ReviewCycle) -> bool:
    """Department staff whose scope covers the host."""
    return can_host_cycle(user, cycle.host)


VIEWERS = (Role.CLERK.value, Role.HEAD.value, Role.LEADER.value, Role.DISCIPLINE.value)
