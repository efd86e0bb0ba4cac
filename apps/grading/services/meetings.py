"""The record of the committee's meeting."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from apps.accounts.models import User
from apps.audit.services import record_action
from apps.common.services import check_version, touch_version
from apps.grading.domain.meetings import Member, members_text
from apps.grading.errors import RecordIncomplete
from apps.grading.models import Deliberation, DeliberationMember
from apps.grading.services.locks import lock_draft


@dataclass(frozen=True, slots=True)
class MeetingRecord:
    """What is recorded. ``quorum_note`` says in the committee's own words how many had to come and whether they did."""

    held_on: date
    members: Sequence[Member]
    place: str = ""
    quorum_note: str = ""
    minutes: str = ""


@transaction.atomic
def record_deliberation(
    cycle_id: int, *, record: MeetingRecord, version: int | None, actor: User, at: datetime
) -> Deliberation:
    """Record the committee's meeting: when, where, who was present or absent, what was said.

    :raises AlreadySignedOff: the grades are frozen.
    :raises AlreadyReviewed: they wait for the signature.
    :raises StaleVersion: somebody else saved meanwhile.
    :raises RecordIncomplete: nobody was present, or somebody has no name.
    """
    deliberation = lock_draft(cycle_id)
    check_version(deliberation, version)
    _check(record.members)
    deliberation.held_on, deliberation.place = record.held_on, record.place.strip()
    deliberation.members_present = members_text(record.members)
    deliberation.quorum_note, deliberation.minutes = record.quorum_note.strip(), record.minutes.strip()
    touch_version(deliberation)
    deliberation.save(
        update_fields=["held_on", "place", "members_present", "quorum_note", "minutes", "version"]
    )
    _replace_members(deliberation, record.members)
    details = {"held_on": record.held_on.isoformat(), "members": deliberation.members_present}
    record_action("grading.deliberation_recorded", deliberation, actor=actor, at=at, details=details)
    return deliberation


def _check(members: Sequence[Member]) -> None:
    if any(not one.name.strip() for one in members):
        raise RecordIncomplete("会议人员有一行没有写姓名，没有保存。请补上姓名，或清空这一行。")
    if all(one.is_absent for one in members):
        raise RecordIncomplete("没有填写出席会议的人员，没有保存。请至少填写一名出席人员。")


def _replace_members(deliberation: Deliberation, members: Sequence[Member]) -> None:
    deliberation.members.all().delete()
    DeliberationMember.objects.bulk_create(
        DeliberationMember(
            deliberation=deliberation,
            order_no=order_no,
            name=one.name.strip(),
            post=one.post.strip(),
            role=one.role.value,
            is_absent=one.is_absent,
            absence_reason=one.absence_reason.strip() if one.is_absent else "",
        )
        for order_no, one in enumerate(members, start=1)
    )
