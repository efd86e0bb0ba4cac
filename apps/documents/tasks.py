"""What workers do. Messages carry ids; the rows in PostgreSQL are the truth."""

import logging
from uuid import UUID

from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from apps.documents import services
from apps.documents.selectors import jobs_to_send

logger = logging.getLogger(__name__)


@shared_task(name="apps.documents.tasks.run_job")
def run_job(job_id: str) -> None:
    """Run one job, unless somebody is at it or it has ended."""
    services.run_job(UUID(job_id))


@shared_task(name="apps.documents.tasks.sweep_jobs")
def sweep_jobs() -> None:
    """Find jobs whose worker died or whose message was lost, and send them again."""
    for job_id in services.release_lost_jobs():
        logger.warning("job %s lost its worker and goes back into the queue", job_id)
    for job_id in jobs_to_send(at=timezone.now()):
        send_job(job_id)


@shared_task(name="apps.documents.tasks.sweep_files")
def sweep_files() -> None:
    """Remove bytes that no row knows."""
    services.remove_orphans(at=timezone.now())


def send_job(job_id: UUID) -> None:
    """Put a message for the job into the queue. When the queue is down, the sweeper sends it later."""
    try:
        run_job.apply_async(args=(str(job_id),), retry=False)
    except (OperationalError, RedisError, OSError):
        logger.warning("job %s could not be sent, the queue is not reachable; the sweeper will", job_id)
        return
    services.mark_sent(job_id, at=timezone.now())
