"""Every write of grading. A module each; other apps import from here."""

from apps.grading.services.decisions import decide_all_as_proposed, decide_grade
from apps.grading.services.letters import (
    LETTERS_JOB,
    bundle_letters,
    issue_letter,
    mark_letter_read,
    request_feedback_letters,
)
from apps.grading.services.meetings import MeetingRecord, record_deliberation
from apps.grading.services.proposals import refresh_proposals, start_deliberation
from apps.grading.services.reconsiderations import (
    Outcome,
    Request,
    decide_reconsideration,
    record_hearing,
    request_reconsideration,
    withdraw_reconsideration,
)
from apps.grading.services.sign_off import review_deliberation, send_back_deliberation, sign_off

__all__ = [
    "LETTERS_JOB",
    "MeetingRecord",
    "Outcome",
    "Request",
    "bundle_letters",
    "decide_all_as_proposed",
    "decide_grade",
    "decide_reconsideration",
    "issue_letter",
    "mark_letter_read",
    "record_deliberation",
    "record_hearing",
    "refresh_proposals",
    "request_feedback_letters",
    "request_reconsideration",
    "review_deliberation",
    "send_back_deliberation",
    "sign_off",
    "start_deliberation",
    "withdraw_reconsideration",
]
