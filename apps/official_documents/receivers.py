"""What documents do when a grade is reconsidered."""

from datetime import datetime

from apps.accounts.models import User
from apps.grading import signals
from apps.grading.models import GradeDecision
from apps.official_documents.services import mark_outdated


def on_grades_reconsidered(
    sender: object, decision_id: int, cycle_id: int, actor: User, at: datetime, **_: object
) -> None:
    """In the same transaction: what tells of the old grade is shown as outdated until it is issued anew."""
    reviewee_id = GradeDecision.objects.values_list("reviewee_id", flat=True).get(pk=decision_id)
    mark_outdated(reviewee_id, reason="等次经复核已有变化", actor=actor, at=at)


if (reconsidered := getattr(signals, "grades_reconsidered", None)) is not None:
    reconsidered.connect(on_grades_reconsidered, dispatch_uid="official_documents.on_grades_reconsidered")
