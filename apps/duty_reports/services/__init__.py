"""Every write to duty reports and problems."""

from apps.duty_reports.services.problems import (
    add_own_problem,
    add_problem,
    remove_own_problem,
    remove_problem,
    update_problem,
)
from apps.duty_reports.services.reviewing import (
    ReminderOutcome,
    approve_duty_report,
    remind_authors,
    return_duty_report,
)
from apps.duty_reports.services.writing import (
    add_follow_up,
    create_reports,
    save_follow_up_answer,
    save_section,
    submit_duty_report,
)

__all__ = [
    "ReminderOutcome",
    "add_follow_up",
    "add_own_problem",
    "add_problem",
    "approve_duty_report",
    "create_reports",
    "remind_authors",
    "remove_own_problem",
    "remove_problem",
    "return_duty_report",
    "save_follow_up_answer",
    "save_section",
    "submit_duty_report",
    "update_problem",
]
