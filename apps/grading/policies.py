"""Who may deliberate, review, sign off and reconsider. When is the services' business."""

from apps.accounts.domain.roles import Role
from apps.accounts.models import User
from apps.cycles.models import ReviewCycle
from apps.cycles.policies import can_manage_cycle


def can_deliberate(user: User, cycle: ReviewCycle) -> bool:
    """Department staff of the cycle."""
    return can_manage_cycle(user, cycle)


def can_review(user: User, cycle: ReviewCycle) -> bool:
    """Department staff of the cycle; that nobody reviews the own work is the service's business."""
    return can_manage_cycle(user, cycle)


def can_sign_off(user: User, cycle: ReviewCycle) -> bool:
    """The head of the department whose scope covers the host; a clerk may not."""
    return any(cycle.host.path.startswith(path) for path in user.paths_of(Role.HEAD.value))


def can_request_reconsideration(user: User, cycle: ReviewCycle) -> bool:
    """Department staff of the cycle, on behalf of the person."""
    return can_manage_cycle(user, cycle)


def can_decide_reconsideration(user: User, cycle: ReviewCycle) -> bool:
    """Who signs the grades also records that one is changed."""
    return can_sign_off(user, cycle)
