"""Archives, made by the job itself."""

from datetime import UTC, datetime

from apps.archives.models import CycleArchive
from apps.archives.services import request_archive
from apps.documents.kit.storage import path_of
from apps.documents.services import run_job
from tests.factories.scoring import make_clerk

AT = datetime(2027, 2, 1, 2, 0, tzinfo=UTC)


def make_archive(cycle, *, actor=None, at=AT):
    """Order the archive of a cycle, make it here and now, and return its row."""
    job = request_archive(cycle.pk, actor=actor or make_clerk(cycle), at=at)
    run_job(job.pk, clock=lambda: at)
    job.refresh_from_db()
    assert job.state == "done", job.error
    return CycleArchive.objects.get(file=job.result)


def path_to(archive):
    """Where the archive lies."""
    return path_of(archive.file_id)
