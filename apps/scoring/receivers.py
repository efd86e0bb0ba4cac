"""What scoring does when something happens below it."""

from datetime import datetime

from django.dispatch import receiver

from apps.accounts.models import User
from apps.cycles.models import ReviewCycle
from apps.evaluations.signals import urn_opened
from apps.scoring.selectors import SCORABLE_STAGES
from apps.scoring.services import request_score_run


@receiver(urn_opened, dispatch_uid="scoring.on_urn_opened")
def on_urn_opened(
    sender: object,
    cycle_id: int,
    actor: User,
    at: datetime,
    **_: object,
) -> None:
    """Start a run in the transaction that opens the urn; the job is sent after commit."""
    if ReviewCycle.objects.filter(pk=cycle_id, stage__in=SCORABLE_STAGES).exists():
        request_score_run(cycle_id, actor=actor, at=at)
