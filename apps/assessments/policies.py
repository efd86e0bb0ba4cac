"""Who may bring in figures, points, findings and vetoes, and who may read their files."""

from apps.accounts.models import User
from apps.assessments.selectors.cycles import assessed_cycles
from apps.cycles.models import ReviewCycle
from apps.cycles.policies import can_manage_cycle
from apps.documents.kit.readers import ReadableFile


def can_assess(user: User, cycle: ReviewCycle) -> bool:
    """Department staff of the cycle."""
    return can_manage_cycle(user, cycle)


def may_read_evidence(user: User, file: ReadableFile) -> bool:
    """Tell whether the account may read a file of a cycle (``subject_id``): its department staff."""
    return file.subject_id is not None and assessed_cycles(user).filter(pk=file.subject_id).exists()


def may_read_workbook(user: User, file: ReadableFile) -> bool:
    """Tell whether the account uploaded the workbook and still assesses its cycle."""
    return file.created_by_id == user.pk and may_read_evidence(user, file)
