"""Every write of grading. A module each; other apps import from here."""

from apps.grading.services.deliberations import (
    decide_all_as_proposed,
    decide_grade,
    record_deliberation,
    refresh_proposals,
    sign_off,
    start_deliberation,
)
from apps.grading.services.letters import (
    LETTERS_JOB,
    bundle_letters,
    issue_letter,
    mark_letter_read,
    request_feedback_letters,
)

__all__ = [
    "LETTERS_JOB",
    "bundle_letters",
    "decide_all_as_proposed",
    "decide_grade",
    "issue_letter",
    "mark_letter_read",
    "record_deliberation",
    "refresh_proposals",
    "request_feedback_letters",
    "sign_off",
    "start_deliberation",
]
