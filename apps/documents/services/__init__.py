"""Every write of jobs and files. A module each; other apps import from here."""

from apps.documents.services.files import record_download, remove_orphans, store_file, store_stream
from apps.documents.services.jobs import (
    cancel_job,
    enqueue_job,
    mark_sent,
    release_lost_jobs,
    retry_job,
)
from apps.documents.services.running import run_job

__all__ = [
    "cancel_job",
    "enqueue_job",
    "mark_sent",
    "record_download",
    "release_lost_jobs",
    "remove_orphans",
    "retry_job",
    "run_job",
    "store_file",
    "store_stream",
]
