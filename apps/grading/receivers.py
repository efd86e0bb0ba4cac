"""What grading does when scores or vetoes change."""

from datetime import datetime

from django.dispatch import receiver

from apps.accounts.models import User
from apps.assessments.signals import veto_changed
from apps.grading.services import refresh_proposals
from apps.scoring.signals import score_run_finished


@receiver([score_run_finished, veto_changed], dispatch_uid="grading.on_ground_changed")
def on_ground_changed(
    sender: object,
    cycle_id: int,
    actor: User,
    at: datetime,
    **_: object,
) -> None:
    """Propose anew in the same transaction, if a deliberation has begun and is not signed."""
    refresh_proposals(cycle_id, actor=actor, at=at)
