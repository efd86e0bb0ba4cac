"""Set up, agenda, lots, heads."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from apps.accounts.models import User
from apps.audit.services import record_action
from apps.common.services import check_version, touch_version
from apps.cycles.domain.schemes import ReportMode
from apps.cycles.domain.stages import Stage
from apps.cycles.models import ReviewCycle, Reviewee, VoterGroup
from apps.meetings.domain.lots import draw
from apps.meetings.errors import AgendaEmpty, BadCount, LotsAlreadyDrawn, MeetingClosed, NotOnAgenda
from apps.meetings.models import AgendaItem, Attendance, ReviewMeeting
from apps.meetings.services.locks import SET_UP, locked_meeting, require_stage


@transaction.atomic
def create_meeting(
    cycle_id: int,
    *,
    title: str,
    starts_at: datetime,
    place: str,
    minutes_each: int = 8,
    actor: User,
    at: datetime,
) -> ReviewMeeting:
    """Set up a meeting of a cycle.

    :raises MeetingClosed: the cycle is still a draft, or past its meeting.
    """
    cycle = ReviewCycle.objects.select_for_update().get(pk=cycle_id)
    require_stage(cycle, SET_UP, "安排会议")
    meeting = ReviewMeeting.objects.create(
        cycle=cycle, title=title, starts_at=starts_at, place=place, minutes_each=minutes_each
    )
    record_action("meetings.created", meeting, actor=actor, at=at)
    return meeting


@transaction.atomic
def update_meeting(
    meeting_id: int,
    *,
    title: str,
    starts_at: datetime,
    place: str,
    minutes_each: int,
    version: int | None = None,
    actor: User,
    at: datetime,
) -> ReviewMeeting:
    """Change time, place or title.

    :raises MeetingClosed: the cycle is past its meeting.
    :raises StaleVersion: somebody else saved it meanwhile.
    """
    meeting = locked_meeting(meeting_id)
    require_stage(meeting.cycle, SET_UP, "修改会议安排")
    check_version(meeting, version)
    meeting.title, meeting.starts_at, meeting.place = title, starts_at, place
    meeting.minutes_each = minutes_each
    touch_version(meeting)
    meeting.save(update_fields=["title", "starts_at", "place", "minutes_each", "version"])
    record_action("meetings.updated", meeting, actor=actor, at=at)
    return meeting


@transaction.atomic
def set_agenda(
    meeting_id: int, reviewee_ids: Sequence[int], *, actor: User, at: datetime
) -> list[AgendaItem]:
    """Put exactly these reviewees on the agenda, in this order.

    :raises MeetingClosed: the cycle is past its meeting.
    :raises NotOnAgenda: one of them does not report orally in this cycle, or speaks at another meeting of it, or somebody
        who was already commented on would be taken off.
    """
    meeting = locked_meeting(meeting_id)
    require_stage(meeting.cycle, SET_UP, "修改议程")
    wanted = list(dict.fromkeys(reviewee_ids))
    _check_speakers(meeting, wanted)
    before = list(meeting.agenda.values_list("reviewee_id", flat=True))
    items = _write_agenda(meeting, wanted)
    if before != wanted:
        record_action("meetings.agenda_set", meeting, actor=actor, at=at, details={"order": wanted})
    return items


@transaction.atomic
def move_agenda_item(
    meeting_id: int, *, reviewee_id: int, to: int, actor: User, at: datetime
) -> list[AgendaItem]:
    """Move one speaker to place ``to`` (from 1); beyond either end means first or last.

    :raises MeetingClosed: the cycle is past its meeting.
    :raises NotOnAgenda: the person is not on this agenda.
    """
    meeting = locked_meeting(meeting_id)
    order = list(meeting.agenda.values_list("reviewee_id", flat=True))
    if reviewee_id not in order:
        raise NotOnAgenda("议程已被别人修改，此人不在其中。请刷新页面后再调整。")
    order.remove(reviewee_id)
    order.insert(min(max(to - 1, 0), len(order)), reviewee_id)
    return set_agenda(meeting_id, order, actor=actor, at=at)


@transaction.atomic
def draw_lots(
    meeting_id: int, *, seed: str | None = None, redraw: bool = False, actor: User, at: datetime
) -> list[AgendaItem]:
    """Order the agenda by lot and record the seed; without a given seed a random one is made.

    :raises MeetingClosed: the cycle is past its meeting, or commentary was already recorded.
    :raises AgendaEmpty: nobody is on the agenda.
    :raises LotsAlreadyDrawn: lots were drawn and ``redraw`` was not asked for.
    """
    meeting = locked_meeting(meeting_id)
    require_stage(meeting.cycle, SET_UP, "抽签")
    _check_drawable(meeting, redraw=redraw)
    before = {"seed": meeting.lot_seed} if meeting.lots_drawn_at else {}
    ids = list(meeting.agenda.values_list("reviewee_id", flat=True))
    if not ids:
        raise AgendaEmpty("议程中还没有人，无法抽签。请先在议程页选择现场述职的书记。")
    meeting.lot_seed, meeting.lots_drawn_at = (seed or "").strip()[:64] or secrets.token_hex(16), at
    meeting.save(update_fields=["lot_seed", "lots_drawn_at"])
    order = [lot.reviewee_id for lot in draw(meeting.lot_seed, ids)]
    record_action(
        "meetings.lots_redrawn" if before else "meetings.lots_drawn",
        meeting,
        actor=actor,
        at=at,
        details={"seed": meeting.lot_seed, "order": order} | ({"before": before} if before else {}),
    )
    return _write_agenda(meeting, order)


@transaction.atomic
def record_attendance(
    meeting_id: int, *, counts: Mapping[int, tuple[int, int]], actor: User, at: datetime
) -> list[Attendance]:
    """Record heads per voter group: ``{voter_group_id: (expected, present)}``. Never a list of names.

    :raises MeetingClosed: the cycle has been signed off, or not been opened.
    :raises BadCount: a negative number, more present than expected, or a group of another cycle.
    """
    meeting = locked_meeting(meeting_id)
    require_stage(meeting.cycle, (*SET_UP, Stage.GRADING.value), "登记到会人数")
    groups = {g.pk: g for g in VoterGroup.objects.filter(scheme__cycle_id=meeting.cycle_id)}
    for group_id, (n_expected, n_present) in counts.items():
        _check_count(groups.get(group_id), n_expected, n_present)
    found = [
        Attendance.objects.update_or_create(
            meeting=meeting,
            voter_group=groups[group_id],
            defaults={"n_expected": n_expected, "n_present": n_present},
        )[0]
        for group_id, (n_expected, n_present) in counts.items()
    ]
    details = {groups[group_id].name: list(pair) for group_id, pair in counts.items()}
    record_action("meetings.attendance_recorded", meeting, actor=actor, at=at, details=details)
    return found


def _check_speakers(meeting: ReviewMeeting, wanted: Sequence[int]) -> None:
    oral = Reviewee.objects.filter(
        pk__in=wanted, cycle_id=meeting.cycle_id, mode=ReportMode.ORAL.value
    ).count()
    if oral != len(wanted):
        raise NotOnAgenda("议程中只能有本周期现场述职的书记。请刷新页面，重新选择。")
    elsewhere = (
        AgendaItem.objects.filter(reviewee_id__in=wanted, meeting__cycle_id=meeting.cycle_id)
        .exclude(meeting=meeting)
        .select_related("reviewee", "meeting")
        .first()
    )
    if elsewhere is not None:
        raise NotOnAgenda(f"{elsewhere.reviewee}已在“{elsewhere.meeting}”的议程中，一人只在一场会议述职。")
    _check_nobody_commented_on_leaves(meeting, wanted)


def _check_nobody_commented_on_leaves(meeting: ReviewMeeting, wanted: Sequence[int]) -> None:
    kept = meeting.commentaries.exclude(reviewee_id__in=wanted).select_related("reviewee").first()
    if kept is not None:
        raise NotOnAgenda(f"{kept.reviewee}已有点评记录，不能移出议程。如确需移出，请先删除其点评。")


def _write_agenda(meeting: ReviewMeeting, order: Sequence[int]) -> list[AgendaItem]:
    AgendaItem.objects.filter(meeting=meeting).delete()
    return AgendaItem.objects.bulk_create(
        AgendaItem(meeting=meeting, reviewee_id=one, order_no=place)
        for place, one in enumerate(order, start=1)
    )


def _check_drawable(meeting: ReviewMeeting, *, redraw: bool) -> None:
    if meeting.lots_drawn_at and not redraw:
        raise LotsAlreadyDrawn("已经抽过签。顺序没有改动；如需重抽，请使用“重新抽签”并确认。")
    if meeting.commentaries.exists():
        raise MeetingClosed("会议已开始记录点评，不能再抽签；议程顺序没有改动。")


def _check_count(group: VoterGroup | None, n_expected: int, n_present: int) -> None:
    if group is None:
        raise BadCount("到会人数中有不属于本周期的测评主体类别。请刷新页面后重新填写。")
    if min(n_expected, n_present) < 0:
        raise BadCount(f"“{group.name}”的人数不能是负数。")
    if n_present > n_expected:
        raise BadCount(
            f"“{group.name}”实到 {n_present} 人，多于应到 {n_expected} 人。请核对，确有增加的先改应到人数。"
        )
