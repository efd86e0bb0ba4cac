"""Who may read, write and decide. When is the services' business."""

from apps.accounts.domain.roles import SCOPED_ROLES
from apps.accounts.models import User
from apps.cycles.models import ReviewCycle
from apps.cycles.policies import can_manage_cycle
from apps.duty_reports.models import DutyReport
from apps.duty_reports.selectors import READERS


def can_list_reports(user: User) -> bool:
    """Department staff and leaders."""
    return user.holds(*READERS)


def can_open_reports(user: User) -> bool:
    """Tell whether any report at all may be seen: staff, leaders, and the authors themselves."""
    return can_list_reports(user) or user.secretary_id is not None


def can_write(user: User, report: DutyReport) -> bool:
    """Only the author writes."""
    return user.secretary_id is not None and report.reviewee.secretary_id == user.secretary_id


def can_review(user: User, report: DutyReport) -> bool:
    """Department staff of the host, but nobody decides on the own report."""
    return can_manage_cycle(user, report.reviewee.cycle) and not can_write(user, report)


def can_remind(user: User, cycle: ReviewCycle) -> bool:
    return can_manage_cycle(user, cycle)


def can_list_problems(user: User) -> bool:
    """Everybody with a part of the tree: staff, leaders, discipline."""
    return user.holds(*SCOPED_ROLES)
