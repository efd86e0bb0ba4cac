"""Alarms of the log: somebody is refused again and again; an entry could not be written."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import Error, connection
from django.utils import timezone

from apps.audit.domain.outcomes import Outcome
from apps.audit.models import AuditEntry, LogFault
from apps.audit.signals import refusals_piled_up

RAISED = "audit.alarm_raised"
QUIET_AFTER = timedelta(hours=1)
"""One alarm per account and hour."""
LONGEST_ERROR = 300
logger = logging.getLogger(__name__)


def is_alarming(actor_id: int | None, *, at: datetime) -> int:
    """Return how often the account was refused lately, if that is an alarm nobody has raised yet; otherwise nought."""
    if actor_id is None:
        return 0
    since = at - timedelta(minutes=settings.AUDIT_ALARM_MINUTES)
    refused = AuditEntry.objects.filter(
        outcome=Outcome.REFUSED.value, actor_id=actor_id, at__gt=since
    ).count()
    if refused < settings.AUDIT_ALARM_REFUSALS:
        return 0
    lately = AuditEntry.objects.filter(action=RAISED, at__gt=at - QUIET_AFTER, details__account_id=actor_id)
    return 0 if lately.exists() else refused


def tell_alarm(entry: AuditEntry, n_refused: int) -> None:
    """Let higher apps tell those who look after security."""
    logger.warning("%s was refused %s times", entry.actor_label, n_refused)
    refusals_piled_up.send(
        AuditEntry,
        actor_id=entry.actor_id,
        actor_label=entry.actor_label,
        n=n_refused,
        minutes=settings.AUDIT_ALARM_MINUTES,
        at=entry.at,
    )


def note_fault(action: str, error: Exception) -> None:
    """Say aloud that an act had to be given up, and leave a row for the self-check page.

    The transaction is lost, so the row goes through a connection of its own. If even that fails, the line in the
    program's log is all there is.
    """
    logger.critical("the log could not be written: %s (%s)", action, error)
    aside = connection.copy()
    try:
        with aside.cursor() as cursor:
            cursor.execute(
                f'INSERT INTO "{LogFault._meta.db_table}" (at, action, error) VALUES (%s, %s, %s)',  # noqa: S608, SLF001 -- Django's name of the table
                [timezone.now(), action, str(error)[:LONGEST_ERROR]],
            )
    except Error:
        logger.critical("nor could this be noted in the database")
    finally:
        aside.close()
