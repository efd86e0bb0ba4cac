"""Who may make and take archives: department staff of the cycle."""

from apps.accounts.models import User
from apps.archives.selectors import archives_visible_to
from apps.cycles.models import ReviewCycle
from apps.cycles.policies import can_manage_cycle
from apps.documents.kit.readers import ReadableFile


def can_archive(user: User, cycle: ReviewCycle) -> bool:
    """Department staff of the cycle."""
    return can_manage_cycle(user, cycle)


def may_read_archive(user: User, file: ReadableFile) -> bool:
    """Department staff of the cycle."""
    return archives_visible_to(user).filter(cycle_id=file.subject_id).exists()
