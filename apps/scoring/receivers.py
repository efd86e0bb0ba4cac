"""What scoring does when something happens below it."""

from datetime import datetime

from django.dispatch import receiver

from apps.accounts.models import User
from apps.cycles.models import ReviewCycle
from apps.evaluations.signals import urn_opened
from apps.scoring.selectors import SCORABLE_STAGES
from apps.scoring.services import request_score_run, request_verification


@receiver(urn_opened, dispatch_uid="scoring.on_urn_opened")
def on_urn_opened(
    sender: object,
    session_id: int,
    cycle_id: int,
    actor: User,
    at: datetime,
    **_: object,
) -> None:
    """Start a run and a verification in the transaction that opens the urn; the jobs are sent after commit."""
    if ReviewCycle.objects.filter(pk=cycle_id, stage__in=SCORABLE_STAGES).exists():
        request_score_run(cycle_id, actor=actor, at=at)
    request_verification(session_id, actor=actor, at=at)
