"""Many people and appointments at once: what an import writes."""

import time
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import IntegrityError, OperationalError, connection, transaction
from psycopg2.errors import LockNotAvailable  # type: ignore[attr-defined]  # made when it is imported

from apps.common.domain.actors import Actor
from apps.common.kit.copying import copy_values, new_ids
from apps.organizations.services import lock_tree
from apps.secretaries.domain.careers import AppointmentData, PersonData
from apps.secretaries.domain.kinds import appointment_kind_of
from apps.secretaries.errors import PostTaken, RosterBusy
from apps.secretaries.models import ONE_HOLDER, Appointment, Secretary
from apps.secretaries.services.people import EDITED, KEYS, PERSON_FIELDS, keys_of, set_keys
from apps.secretaries.signals import left_office

BATCH = 2_000
TABLES = ("secretaries_secretary", "secretaries_appointment", "organizations_organization")
ATTEMPT, PAUSE, PATIENCE = "500ms", 0.05, 60  # the latter two in seconds
# Not the kind: staff may have set it by hand, and an import never changes the words of a stored post.
APPOINTMENT_NAMES = ("secretary_id", "organization_id", "post", "started_on", "ended_on")
APPOINTMENT_FIELDS = ("secretary", "organization", "post", "started_on", "ended_on")


def hold_roster() -> None:
    """Let nobody else write organizations, people or appointments until this transaction ends; reading goes on.

    Others lock rows of the three first and write them later, in orders of their own. Who waits here for one of them holds
    none of the others, so nobody waits in a ring; and the lock keeps out who would lock a row, before he holds any.

    :raises RosterBusy: it was not to be had within a minute.
    """
    lock_tree()
    give_up_at = time.monotonic() + PATIENCE
    while not _is_held():
        if time.monotonic() > give_up_at:
            raise RosterBusy(
                "一直有人在登记任职或修改党组织，导入等了 1 分钟还没有轮到，什么都没有写入。请稍后再确认导入。"
            )
        time.sleep(PAUSE)


def _is_held() -> bool:
    """Try for all three tables, for a moment shorter than the database takes to call a deadlock; failing, hold none."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [ATTEMPT])
            cursor.execute(f"LOCK TABLE {', '.join(TABLES)} IN EXCLUSIVE MODE")
            cursor.execute("SELECT set_config('lock_timeout', '0', true)")
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            return False
        raise
    return True


@transaction.atomic
def save_roster_people(
    people: Sequence[PersonData],
    appointments: Sequence[AppointmentData],
    *,
    organization_ids: Mapping[str, int],
    actor: Actor | None = None,
    at: datetime | None = None,
) -> None:
    """Add or change many people and appointments at once.

    An appointment's ``person_key`` is that of one of ``people`` or the id of a stored person; the rows were checked. The
    caller, an import, holds the people and writes the one entry of the log. With ``at``, the apps above hear who left.

    :raises PostTaken: two people would hold one post at once; nothing is written.
    """
    ids = _write_people(people)
    changed = [one for one in appointments if one.id is not None]
    leaving = _leaving(changed) if at else []
    _write_appointments(appointments, ids, organization_ids)
    for secretary_id, on in leaving:
        left_office.send(Appointment, secretary_id=secretary_id, on=on, actor=actor, at=at)


def _leaving(changed: Sequence[AppointmentData]) -> list[tuple[int, date]]:
    """Return who leaves a post by these rows, and when."""
    stored = Appointment.objects.filter(pk__in=[one.id for one in changed], ended_on__isnull=True)
    holders = dict(stored.values_list("pk", "secretary_id")) if changed else {}
    return [(holders[one.id], one.ended_on) for one in changed if one.id in holders and one.ended_on]


def _write_appointments(
    appointments: Sequence[AppointmentData], ids: Mapping[int, int], organization_ids: Mapping[str, int]
) -> None:
    """Write new and changed rows; the one-holder rule is looked at once all are in, as one row may end what another begins."""

    def values(one: AppointmentData) -> tuple[int, int, str, date, date | None]:
        holder = ids.get(one.person_key, one.person_key)
        return holder, organization_ids[one.organization_code], one.post, one.started_on, one.ended_on

    new = [one for one in appointments if one.id is None]
    changed = [
        Appointment(id=one.id, **dict(zip(APPOINTMENT_NAMES, values(one), strict=True)))
        for one in appointments
        if one.id is not None
    ]
    try:
        with transaction.atomic():
            _check_holders(mode="DEFERRED")
            copy_values(
                Appointment,
                (*APPOINTMENT_NAMES, "kind"),
                ((*values(one), appointment_kind_of(one.post).value) for one in new),
            )
            Appointment.objects.bulk_create(
                changed,
                batch_size=BATCH, update_conflicts=True, unique_fields=["id"], update_fields=APPOINTMENT_FIELDS,
            )  # fmt: skip
            _check_holders(mode="IMMEDIATE")
    except IntegrityError as error:
        if ONE_HOLDER not in str(error):
            raise
        raise PostTaken(
            "花名册里有两个人在同一时间担任同一党组织的书记（或主持工作、第一书记），所以什么都没有写入。请补上前任的免职日期后重新导入。"
        ) from error


def _check_holders(*, mode: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET CONSTRAINTS {ONE_HOLDER} {mode}")


def _write_people(people: Sequence[PersonData]) -> dict[int, int]:
    """Write new and changed people; return the id of each key."""
    new = [person for person in people if person.id is None]
    ids = {person.key: person.id for person in people if person.id is not None}
    versions = dict(Secretary.objects.filter(pk__in=ids.values()).values_list("pk", "version")) if ids else {}
    ids.update(zip((person.key for person in new), new_ids("secretaries_secretary", len(new)), strict=True))
    copy_values(
        Secretary,
        ("id", *EDITED, *KEYS, "version"),
        ((ids[one.key], one.name, one.gender, one.born_on, one.phone, *keys_of(one.name), 1) for one in new),
    )
    Secretary.objects.bulk_create(
        [_changed(person, person.id, versions[person.id] + 1) for person in people if person.id is not None],
        batch_size=BATCH, update_conflicts=True, unique_fields=["id"], update_fields=PERSON_FIELDS,
    )  # fmt: skip
    return ids


def _changed(person: PersonData, own_id: int, version: int) -> Secretary:
    secretary = Secretary(
        id=own_id,
        name=person.name,
        gender=person.gender,
        born_on=person.born_on,
        phone=person.phone,
        version=version,
    )
    set_keys(secretary)
    return secretary
