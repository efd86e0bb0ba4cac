"""Checks of the chain that are kept: the self-check page tells when the last one was and how it ended."""

import logging
from datetime import datetime

from django.db import transaction

from apps.audit.domain.findings import ChainReport
from apps.audit.models import ChainCheck
from apps.audit.services.recording import record_action
from apps.audit.services.verification import verify_chain
from apps.audit.signals import chain_broken
from apps.common.domain.actors import Actor

logger = logging.getLogger(__name__)


def request_check(*, actor: Actor, at: datetime) -> None:
    """Log that somebody wants the chain checked now; a worker does it."""
    record_action("audit.check_requested", None, actor=actor, at=at)


@transaction.atomic
def check_chain(*, at: datetime) -> ChainReport:
    """Recompute the chain and keep what was found; a broken chain is an alarm."""
    report = verify_chain()
    ChainCheck.objects.create(
        at=at,
        n_checked=report.n_checked,
        last_seq=report.last_seq,
        head=report.head,
        broken_seq=report.broken_seq,
        reason=report.reason,
    )
    if not report.holds:
        details = {"n": report.n_checked, "broken_seq": report.broken_seq, "reason": report.reason}
        record_action("audit.chain_broken", None, actor=None, at=at, details=details)
        logger.critical("the log is broken at entry %s: %s", report.broken_seq, report.reason)
        chain_broken.send(ChainCheck, seq=report.broken_seq, reason=report.reason, at=at)
    return report
