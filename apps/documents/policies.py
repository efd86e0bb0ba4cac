"""Who may do what with jobs and files."""

from apps.accounts.models import User
from apps.documents.kit.readers import may_read
from apps.documents.models import Job, StoredFile


def can_read_file(user: User, file: StoredFile) -> bool:
    """The app that owns the file's kind decides."""
    return may_read(user, file)


def can_steer_job(user: User, job: Job) -> bool:
    """Who ordered it may cancel it or try it again, and so may department staff who see it."""
    return job.requested_by_id == user.pk or user.is_department_staff
