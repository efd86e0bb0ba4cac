"""The clock of the meeting: one for all screens of all halls."""

from datetime import datetime, timedelta

from django.db import transaction

from apps.accounts.models import User
from apps.audit.services import record_action
from apps.cycles.domain.stages import Stage
from apps.meetings.errors import NotOnAgenda
from apps.meetings.models import MeetingClock
from apps.meetings.services.locks import SET_UP, locked_meeting, require_stage


@transaction.atomic
def call_speaker(meeting_id: int, *, reviewee_id: int, actor: User, at: datetime) -> MeetingClock:
    """Give somebody the floor, with the full time; the clock stands until it is started.

    :raises MeetingClosed: the cycle has been signed off, or not been opened.
    :raises NotOnAgenda: the person does not speak at this meeting.
    """
    clock = _locked_clock(meeting_id)
    if not clock.meeting.agenda.filter(reviewee_id=reviewee_id).exists():
        raise NotOnAgenda("此人不在本次会议的议程中。请刷新页面后再选。")
    clock.reviewee_id = reviewee_id
    return _set(clock, clock.meeting.minutes_each * 60, None, "meetings.speaker_called", actor=actor, at=at)


@transaction.atomic
def start_clock(meeting_id: int, *, actor: User, at: datetime) -> MeetingClock:
    """Let the time run. Starting twice changes nothing.

    :raises MeetingClosed: the cycle has been signed off, or not been opened.
    :raises NotOnAgenda: nobody has the floor.
    """
    clock = _locked_clock(meeting_id)
    if clock.reviewee_id is None:
        raise NotOnAgenda("还没有请上述职人，不能开始计时。请先选择述职人。")
    if clock.ends_at is not None:
        return clock
    ends_at = at + timedelta(seconds=clock.seconds_left)
    return _set(clock, clock.seconds_left, ends_at, "meetings.clock_started", actor=actor, at=at)


@transaction.atomic
def pause_clock(meeting_id: int, *, actor: User, at: datetime) -> MeetingClock:
    """Stop the time where it is. Pausing twice changes nothing.

    :raises MeetingClosed: the cycle has been signed off, or not been opened.
    """
    clock = _locked_clock(meeting_id)
    if clock.ends_at is None:
        return clock
    seconds_left = round((clock.ends_at - at).total_seconds())
    return _set(clock, seconds_left, None, "meetings.clock_paused", actor=actor, at=at)


@transaction.atomic
def reset_clock(meeting_id: int, *, actor: User, at: datetime) -> MeetingClock:
    """Give the speaker the full time again; the clock stands.

    :raises MeetingClosed: the cycle has been signed off, or not been opened.
    """
    clock = _locked_clock(meeting_id)
    return _set(clock, clock.meeting.minutes_each * 60, None, "meetings.clock_reset", actor=actor, at=at)


def _locked_clock(meeting_id: int) -> MeetingClock:
    meeting = locked_meeting(meeting_id)
    require_stage(meeting.cycle, (*SET_UP, Stage.GRADING.value), "计时")
    clock, _ = MeetingClock.objects.get_or_create(meeting=meeting)
    clock.meeting = meeting
    return clock


def _set(
    clock: MeetingClock, seconds_left: int, ends_at: datetime | None, act: str, *, actor: User, at: datetime
) -> MeetingClock:
    clock.seconds_left, clock.ends_at = seconds_left, ends_at
    clock.save(update_fields=["reviewee", "seconds_left", "ends_at"])
    details = {"reviewee": clock.reviewee_id, "seconds_left": seconds_left}
    record_action(act, clock.meeting, actor=actor, at=at, details=details)
    return clock
