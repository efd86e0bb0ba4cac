"""How views of this app find what an account may see or change."""

from typing import cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from apps.accounts.models import User
from apps.meetings.models import Commentary, CommentaryProblem, ReviewMeeting
from apps.meetings.policies import can_manage_meeting, can_open_meetings
from apps.meetings.selectors import meetings_visible_to


def user_of(request: HttpRequest) -> User:
    """Return the account behind ``login_required``."""
    return cast("User", request.user)


def seen_meeting(request: HttpRequest, meeting_id: int) -> ReviewMeeting:
    """Return a meeting in sight. No business with meetings: 403; out of sight: 404."""
    user = user_of(request)
    if not can_open_meetings(user):
        raise PermissionDenied
    return get_object_or_404(meetings_visible_to(user), pk=meeting_id)


def held_meeting(request: HttpRequest, meeting_id: int) -> ReviewMeeting:
    """Return a meeting that the account may change; in sight only: 403."""
    meeting = seen_meeting(request, meeting_id)
    if not can_manage_meeting(user_of(request), meeting):
        raise PermissionDenied
    return meeting


def held_commentary(request: HttpRequest, commentary_id: int) -> Commentary:
    """Return a commentary of a meeting that the account may change."""
    user = user_of(request)
    if not can_open_meetings(user):
        raise PermissionDenied
    rows = Commentary.objects.filter(meeting__in=meetings_visible_to(user))
    commentary = get_object_or_404(rows.select_related("meeting__cycle__host", "reviewee"), pk=commentary_id)
    if not can_manage_meeting(user, commentary.meeting):
        raise PermissionDenied
    return commentary


def held_problem(request: HttpRequest, problem_id: int) -> CommentaryProblem:
    """Return the link of a problem split from a commentary that the account may change."""
    user = user_of(request)
    if not can_open_meetings(user):
        raise PermissionDenied
    rows = CommentaryProblem.objects.filter(commentary__meeting__in=meetings_visible_to(user))
    link = get_object_or_404(rows.select_related("commentary__meeting__cycle__host"), problem_id=problem_id)
    if not can_manage_meeting(user, link.commentary.meeting):
        raise PermissionDenied
    return link
