"""What happens to the ledger when grades are signed off and when the next cycle opens."""

from datetime import datetime

from django.dispatch import receiver

from apps.accounts.models import User
from apps.cycles.signals import cycle_opened
from apps.grading.signals import grades_signed_off
from apps.rectification.services import create_items, hand_down_open_items


@receiver(grades_signed_off, dispatch_uid="rectification.create_items")
def on_grades_signed_off(
    sender: object,
    *,
    cycle_id: int,
    actor: User,
    at: datetime,
    **_: object,
) -> None:
    """Every problem of the cycle becomes an item."""
    create_items(cycle_id, actor=actor, at=at)


@receiver(cycle_opened, dispatch_uid="rectification.hand_down")
def on_cycle_opened(
    sender: object,
    *,
    cycle_id: int,
    actor: User,
    at: datetime,
    **_: object,
) -> None:
    """What earlier years left open is asked for in this year's reports."""
    hand_down_open_items(cycle_id, actor=actor, at=at)
