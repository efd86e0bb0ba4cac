"""Doing long work: at most one run of a job at a time, and no run is lost.

A run takes the job's advisory lock on its own database session. The lock goes with the connection, so it says
better than any timeout whether the worker is alive. ``claim`` fences the row: a run that lost its lock without noticing
(the database was restarted under it) can no longer write to it.
"""

import logging
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import DatabaseError, InterfaceError, connection, transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.common.errors import DomainError
from apps.documents.domain.jobs import ALIVE, MAX_TRIES, JobState
from apps.documents.kit.jobs import StoredThing, handler_for
from apps.documents.models import Job

logger = logging.getLogger(__name__)
WRITE_EVERY = 0.5  # seconds
# Neither a worker machine that loses its power nor a statement that still runs or waits for a worker killed meanwhile
# may hold the lock of its job for hours.
NOTICE_DEATH = (
    "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 2; "
    "SET client_connection_check_interval = '5s'"
)
GAVE_UP = f"系统连续 {MAX_TRIES} 次都没有完成，已停止尝试。已生成的部分保留；请稍后点“重试”，仍不行请把任务编号告诉系统管理员。"
UNKNOWN_KIND = "本系统没有安装能处理这类任务的功能，请联系系统管理员。"


class ClaimLostError(Exception):
    """Another run has taken over; this one must stop."""


class _Run:
    """One try at a job: the ``JobContext`` its handler gets."""

    def __init__(self, job: Job, clock: Callable[[], datetime]) -> None:
        self.job = job
        self.at = clock()
        self.clock = clock
        self._result: StoredThing | None = None
        self._result_url = ""
        self._n_before = job.n_done
        self._written_at = float("-inf")
        self._gets_on = False

    @property
    def arguments(self) -> Mapping[str, Any]:
        return dict(self.job.arguments)

    @property
    def requested_by(self) -> User | None:
        return self.job.requested_by

    def progress(self, done: int, total: int) -> None:
        now = time.monotonic()
        is_first_step = (
            done > self._n_before and not self._gets_on
        )  # told at once: it decides about the tries
        if not is_first_step and now - self._written_at < WRITE_EVERY and done != total:
            return
        self._written_at = now
        self._gets_on = self._gets_on or is_first_step
        fields: dict[str, Any] = {"n_done": max(done, self._n_before), "n_total": total}
        if done > self._n_before:
            fields["n_tries"] = 1  # it gets on, so earlier accidents no longer count
        self.write(heartbeat_at=self.clock(), **fields)

    def attach(self, file: StoredThing) -> None:
        self._result = file

    def link(self, url: str) -> None:
        self._result_url = url

    def write(self, **fields: object) -> None:
        """Write to the row as long as it is ours."""
        mine = Job.objects.filter(pk=self.job.pk, claim=self.job.claim, state=JobState.RUNNING.value)
        if not mine.update(**fields):
            raise ClaimLostError(str(self.job.pk))

    def complete(self) -> None:
        self.job.refresh_from_db(fields=["n_total"])
        self.write(
            state=JobState.DONE.value,
            n_done=self.job.n_total,
            finished_at=self.clock(),
            error="",
            result_id=self._result.pk if self._result else None,
            result_url=self._result_url,
        )

    def fail(self, words: str) -> None:
        self.write(state=JobState.FAILED.value, error=words[:500], finished_at=self.clock())

    def try_again_or_fail(self) -> None:
        self.job.refresh_from_db(fields=["n_tries"])
        if self.job.n_tries >= MAX_TRIES:
            self.fail(GAVE_UP)
        else:
            self.write(state=JobState.QUEUED.value, sent_at=None, claim=None)


def run_job(job_id: UUID, *, clock: Callable[[], datetime] = timezone.now) -> Job:
    """Do the job here and now, unless somebody else is at it or it has ended; return its row.

    Safe to call any number of times at once. A refusal of the handler (``DomainError``) ends the job with its words; any
    other exception puts it back into the queue, at most three times in a row without progress.
    """
    with _lock_held(job_id) as is_ours:
        claimed = _claim(job_id, at=clock()) if is_ours else None
        if claimed is not None:
            _run(_Run(claimed, clock))
    return Job.objects.select_related("result").get(pk=job_id)


@contextmanager
def _lock_held(job_id: UUID) -> Iterator[bool]:
    """Hold the job's lock on this database session; yields whether we got it."""
    key = Job(id=job_id).lock_key
    with connection.cursor() as cursor:
        cursor.execute(NOTICE_DEATH)
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        is_ours = bool(cursor.fetchone()[0])
    try:
        yield is_ours
    finally:
        if is_ours:
            with suppress(DatabaseError, InterfaceError), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])


@transaction.atomic
def _claim(job_id: UUID, *, at: datetime) -> Job | None:
    """Make the job ours, or return ``None`` if there is nothing to do. A running one whose lock we got was left behind."""
    job = (
        Job.objects.select_for_update(of=("self",))
        .select_related("requested_by")
        .filter(pk=job_id, state__in=ALIVE)
        .first()
    )
    if job is None:
        return None
    if job.n_tries >= MAX_TRIES:
        job.state, job.error, job.finished_at = JobState.FAILED.value, GAVE_UP, at
        job.save(update_fields=["state", "error", "finished_at"])
        return None
    job.state, job.claim, job.n_tries = JobState.RUNNING.value, uuid.uuid4(), job.n_tries + 1
    job.heartbeat_at, job.started_at = at, job.started_at or at
    job.save(update_fields=["state", "claim", "n_tries", "heartbeat_at", "started_at"])
    return job


def _run(run: _Run) -> None:
    handler = handler_for(run.job.kind)
    if handler is None:
        run.fail(UNKNOWN_KIND)
        return
    end = run.complete
    try:
        handler(run)
    except ClaimLostError:
        pass  # the end tells
    except DomainError as refusal:
        end = partial(run.fail, refusal.message)
    except Exception:
        logger.exception("job %s (%s) failed at try %s", run.job.pk, run.job.kind, run.job.n_tries)
        end = run.try_again_or_fail
    _write_end(run, end)


def _write_end(run: _Run, end: Callable[[], None]) -> None:
    """Write how it ended. If that fails the row stays "running" without a lock, and the sweeper finds it."""
    try:
        end()
    except ClaimLostError:
        logger.warning("job %s: another run has taken over", run.job.pk)
    except (DatabaseError, InterfaceError):
        logger.exception("job %s could not write its end; the sweeper will find it", run.job.pk)
