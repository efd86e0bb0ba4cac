"""Locking a meeting, and the stages in which its parts may change."""

from collections.abc import Sequence

from apps.cycles.domain.stages import Stage
from apps.cycles.models import ReviewCycle
from apps.meetings.errors import MeetingClosed
from apps.meetings.models import ReviewMeeting

SET_UP = (Stage.REPORTING.value, Stage.MEETING.value)
RECORD = (Stage.MEETING.value, Stage.GRADING.value)


def locked_meeting(meeting_id: int) -> ReviewMeeting:
    """Return the meeting's row, locked, with its cycle."""
    return ReviewMeeting.objects.select_for_update(of=("self",)).select_related("cycle").get(pk=meeting_id)


def require_stage(cycle: ReviewCycle, stages: Sequence[str], what: str) -> None:
    """Refuse ``what`` outside these stages.

    :raises MeetingClosed: the cycle is at another stage.
    """
    if cycle.stage not in stages:
        raise MeetingClosed(
            f"“{cycle.title}”现处于“{Stage(cycle.stage).label}”阶段，不能{what}；已记录的内容都保留着。"
        )
