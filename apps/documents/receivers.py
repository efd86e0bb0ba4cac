"""Work starts after commit; a worker that comes up looks for work that was left behind."""

from uuid import UUID

from celery.signals import worker_ready
from django.db import transaction
from django.dispatch import receiver

from apps.documents.signals import job_queued
from apps.documents.tasks import send_job, sweep_jobs


@receiver(job_queued)
def on_job_queued(job_id: UUID, **_: object) -> None:
    transaction.on_commit(lambda: send_job(job_id), robust=True)


@worker_ready.connect
def on_worker_ready(**_: object) -> None:
    sweep_jobs.apply_async(retry=False)
