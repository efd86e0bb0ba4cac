"""Writes of careers: appoint, end, transfer, correct, take back.

Locks are taken in one order, so that two of these acts never wait for each other in a ring: person, appointment,
organizations by id.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from apps.audit.services import record_action
from apps.common.domain.actors import Actor
from apps.organizations.models import Organization
from apps.secretaries.domain.careers import days_in_words
from apps.secretaries.domain.kinds import AppointmentKind, appointment_kind_of
from apps.secretaries.domain.reasons import EndReason
from apps.secretaries.errors import (
    AlreadyInOffice,
    NotInOffice,
    OrganizationAbolished,
    PostTaken,
    WrongPeriod,
)
from apps.secretaries.models import ONE_HOLDER, Appointment, Secretary
from apps.secretaries.selectors import holders_during
from apps.secretaries.signals import appointment_voiding, left_office, took_office

LOGGED = ("post", "kind", "started_on", "ended_on", "end_reason", "end_note")


@dataclass(frozen=True, slots=True)
class Post:
    """A post somebody is to take: ``kind`` ``None`` reads it from the words of ``name``."""

    organization_id: int
    name: str
    started_on: date
    kind: AppointmentKind | None = None

    @property
    def settled_kind(self) -> AppointmentKind:
        """The stated kind, else the one its words say."""
        return self.kind or appointment_kind_of(self.name)


@transaction.atomic
def appoint(
    secretary_id: int,
    *,
    organization_id: int,
    post: str,
    started_on: date,
    kind: AppointmentKind | None = None,
    actor: Actor | None,
    at: datetime,
) -> Appointment:
    """Appoint a person to a post. ``kind`` ``None`` reads the kind from the words of the post.

    :raises AlreadyInOffice: the person holds this post there.
    :raises PostTaken: somebody else holds it on one of these days.
    :raises OrganizationAbolished: the organization is no more.
    """
    secretary = Secretary.objects.select_for_update().get(pk=secretary_id)
    appointment = begin_appointment(secretary, Post(organization_id, post, started_on, kind))
    _log(appointment, "appointed", {}, actor, at)
    announce_taken(appointment, actor=actor, at=at)
    return appointment


@transaction.atomic
def end_appointment(
    appointment_id: int,
    *,
    on: date,
    reason: EndReason | None = None,
    note: str = "",
    actor: Actor | None,
    at: datetime,
) -> Appointment:
    """Close an appointment on a day, on which it is held no more. Closing it twice on the same day changes nothing.

    :raises WrongPeriod: the day lies before its start.
    :raises PostTaken: the day lies after that of the successor.
    """
    appointment = _locked_appointment(appointment_id)
    if appointment.ended_on == on and reason is None and not note:
        return appointment
    before = _described(appointment)
    _close(appointment, on, reason, note)
    if before == _described(appointment):
        return appointment
    _store(appointment)
    _log(appointment, "appointment_ended", before, actor, at)
    _announce_left(appointment, actor, at)
    return appointment


@transaction.atomic
def transfer(
    appointment_id: int, *, to: Post, note: str = "", actor: Actor | None, at: datetime
) -> Appointment:
    """Move a person to another post (调任): the old one ends and the new one begins on ``to.started_on``. Returns the new one.

    :raises NotInOffice: the old appointment has ended.
    :raises WrongPeriod: the day lies before the start of the old one.
    :raises AlreadyInOffice, PostTaken, OrganizationAbolished: as in :func:`appoint`; then nothing has changed.
    """
    old = _locked_appointment(appointment_id, also=(to.organization_id,))
    if old.ended_on is not None:
        raise NotInOffice(
            f"{old.secretary}已于 {old.ended_on} 免去“{old.organization}”{old.post}，不能再由此调任。请直接登记新任职。"
        )
    before = _described(old)
    _close(old, to.started_on, EndReason.TRANSFERRED, note)
    _store(old)
    new = begin_appointment(old.secretary, to)
    details = {
        "from": [old.organization.name, old.post],
        "to": [new.organization.name, new.post],
        "on": to.started_on.isoformat(),
        "before": before,
        "note": note,
    }
    record_action("secretaries.transferred", old.secretary, actor=actor, at=at, details=details)
    _announce_left(old, actor, at)
    announce_taken(new, actor=actor, at=at)
    return new


@transaction.atomic
def correct_appointment(
    appointment_id: int,
    *,
    post: str,
    started_on: date,
    ended_on: date | None,
    kind: AppointmentKind | None = None,
    actor: Actor | None,
    at: datetime,
) -> Appointment:
    """Correct post, kind and days of an appointment that was entered wrongly.

    :raises WrongPeriod: it would end before it starts.
    :raises AlreadyInOffice: the person has the same appointment already.
    :raises PostTaken: somebody else holds the post on one of these days.
    """
    appointment = _locked_appointment(appointment_id)
    before, was_open = _described(appointment), appointment.ended_on is None
    appointment.post, appointment.started_on, appointment.ended_on = post, started_on, ended_on
    appointment.kind = (kind or appointment_kind_of(post)).value
    if ended_on is None:
        appointment.end_reason = appointment.end_note = ""
    if before == _described(appointment):
        return appointment
    _store(appointment)
    _log(appointment, "appointment_corrected", before, actor, at)
    if was_open and ended_on is not None:
        _announce_left(appointment, actor, at)
    return appointment


@transaction.atomic
def void_appointment(appointment_id: int, *, reason: str, actor: Actor, at: datetime) -> Secretary:
    """Take a mistaken entry back (撤销): the row goes, the log keeps what stood there and why. Returns the person.

    :raises DomainError: something rests on it, as a higher app says.
    """
    appointment = _locked_appointment(appointment_id)
    appointment_voiding.send(Appointment, appointment=appointment)
    before, secretary = _described(appointment), appointment.secretary
    details = {"organization": appointment.organization.name, "before": before, "reason": reason}
    record_action("secretaries.appointment_voided", secretary, actor=actor, at=at, details=details)
    appointment.delete()
    left_office.send(Appointment, secretary_id=secretary.pk, on=appointment.started_on, actor=actor, at=at)
    return secretary


def begin_appointment(secretary: Secretary, post: Post) -> Appointment:
    """Write the first row of a post; the caller holds the person and writes the log."""
    organization = Organization.objects.select_for_update().get(pk=post.organization_id)
    if organization.abolished_on is not None and organization.abolished_on <= post.started_on:
        raise OrganizationAbolished(
            f"“{organization}”已于 {organization.abolished_on} 撤销，不能再任命书记。"
        )
    appointment = Appointment(
        secretary=secretary,
        organization=organization,
        post=post.name,
        kind=post.settled_kind.value,
        started_on=post.started_on,
    )
    _store(appointment)
    return appointment


def announce_taken(appointment: Appointment, *, actor: Actor | None, at: datetime) -> None:
    """Tell the apps above that somebody took office."""
    took_office.send(
        Appointment,
        secretary_id=appointment.secretary_id,
        appointment_id=appointment.pk,
        on=appointment.started_on,
        actor=actor,
        at=at,
    )


def refuse_taken(appointment: Appointment) -> None:
    """Refuse a post that somebody holds on one of its days.

    :raises PostTaken: with the other's name and days.
    """
    other = holders_during(
        appointment.organization_id, appointment.kind, appointment.started_on, appointment.ended_on
    ).exclude(pk=appointment.pk).first()  # fmt: skip
    if other is None:
        return
    days = days_in_words(other.started_on, other.ended_on)
    raise PostTaken(
        f"“{appointment.organization}”的{AppointmentKind(appointment.kind).label}在这段时间由{other.secretary}担任"
        f"（{other.post}，{days}），同一时间只能有一位，所以没有保存。请先登记{other.secretary}的免职日期；免职当天即可接任。"
    )


def _store(appointment: Appointment) -> None:
    """Save an appointment that breaks no rule; the database has the last word when two come at once."""
    _check_period(appointment)
    _check_not_twice(appointment)
    refuse_taken(appointment)
    try:
        with transaction.atomic():
            appointment.save()
    except IntegrityError as error:
        if ONE_HOLDER not in str(error):
            raise
        refuse_taken(appointment)
        raise PostTaken(
            f"“{appointment.organization}”的这一职务刚刚由别人登记，所以没有保存。请刷新页面核对后再登记。"
        ) from error


def _close(appointment: Appointment, on: date, reason: EndReason | None, note: str) -> None:
    appointment.ended_on = on
    appointment.end_reason = reason.value if reason else appointment.end_reason
    appointment.end_note = note or appointment.end_note


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


def _locked_appointment(appointment_id: int, also: tuple[int, ...] = ()) -> Appointment:
    """Lock the person, the appointment and its organization (``also``: others), in this order."""
    secretary_id, organization_id = Appointment.objects.values_list("secretary_id", "organization_id").get(
        pk=appointment_id
    )
    Secretary.objects.select_for_update().get(pk=secretary_id)
    rows = Appointment.objects.select_for_update(of=("self",)).select_related("secretary", "organization")
    appointment = rows.get(pk=appointment_id)
    held = Organization.objects.select_for_update().filter(pk__in={organization_id, *also}).order_by("pk")
    list(held.values_list("pk"))
    return appointment


def _described(appointment: Appointment) -> dict[str, str]:
    """Return what the log holds of an appointment, in plain text."""
    values = {name: getattr(appointment, name) for name in LOGGED}
    return {
        name: value.isoformat() if isinstance(value, date) else value or "" for name, value in values.items()
    }


def _log(
    appointment: Appointment, what: str, before: dict[str, str], actor: Actor | None, at: datetime
) -> None:
    after = _described(appointment)
    details: dict[str, object] = {"organization": appointment.organization.name}
    if before:
        details |= {name: [before[name], after[name]] for name in LOGGED if before[name] != after[name]}
    else:
        details |= {name: value for name, value in after.items() if value}
    record_action(f"secretaries.{what}", appointment.secretary, actor=actor, at=at, details=details)


def _announce_left(appointment: Appointment, actor: Actor | None, at: datetime) -> None:
    left_office.send(
        Appointment, secretary_id=appointment.secretary_id, on=appointment.ended_on, actor=actor, at=at
    )
