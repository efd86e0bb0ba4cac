"""The remote control of the hall screens."""

from datetime import datetime

from django.db import transaction

from apps.accounts.models import User
from apps.audit.services import record_action
from apps.common.errors import DomainError
from apps.evaluations.domain.states import Screen
from apps.evaluations.models import EvaluationSession
from apps.evaluations.services.locks import lock_session


@transaction.atomic
def switch_screens(
    session_id: int, *, screen: Screen, hall_id: int | None = None, actor: User, at: datetime
) -> EvaluationSession:
    """Let the screen of one hall, or of the session and all its halls, show something else.

    :raises DomainError: no such hall.
    """
    session = lock_session(session_id)
    halls = session.halls.all() if hall_id is None else session.halls.filter(pk=hall_id)
    n_switched = halls.update(screen=screen.value)
    if hall_id is not None and not n_switched:
        raise DomainError("没有这个会场，请刷新页面重选。", code="foreign_hall")
    if hall_id is None:
        session.screen = screen.value
        session.save(update_fields=["screen"])
    record_action(
        "evaluations.screens_switched", session, actor=actor, at=at, details={"screen": screen.label}
    )
    return session
