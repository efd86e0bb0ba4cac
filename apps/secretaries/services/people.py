"""Writes of people."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from apps.audit.services import record_action
from apps.common.domain.actors import Actor
from apps.common.domain.sort_keys import pinyin_initials, pinyin_key, stroke_key
from apps.common.services import check_version, touch_version
from apps.secretaries.domain.phones import is_mobile, mask_phone
from apps.secretaries.errors import WrongPhone
from apps.secretaries.models import Secretary
from apps.secretaries.services.appointments import Post, announce_taken, begin_appointment

MOST_IDS_LOGGED = 1_000
EDITED = ("name", "gender", "born_on", "phone")
KEYS = ("pinyin_key", "stroke_key", "initials_key")
PERSON_FIELDS = (*EDITED, *KEYS, "version")


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
    :raises PostTaken: somebody else holds the post on one of these days.
    """
    secretary = Secretary(name=name, gender=gender, born_on=born_on, phone=_checked_phone(phone))
    set_keys(secretary)
    secretary.save(force_insert=True)
    details: dict[str, Any] = {}
    if organization_id is not None and started_on is not None:
        appointment = begin_appointment(secretary, Post(organization_id, post, started_on))
        details = {
            "organization": appointment.organization.name,
            "post": post,
            "kind": appointment.kind,
            "started_on": started_on.isoformat(),
        }
        announce_taken(appointment, actor=actor, at=at)
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
    set_keys(secretary)
    touch_version(secretary)
    secretary.save(update_fields=PERSON_FIELDS)
    details = {name: [_plain(name, before[name]), _plain(name, getattr(secretary, name))] for name in changed}
    record_action("secretaries.edited", secretary, actor=actor, at=at, details=details)
    return secretary


@transaction.atomic
def reveal_phone(secretary_id: int, *, actor: Actor, at: datetime) -> str:
    """Return the full number; that it was looked at is logged."""
    secretary = Secretary.objects.get(pk=secretary_id)
    record_action("secretaries.phone_revealed", secretary, actor=actor, at=at)
    return secretary.phone


@transaction.atomic
def note_phone_export(secretary_ids: Sequence[int], *, reason: str, actor: Actor, at: datetime) -> None:
    """Log that full numbers leave the system: whose, how many, and what for."""
    details = {"reason": reason, "n": len(secretary_ids), "ids": list(secretary_ids)[:MOST_IDS_LOGGED]}
    record_action("secretaries.phones_exported", None, actor=actor, at=at, details=details)


def _checked_phone(phone: str) -> str:
    if phone and not is_mobile(phone):
        raise WrongPhone("手机号应是 11 位数字，以 1 开头。请核对，或先留空。")
    return phone


def _locked(secretary_id: int) -> Secretary:
    return Secretary.objects.select_for_update().get(pk=secretary_id)


def set_keys(secretary: Secretary) -> None:
    """Set what lists sort and find a name by."""
    secretary.pinyin_key, secretary.stroke_key, secretary.initials_key = keys_of(secretary.name)


def keys_of(name: str) -> tuple[str, str, str]:
    """Return the keys of a person's name in the order of ``KEYS``."""
    pinyin = pinyin_key(name, is_person=True)
    return pinyin, stroke_key(name, is_person=True), pinyin_initials(name, is_person=True, limit=60)


def _plain(name: str, value: Any) -> Any:
    """Return what the log may hold: a phone number only masked."""
    if name == "phone":
        return mask_phone(value)
    return value.isoformat() if isinstance(value, date) else value
