"""Many people and appointments at once: what an import writes."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import IntegrityError, connection, transaction

from apps.common.domain.actors import Actor
from apps.common.kit.copying import copy_new, new_ids
from apps.secretaries.domain.careers import AppointmentData, PersonData
from apps.secretaries.domain.kinds import appointment_kind_of
from apps.secretaries.errors import PostTaken
from apps.secretaries.models import ONE_HOLDER, Appointment, Secretary
from apps.secretaries.services.people import PERSON_FIELDS, set_keys
from apps.secretaries.signals import left_office

BATCH = 2_000
# Not the kind: staff may have set it by hand, and an import never changes the words of a stored post.
APPOINTMENT_FIELDS = ("secretary", "organization", "post", "started_on", "ended_on")


def hold_people() -> None:
    """Let nobody else write people or appointments until this transaction ends; reading goes on."""
    with connection.cursor() as cursor:
        cursor.execute(
            "LOCK TABLE secretaries_secretary, secretaries_appointment IN SHARE ROW EXCLUSIVE MODE"
        )


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
    new = iter(new_ids("secretaries_secretary", sum(person.id is None for person in people)))
    ids = {person.key: next(new) if person.id is None else person.id for person in people}
    _write_people(people, ids)
    rows = _appointment_rows(appointments, ids, organization_ids)
    stored = {one.id for one in appointments if one.id is not None}
    leaving = _leaving(rows, stored) if at else []
    _write_appointments(rows, stored)
    for secretary_id, on in leaving:
        left_office.send(Appointment, secretary_id=secretary_id, on=on, actor=actor, at=at)


def _appointment_rows(
    appointments: Sequence[AppointmentData], ids: Mapping[int, int], organization_ids: Mapping[str, int]
) -> list[Appointment]:
    new = iter(new_ids("secretaries_appointment", sum(one.id is None for one in appointments)))
    return [
        Appointment(
            id=next(new) if one.id is None else one.id,
            secretary_id=ids.get(one.person_key, one.person_key),
            organization_id=organization_ids[one.organization_code],
            post=one.post,
            kind=appointment_kind_of(one.post).value,
            started_on=one.started_on,
            ended_on=one.ended_on,
        )
        for one in appointments
    ]


def _leaving(rows: Sequence[Appointment], stored: set[int]) -> list[tuple[int, date]]:
    """Return who leaves a post by these rows, and when."""
    were_open = set(
        Appointment.objects.filter(pk__in=stored, ended_on__isnull=True).values_list("pk", flat=True)
    )
    return [(row.secretary_id, row.ended_on) for row in rows if row.pk in were_open and row.ended_on]


def _write_appointments(rows: Sequence[Appointment], stored: set[int]) -> None:
    """Write new and changed rows; the one-holder rule is looked at once all are in, as one row may end what another begins."""
    try:
        with transaction.atomic():
            _check_holders(mode="DEFERRED")
            copy_new([row for row in rows if row.pk not in stored])
            Appointment.objects.bulk_create(
                [row for row in rows if row.pk in stored],
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


def _write_people(people: Sequence[PersonData], ids: Mapping[int, int]) -> None:
    versions = dict(
        Secretary.objects.filter(pk__in=[p.id for p in people if p.id]).values_list("pk", "version")
    )
    rows = [_from_roster(person, ids[person.key], versions.get(ids[person.key], 0) + 1) for person in people]
    copy_new([row for row in rows if row.pk not in versions])
    Secretary.objects.bulk_create(
        [row for row in rows if row.pk in versions],
        batch_size=BATCH, update_conflicts=True, unique_fields=["id"], update_fields=PERSON_FIELDS,
    )  # fmt: skip


def _from_roster(person: PersonData, own_id: int, version: int) -> Secretary:
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
