"""Who may do what with scores."""

from apps.accounts.models import User
from apps.common.domain.actors import Actor
from apps.cycles.models import ReviewCycle
from apps.cycles.policies import can_manage_cycle
from apps.evaluations.models import EvaluationSession


def can_request_score_run(user: User, cycle: ReviewCycle) -> bool:
    """Department staff of the cycle."""
    return can_manage_cycle(user, cycle)


def can_export_package(user: User, session: EvaluationSession) -> bool:
    """Department staff of the cycle; the package is for them and the scrutineers, it shows small groups as they are."""
    return can_manage_cycle(user, session.cycle)


def can_see_score_pages(user: Actor) -> bool:
    """Department staff, and secretaries (who find their own figures there)."""
    return bool(user.department_paths()) or user.secretary_id is not None
