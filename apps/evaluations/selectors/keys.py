"""What the house still needs of keys whose urn has not been opened."""

from apps.evaluations.domain.states import SessionState
from apps.evaluations.kit.holds import find_hold
from apps.evaluations.models import EvaluationSession

UNOPENED = (
    SessionState.KEYED.value,
    SessionState.REHEARSED.value,
    SessionState.OPEN.value,
    SessionState.CLOSED.value,
)


def sessions_without_hold() -> list[str]:
    """Return the titles of unopened sessions whose hold is not in its file: they need the sealed page to be opened."""
    rows = EvaluationSession.objects.filter(state__in=UNOPENED, public_key__isnull=False)
    return [
        title
        for pk, title, public_key in rows.values_list("pk", "title", "public_key")
        if find_hold(pk, bytes(public_key or b"")) is None
    ]
