"""Writes of the fields (领域): they are added, renamed, put in order, retired and brought back, never removed.

The name of a field stands in the papers of every cycle that compared people in it. So a name is fixed as soon as an opened
cycle uses it: numbers and names of past years do not change. A district that wants another name adds a field, gives it to
its organizations and retires the old one.
"""

import re
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from apps.audit.services import record_action
from apps.common.domain.actors import Actor
from apps.common.domain.sort_keys import pinyin_syllables
from apps.common.domain.text import normalized
from apps.organizations.errors import FieldInUse, FieldNameTaken, LastField, UnknownField
from apps.organizations.kit.field_uses import uses_of
from apps.organizations.models import OrganizationField, kept_fields

KEY_LENGTH = 20


def hold_field_names() -> None:
    """Let nobody change a field until this transaction ends. Who opens a cycle fixes the names it uses."""
    _locked()


@transaction.atomic
def add_field(label: str, *, actor: Actor | None, at: datetime) -> OrganizationField:
    """Add a field at the end. Its key is made of its pinyin and never changes.

    :raises FieldNameTaken: another field has this name.
    """
    rows = _locked()
    label = normalized(label).strip()
    _check_free(label, rows)
    field = OrganizationField.objects.create(
        key=_new_key(label, {one.key for one in rows}),
        label=label,
        order_no=max((one.order_no for one in rows), default=0) + 1,
    )
    _record("organizations.field_added", field, actor, at, key=field.key, name=label)
    return field


@transaction.atomic
def rename_field(key: str, *, label: str, actor: Actor | None, at: datetime) -> OrganizationField:
    """Give a field another name. The same name changes nothing.

    :raises FieldInUse: an opened cycle uses it; its papers would change.
    :raises FieldNameTaken: another field has this name.
    """
    rows = _locked()
    field = _one(key, rows)
    label, before = normalized(label).strip(), field.label
    if label == before:
        return field
    _refuse_used(field)
    _check_free(label, rows)
    field.label = label
    field.save(update_fields=["label"])
    _record("organizations.field_renamed", field, actor, at, name=[before, label])
    return field


@transaction.atomic
def move_field(key: str, *, by: int, actor: Actor | None, at: datetime) -> OrganizationField:
    """Move a field by so many places, up where ``by`` is below nought; beyond the ends it stays at the end."""
    rows = sorted(_locked(), key=lambda one: (one.order_no, one.key))
    field = _one(key, rows)
    place = rows.index(field)
    target = min(max(place + by, 0), len(rows) - 1)
    if target == place:
        return field
    rows.insert(target, rows.pop(place))
    for number, one in enumerate(rows, start=1):
        one.order_no = number
    OrganizationField.objects.bulk_update(rows, ["order_no"])
    _record("organizations.field_moved", field, actor, at, order_no=[place + 1, target + 1])
    return field


@transaction.atomic
def retire_field(key: str, *, actor: Actor | None, at: datetime) -> OrganizationField:
    """Offer a field no more. Organizations that have it keep it. Retiring twice changes nothing.

    :raises LastField: it is the only one still offered.
    """
    rows = _locked()
    field = _one(key, rows)
    if field.retired_on is not None:
        return field
    if all(one.retired_on is not None for one in rows if one is not field):
        raise LastField(
            f"“{field}”是唯一还在用的领域，停用后就没有领域可选，所以没有停用。请先新增一个领域。"
        )
    field.retired_on = timezone.localdate(at)
    field.save(update_fields=["retired_on"])
    _record("organizations.field_retired", field, actor, at)
    return field


@transaction.atomic
def reinstate_field(key: str, *, actor: Actor | None, at: datetime) -> OrganizationField:
    """Offer a retired field again. Doing it twice changes nothing."""
    field = _one(key, _locked())
    if field.retired_on is None:
        return field
    field.retired_on = None
    field.save(update_fields=["retired_on"])
    _record("organizations.field_reinstated", field, actor, at)
    return field


def _locked() -> list[OrganizationField]:
    """Return all fields, locked against each other's changes; organizations may refer to them meanwhile."""
    return list(OrganizationField.objects.select_for_update(no_key=True).order_by("key"))


def _one(key: str, rows: list[OrganizationField]) -> OrganizationField:
    for one in rows:
        if one.key == key:
            return one
    raise UnknownField(f"没有代码为“{key}”的领域，没有改动。请回到领域列表重新选择。")


def _check_free(label: str, rows: list[OrganizationField]) -> None:
    taken = next((one for one in rows if one.label == label), None)
    if taken is not None:
        hint = "它已停用，可以在列表里恢复使用。" if taken.retired_on else "请换一个名称。"
        raise FieldNameTaken(f"已经有名称为“{label}”的领域，没有保存。{hint}")


def _refuse_used(field: OrganizationField) -> None:
    used = "、".join(f"{n}个{what}" for what, n in uses_of(field.key).items())
    if used:
        raise FieldInUse(
            f"“{field}”已用于{used}，改名会改动历年文书里的名称，所以没有改名。"
            f"请新增一个领域，把党组织改到新领域，再停用“{field}”。"
        )


def _new_key(label: str, taken: set[str]) -> str:
    """Return a key made of the pinyin, numbered if it is taken."""
    letters = re.sub(r"[^a-z0-9]+", "-", "-".join(pinyin_syllables(label)).lower()).strip("-")
    stem = letters[: KEY_LENGTH - 4].strip("-") or "field"
    keys = (stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3)))
    return next(key for key in keys if key not in taken)


def _record(
    action: str, field: OrganizationField, actor: Actor | None, at: datetime, **details: object
) -> None:
    kept_fields.forget()
    transaction.on_commit(kept_fields.forget)  # a read in between may have kept what stood there before
    record_action(action, field, actor=actor, at=at, details=details)
