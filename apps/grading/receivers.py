"""What grading does when scores, vetoes or findings change, and whom it tells of its own acts."""

from datetime import datetime

from django.dispatch import receiver

from apps.accounts.models import User
from apps.assessments.signals import ground_changed, veto_changed
from apps.grading.services import messages, refresh_proposals
from apps.grading.signals import (
    grades_reconsidered,
    grades_reviewed,
    grades_sent_back,
    grades_signed_off,
)
from apps.scoring.signals import score_run_finished


@receiver([score_run_finished, veto_changed, ground_changed], dispatch_uid="grading.on_ground_changed")
def on_ground_changed(sender: object, cycle_id: int, actor: User, at: datetime, **_: object) -> None:
    """Propose anew in the same transaction, if a deliberation has begun and is not signed."""
    refresh_proposals(cycle_id, actor=actor, at=at)


@receiver(grades_reviewed, dispatch_uid="grading.tell_reviewed")
def on_grades_reviewed(sender: object, cycle_id: int, at: datetime, **_: object) -> None:
    """The heads may sign."""
    messages.tell_heads(cycle_id, at=at)


@receiver(grades_sent_back, dispatch_uid="grading.tell_sent_back")
def on_grades_sent_back(
    sender: object, cycle_id: int, reason: str, actor: User, at: datetime, **_: object
) -> None:
    """Who decided has to look again."""
    messages.tell_deciders(cycle_id, reason=reason, actor=actor, at=at)


@receiver(grades_signed_off, dispatch_uid="grading.tell_signed_off")
def on_grades_signed_off(sender: object, cycle_id: int, at: datetime, **_: object) -> None:
    """The secretaries may see their grades."""
    messages.tell_signed_off(cycle_id, at=at)


@receiver(grades_reconsidered, dispatch_uid="grading.tell_reconsidered")
def on_grades_reconsidered(sender: object, decision_id: int, at: datetime, **_: object) -> None:
    """The person is told the outcome."""
    messages.tell_reconsidered(decision_id, at=at)
