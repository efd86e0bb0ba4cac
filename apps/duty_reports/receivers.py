"""What a lower app's news start here."""

from datetime import datetime

from django.dispatch import receiver

from apps.accounts.models import User
from apps.cycles.signals import cycle_opened
from apps.duty_reports.services import create_reports


@receiver(cycle_opened)
def on_cycle_opened(*, cycle_id: int, actor: User, at: datetime, **_others: object) -> None:
    """Make every reviewee's empty report inside the opening transaction."""
    create_reports(cycle_id, actor=actor, at=at)
