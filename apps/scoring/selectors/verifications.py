"""Sessions that can be verified, and how far a verification is."""

from django.db.models import QuerySet

from apps.accounts.models import User
from apps.documents.models import Job
from apps.evaluations.models import EvaluationSession
from apps.evaluations.selectors import sessions_visible_to
from apps.scoring.selectors.inputs import OPENED


def opened_sessions_visible_to(user: User) -> QuerySet[EvaluationSession]:
    """Return the opened sessions an account may see; no rehearsal."""
    return sessions_visible_to(user).filter(state__in=OPENED, rehearsal_of=None)


def latest_verification_job(session: EvaluationSession) -> Job | None:
    """Return the verification ordered last."""
    rows = Job.objects.filter(kind="scoring.verify", arguments__session_id=session.pk)
    return rows.select_related("result").order_by("-queued_at").first()
