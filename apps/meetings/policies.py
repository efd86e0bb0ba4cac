"""Who may do what with a meeting. When is the services' business."""

from apps.accounts.domain.roles import DEPARTMENT_ROLES, Role
from apps.accounts.models import User
from apps.cycles.policies import can_manage_cycle
from apps.meetings.models import ReviewMeeting

VIEWERS = (*DEPARTMENT_ROLES, Role.LEADER.value)


def can_open_meetings(user: User) -> bool:
    """Tell whether the account has anything to do with meetings at all."""
    return user.holds(*VIEWERS)


def can_manage_meeting(user: User, meeting: ReviewMeeting) -> bool:
    """Tell whether the account may change the meeting: department staff whose scope covers the host."""
    return can_manage_cycle(user, meeting.cycle)
