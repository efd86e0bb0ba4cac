"""Ordering and recording archives."""

import hashlib
from datetime import datetime
from typing import IO

from django.db import transaction

from apps.accounts.models import User
from apps.archives.errors import NothingToArchive
from apps.archives.models import CycleArchive
from apps.audit.services import record_action
from apps.cycles.domain.stages import Stage
from apps.cycles.models import ReviewCycle
from apps.documents.models import Job
from apps.documents.services import enqueue_job, store_stream

ARCHIVE_JOB = "archives.make"
ARCHIVE_FILE = "archives.archive"
ZIP = "application/zip"
PIECE = 1 << 20


@transaction.atomic
def request_archive(cycle_id: int, *, actor: User, at: datetime) -> Job:
    """Order the archive of a cycle and return the job. The same order is not queued twice.

    :raises NothingToArchive: the cycle has not been opened.
    """
    cycle = ReviewCycle.objects.get(pk=cycle_id)
    if cycle.stage == Stage.DRAFT.value:
        raise NothingToArchive(f"“{cycle}”还没有启动，没有内容可以归档。请先启动周期。")
    return enqueue_job(
        ARCHIVE_JOB,
        title=f"{cycle} 归档包",
        arguments={"cycle_id": cycle.pk},
        actor=actor,
        at=at,
        dedupe_key=f"cycle-{cycle.pk}",
    )


@transaction.atomic
def record_archive(
    cycle_id: int, source: IO[bytes], *, n_files: int, actor: User | None, at: datetime
) -> CycleArchive:
    """Store an archive that has been written, and return its row. One of the same bytes is found again, not stored twice."""
    cycle = ReviewCycle.objects.select_for_update(of=("self",)).get(pk=cycle_id)
    digest = _sha256(source)
    made = CycleArchive.objects.filter(cycle=cycle, file__sha256=digest).select_related("file").first()
    if made is not None:
        return made
    source.seek(0)
    file = store_stream(
        ARCHIVE_FILE,
        f"{cycle.title} 归档包.zip",
        source,
        content_type=ZIP,
        subject_id=cycle.pk,
        actor=actor,
        at=at,
    )
    archive = CycleArchive.objects.create(cycle=cycle, file=file, n_files=n_files, made_at=at, made_by=actor)
    details = {"n_files": n_files, "sha256": file.sha256}
    record_action("archives.archive_made", archive, actor=actor, at=at, details=details)
    return archive


def _sha256(source: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while piece := source.read(PIECE):
        digest.update(piece)
    return digest.hexdigest()
