"""What documents do when a grade is reconsidered."""

from datetime import datetime

from django.dispatch import receiver

from apps.accounts.models import User
from apps.grading.models import GradeDecision
from apps.grading.signals import grades_reconsidered
from apps.official_documents.services import mark_outdated


@receiver(grades_reconsidered, dispatch_uid="official_documents.on_grades_reconsidered")
def on_grades_reconsidered(
    sender: object, decision_id: int, cycle_id: int, actor: User, at: datetime, **_: object
) -> None:
    """In the same transaction: what tells of the old grade is shown as outdated until it is issued anew."""
    decision = GradeDecision.objects.get(pk=decision_id)
    last = decision.reconsiderations.filter(decided_at__isnull=False).order_by("decided_at", "pk").last()
    if last is not None and last.grade_after != last.grade_before:
        mark_outdated(decision.reviewee_id, reason="等次经复核已有变化", actor=actor, at=at)
