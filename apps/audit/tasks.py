"""What workers do with the log: every night, and when asked."""

import logging

from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from apps.audit import services

logger = logging.getLogger(__name__)


@shared_task(name="apps.audit.tasks.nightly")
def nightly() -> None:
    """Recompute the chain and copy what is new."""
    services.check_chain(at=timezone.now())
    try:
        services.copy_new_entries(at=timezone.now())
    except OSError as error:
        logger.critical("the log could not be copied: %s", error)


@shared_task(name="apps.audit.tasks.check_now")
def check_now() -> None:
    """Recompute the chain."""
    services.check_chain(at=timezone.now())


def send_check() -> bool:
    """Ask a worker to check the chain; tell whether the queue took it."""
    try:
        check_now.delay()
    except (OperationalError, RedisError, OSError):
        return False
    return True
