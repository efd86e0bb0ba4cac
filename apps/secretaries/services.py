"""Writes of people and their appointments."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from apps.audit.services import record_action
from apps.common.domain.actors import Actor
from apps.common.domain.sort_keys import pinyin_key, stroke_key
from apps.common.kit.copying import copy_new
from apps.common.services import check_version, touch_version
from apps.organizations.models import Organization
from apps.secretaries.domain.careers import AppointmentData, PersonData
from apps.secretaries.domain.phones import is_mobile, mask_phone
from apps.secretaries.errors import AlreadyInOffice, OrganizationAbolished, WrongPeriod, WrongPhone
from apps.secretaries.models import Appointment, Secretary

BATCH = 2_000
EDITED = ("name", "gender", "born_on", "phone")
PERSON_FIELDS = (*EDITED, "pinyin_key", "stroke_key", "version")
APPOINTMENT_FIELDS = ("secretary", "organization", "post", "started_on", "ended_on")


@transaction.atomic
def create_secretary(
    *,
    name: str,
    gender: str = "",
    born_on: date | None = None,
    phone: str = "",
    organization_id: int | None = None,
    post: str = "",
    started_on: date | None = None,
    actor: Actor | None,
    at: datetime,
) -> Secretary:
    """Add a person, with a first appointment if ``organization_id`` is given (then ``post`` and ``started_on`` too).

    :raises WrongPhone: not a mobile number.
    :raises OrganizationAbolished: the organization is no more.
    """
    secretary = Secretary(name=name, gender=gender, born_on=born_on, phone=_checked_phone(phone))
    _set_keys(secretary)
    secretary.save(force_insert=True)
    details: dict[str, Any] = {}
    if organization_id is not None and started_on is not None:
        appointment = _appoint(secretary, organization_id, post, started_on)
        details = {
            "organization": appointment.organization.name,
            "post": post,
            "started_on": started_on.isoformat(),
        }
    record_action("secretaries.created", secretary, actor=actor, at=at, details=details)
    return secretary


@transaction.atomic
def edit_secretary(
    secretary_id: int, *, changes: Mapping[str, Any], version: int | None, actor: Actor, at: datetime
) -> Secretary:
    """Correct name, gender, month of birth or phone. Saving the same again changes nothing.

    :raises StaleVersion: somebody else saved it since the form was opened.
    """
    secretary = _locked(secretary_id)
    check_version(secretary, version)
    before = {name: getattr(secretary, name) for name in EDITED}
    for name in EDITED:
        setattr(secretary, name, changes.get(name, before[name]))
    changed = [name for name in EDITED if before[name] != getattr(secretary, name)]
    if not changed:
        return secretary
    if "phone" in changed:
        _checked_phone(secretary.phone)
    _set_keys(secretary)
    touch_version(secretary)
    secretary.save(update_fields=PERSON_FIELDS)
    details = {name: [_plain(name, before[name]), _plain(name, getattr(secretary, name))] for name in changed}
    record_action("secretaries.edited", secretary, actor=actor, at=at, details=details)
    return secretary


@transaction.atomic
def appoint(
    secretary_id: int, *, organization_id: int, post: str, started_on: date, actor: Actor | None, at: datetime
) -> Appointment:
    """Appoint a person to a post.

    :raises AlreadyInOffice: the person holds this post there.
    :raises OrganizationAbolished: the organization is no more.
    """
    secretary = _locked(secretary_id)
    appointment = _appoint(secretary, organization_id, post, started_on)
    _log(appointment, "appointed", actor, at)
    return appointment


@transaction.atomic
def end_appointment(appointment_id: int, *, on: date, actor: Actor, at: datetime) -> Appointment:
    """Close an appointment on a day. Closing it twice on the same day changes nothing.

    :raises WrongPeriod: the day lies before its start.
    """
    appointment = _locked_appointment(appointment_id)
    if appointment.ended_on == on:
        return appointment
    appointment.ended_on = on
    _check_period(appointment)
    appointment.save(update_fields=["ended_on"])
    _log(appointment, "appointment_ended", actor, at)
    return appointment


@transaction.atomic
def correct_appointment(
    appointment_id: int, *, post: str, started_on: date, ended_on: date | None, actor: Actor, at: datetime
) -> Appointment:
    """Correct post and days of an appointment that was entered wrongly.

    :raises WrongPeriod: it would end before it starts.
    :raises AlreadyInOffice: the person has the same appointment already.
    """
    appointment = _locked_appointment(appointment_id)
    if (appointment.post, appointment.started_on, appointment.ended_on) == (post, started_on, ended_on):
        return appointment
    appointment.post, appointment.started_on, appointment.ended_on = post, started_on, ended_on
    _check_period(appointment)
    _check_not_twice(appointment)
    appointment.save(update_fields=["post", "started_on", "ended_on"])
    _log(appointment, "appointment_corrected", actor, at)
    return appointment


@transaction.atomic
def reveal_phone(secretary_id: int, *, actor: Actor, at: datetime) -> str:
    """Return the full number; that it was looked at is logged."""
    secretary = Secretary.objects.get(pk=secretary_id)
    record_action("secretaries.phone_revealed", secretary, actor=actor, at=at)
    return secretary.phone


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
) -> None:
    """Add or change many people and appointments at once.

    An appointment's ``person_key`` is that of one of ``people`` or the id of a stored person; the rows were checked. The
    caller, an import, holds the people and writes the one entry of the log.
    """
    new = _new_ids("secretaries_secretary", sum(person.id is None for person in people))
    ids = {person.key: new.pop() if person.id is None else person.id for person in people}
    _write_people(people, ids)
    new = _new_ids("secretaries_appointment", sum(one.id is None for one in appointments))
    rows = [
        Appointment(
            id=new.pop() if one.id is None else one.id,
            secretary_id=ids.get(one.person_key, one.person_key),
            organization_id=organization_ids[one.organization_code],
            post=one.post,
            started_on=one.started_on,
            ended_on=one.ended_on,
        )
        for one in appointments
    ]
    stored = {one.id for one in appointments}
    copy_new([row for row in rows if row.pk not in stored])
    Appointment.objects.bulk_create(
        [row for row in rows if row.pk in stored],
        batch_size=BATCH, update_conflicts=True, unique_fields=["id"], update_fields=APPOINTMENT_FIELDS,
    )  # fmt: skip


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
    _set_keys(secretary)
    return secretary


def _appoint(secretary: Secretary, organization_id: int, post: str, started_on: date) -> Appointment:
    organization = Organization.objects.select_for_update().get(pk=organization_id)
    if organization.abolished_on is not None and organization.abolished_on <= started_on:
        raise OrganizationAbolished(
            f"“{organization}”已于 {organization.abolished_on} 撤销，不能再任命书记。"
        )
    appointment = Appointment(
        secretary=secretary, organization=organization, post=post, started_on=started_on
    )
    _check_not_twice(appointment)
    appointment.save(force_insert=True)
    return appointment


def _check_not_twice(appointment: Appointment) -> None:
    same = Appointment.objects.filter(
        secretary=appointment.secretary, organization=appointment.organization, post=appointment.post
    ).exclude(pk=appointment.pk)
    if same.filter(started_on=appointment.started_on).exists():
        raise AlreadyInOffice(
            f"{appointment.started_on} 起的“{appointment.post}”任职已经登记过，没有重复登记。"
        )
    if appointment.ended_on is None and same.filter(ended_on__isnull=True).exists():
        raise AlreadyInOffice(
            f"{appointment.secretary}现在就任“{appointment.organization}”的{appointment.post}。连任请先登记原任职的免职日期。"
        )


def _check_period(appointment: Appointment) -> None:
    if appointment.ended_on is not None and appointment.ended_on < appointment.started_on:
        raise WrongPeriod(
            f"免职日期 {appointment.ended_on} 早于任职日期 {appointment.started_on}。请核对后再保存。"
        )


def _checked_phone(phone: str) -> str:
    if phone and not is_mobile(phone):
        raise WrongPhone("手机号应是 11 位数字，以 1 开头。请核对，或先留空。")
    return phone


def _locked(secretary_id: int) -> Secretary:
    return Secretary.objects.select_for_update().get(pk=secretary_id)


def _locked_appointment(appointment_id: int) -> Appointment:
    rows = Appointment.objects.select_for_update(of=("self",)).select_related("secretary", "organization")
    return rows.get(pk=appointment_id)


def _log(appointment: Appointment, what: str, actor: Actor | None, at: datetime) -> None:
    details = {
        "organization": appointment.organization.name,
        "post": appointment.post,
        "started_on": appointment.started_on.isoformat(),
        "ended_on": appointment.ended_on.isoformat() if appointment.ended_on else None,
    }
    record_action(f"secretaries.{what}", appointment.secretary, actor=actor, at=at, details=details)


def _set_keys(secretary: Secretary) -> None:
    secretary.pinyin_key = pinyin_key(secretary.name, is_person=True)
    secretary.stroke_key = stroke_key(secretary.name)


def _plain(name: str, value: Any) -> Any:
    """Return what the log may hold: a phone number only masked."""
    if name == "phone":
        return mask_phone(value)
    return value.isoformat() if isinstance(value, date) else value


def _new_ids(table: str, count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
        )
        return sorted((row[0] for row in cursor.fetchall()), reverse=True)
