"""Ordering, cancelling and rescuing long work."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from apps.accounts.models import User
from apps.audit.services import record_action
from apps.documents.domain.jobs import ALIVE, JobState
from apps.documents.errors import JobNotWaiting, JobStillAlive
from apps.documents.kit.jobs import handler_for
from apps.documents.models import Job
from apps.documents.signals import job_queued


@transaction.atomic
def enqueue_job(
    kind: str,
    *,
    title: str,
    arguments: Mapping[str, Any],
    actor: User | None,
    at: datetime,
    dedupe_key: str = "",
) -> Job:
    """Order a piece of long work and return its row, which is sent to a worker after commit.

    While a job of the same ``kind`` and ``dedupe_key`` is queued or running, that one is returned instead.

    :raises LookupError: no app registered the kind (a mistake in the program).
    """
    if handler_for(kind) is None:
        raise LookupError(f"no handler is registered for jobs of kind {kind!r}")
    alive = _alive_twin(kind, dedupe_key) if dedupe_key else None
    if alive is not None:
        return alive
    job = Job.objects.create(
        kind=kind,
        title=title[:200],
        arguments=dict(arguments),
        requested_by=actor,
        queued_at=at,
        dedupe_key=dedupe_key,
    )
    record_action("documents.job_requested", job, actor=actor, at=at, details={"kind": kind})
    job_queued.send(Job, job_id=job.pk)
    return job


def _alive_twin(kind: str, dedupe_key: str) -> Job | None:
    """Return the job that already does this; whoever else asks for the same waits here until we have committed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{kind} {dedupe_key}"])
    return Job.objects.filter(kind=kind, dedupe_key=dedupe_key, state__in=ALIVE).first()


@transaction.atomic
def cancel_job(job_id: UUID, *, actor: User, at: datetime) -> Job:
    """Take a waiting job out of the queue. Cancelling twice changes nothing.

    :raises JobNotWaiting: it has already started or ended.
    """
    job = Job.objects.select_for_update(of=("self",)).get(pk=job_id)
    if job.state == JobState.CANCELLED.value:
        return job
    if not job.can_cancel:
        raise JobNotWaiting(f"任务“{job.title}”已经开始或结束，不能取消；已生成的内容不受影响。")
    job.state, job.finished_at = JobState.CANCELLED.value, at
    job.save(update_fields=["state", "finished_at"])
    record_action("documents.job_cancelled", job, actor=actor, at=at)
    return job


@transaction.atomic
def retry_job(job_id: UUID, *, actor: User, at: datetime) -> Job:
    """Queue a failed or cancelled job again, with all its tries.

    :raises JobStillAlive: it waits, runs or is done; or the same work has been ordered anew meanwhile.
    """
    job = Job.objects.select_for_update(of=("self",)).get(pk=job_id)
    if not job.can_retry:
        raise JobStillAlive(f"任务“{job.title}”目前是“{job.get_state_display()}”，不需要重试。")
    if job.dedupe_key and _alive_twin(job.kind, job.dedupe_key):
        raise JobStillAlive("同样的任务已经重新发起，正在排队或进行，请在任务列表中查看。")
    job.state, job.queued_at, job.sent_at, job.finished_at = JobState.QUEUED.value, at, None, None
    job.n_tries, job.n_done, job.error = 0, 0, ""
    job.save(
        update_fields=["state", "queued_at", "sent_at", "finished_at", "n_tries", "n_done", "error"],
    )
    record_action("documents.job_retried", job, actor=actor, at=at)
    job_queued.send(Job, job_id=job.pk)
    return job


def mark_sent(job_id: UUID, *, at: datetime) -> None:
    """Note that a message for a waiting job lies in the queue."""
    Job.objects.filter(pk=job_id, state=JobState.QUEUED.value).update(sent_at=at)


@transaction.atomic
def release_lost_jobs() -> list[UUID]:
    """Put running jobs whose worker is gone back into the queue, unsent; return their ids.

    A run holds its advisory lock as long as its connection lives, so a free lock means that nobody is at it. The row
    is locked first: a run that just ends has either written its end already, or still holds its lock.
    """
    running = Job.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        state=JobState.RUNNING.value
    )
    lost = [job.pk for job in running if _is_lock_free(job)]
    Job.objects.filter(pk__in=lost).update(state=JobState.QUEUED.value, sent_at=None, claim=None)
    return lost


def _is_lock_free(job: Job) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [job.lock_key])
        return bool(cursor.fetchone()[0])
