"""Who may bring in figures and vetoes."""

from apps.accounts.models import User
from apps.cycles.models import ReviewCycle
from apps.cycles.policies import can_manage_cycle


def can_assess(user: User, cycle: ReviewCycle) -> bool:
    """Department staff of the cycle."""
    return can_manage_cycle(user, cycle)
