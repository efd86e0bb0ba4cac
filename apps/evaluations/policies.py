"""Who may run an evaluation session. When is the services' business."""

from apps.accounts.models import User
from apps.cycles.policies import can_manage_cycle
from apps.evaluations.models import EvaluationSession


def can_list_sessions(user: User) -> bool:
    return user.is_department_staff


def can_manage_session(user: User, session: EvaluationSession) -> bool:
    """Staff whose scope covers the host of the session's cycle."""
    return can_manage_cycle(user, session.cycle)
