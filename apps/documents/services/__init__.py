"""Every write of jobs and files. A module each; other apps import from here."""

from apps.documents.services.exports import EXPORT_FILE, EXPORT_JOB, export_list, order_list_export
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
    "EXPORT_FILE",
    "EXPORT_JOB",
    "cancel_job",
    "enqueue_job",
    "export_list",
    "mark_sent",
    "order_list_export",
    "record_download",
    "release_lost_jobs",
    "remove_orphans",
    "retry_job",
    "run_job",
    "store_file",
    "store_stream",
]
