"""Who may issue, edit templates, and read files of documents."""

from apps.accounts.models import User
from apps.cycles.models import ReviewCycle
from apps.cycles.policies import can_host_cycle, can_manage_cycle
from apps.documents.kit.readers import ReadableFile
from apps.official_documents.models import IssuedDocument
from apps.official_documents.selectors import documents_visible_to, managed_cycles
from apps.organizations.models import Organization


def can_issue(user: User, cycle: ReviewCycle) -> bool:
    """Department staff of the cycle."""
    return can_manage_cycle(user, cycle)


def can_steer(user: User, document: IssuedDocument) -> bool:
    """Department staff of the cycle; the person addressed may read only."""
    return can_manage_cycle(user, document.cycle)


def can_edit_templates(user: User, host: Organization) -> bool:
    """Department staff whose scope covers the organization."""
    return can_host_cycle(user, host)


def may_read_document_file(user: User, file: ReadableFile) -> bool:
    """Who sees the document may read its files."""
    return file.subject_id is not None and documents_visible_to(user).filter(pk=file.subject_id).exists()


def may_read_bundle(user: User, file: ReadableFile) -> bool:
    """Department staff of the cycle."""
    return file.subject_id is not None and managed_cycles(user).filter(pk=file.subject_id).exists()
