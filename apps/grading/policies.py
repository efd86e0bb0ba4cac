"""Who may deliberate, review, sign off, reconsider, and make or read letters. When is the services' business."""

from apps.accounts.domain.roles import Role
from apps.accounts.models import User
from apps.cycles.models import ReviewCycle
from apps.cycles.policies import can_manage_cycle
from apps.documents.kit.readers import ReadableFile
from apps.grading.selectors import cycles_to_decide, letters_visible_to


def can_deliberate(user: User, cycle: ReviewCycle) -> bool:
    """Department staff of the cycle."""
    return can_manage_cycle(user, cycle)


def can_review(user: User, cycle: ReviewCycle) -> bool:
    """Department staff of the cycle; that nobody reviews the own work is the service's business."""
    return can_manage_cycle(user, cycle)


def can_sign_off(user: User, cycle: ReviewCycle) -> bool:
    """The head of the department whose scope covers the host; a clerk may not."""
    return any(cycle.host.path.startswith(path) for path in user.paths_of(Role.HEAD.value))


def can_request_reconsideration(user: User, cycle: ReviewCycle) -> bool:
    """Department staff of the cycle, on behalf of the person."""
    return can_manage_cycle(user, cycle)


def can_decide_reconsideration(user: User, cycle: ReviewCycle) -> bool:
    """Who signs the grades also records that one is changed."""
    return can_sign_off(user, cycle)


def can_issue_letters(user: User, cycle: ReviewCycle) -> bool:
    """Department staff of the cycle."""
    return can_manage_cycle(user, cycle)


def may_read_letter_file(user: User, file: ReadableFile) -> bool:
    """Department staff of the cycle, and the person it is addressed to."""
    return letters_visible_to(user).filter(decision_id=file.subject_id).exists()


def may_read_bundle(user: User, file: ReadableFile) -> bool:
    """Department staff of the cycle."""
    return file.subject_id is not None and cycles_to_decide(user).filter(pk=file.subject_id).exists()
