"""Every write of grading. A module each; other apps import from here."""

from apps.grading.services.decisions import decide_all_as_proposed, decide_grade
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
    "MeetingRecord",
    "Outcome",
    "Request",
    "decide_all_as_proposed",
    "decide_grade",
    "decide_reconsideration",
    "record_deliberation",
    "record_hearing",
    "refresh_proposals",
    "request_reconsideration",
    "review_deliberation",
    "send_back_deliberation",
    "sign_off",
    "start_deliberation",
    "withdraw_reconsideration",
]
