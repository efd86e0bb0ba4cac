"""Founding, renaming and correcting one organization."""

from collections import defaultdict
from datetime import date, datetime
from typing import Any

from django.db import transaction

from apps.audit.services import record_action
from apps.common.domain.actors import Actor
from apps.organizations.domain.history import TRACKED, ChangeKind, day_of_value
from apps.organizations.errors import OrganizationGone, WrongDates
from apps.organizations.models import Organization
from apps.organizations.services.recording import Act, Chronicle, act_of
from apps.organizations.services.tree import (
    KEYS,
    check_code_free,
    check_dates,
    living_superior,
    lock_tree,
    locked,
    new_organization,
    save,
    set_keys,
)

EDITED = ("code", "name", "kind", "field", "founded_on", "note")


@transaction.atomic
def create_organization(
    *,
    code: str,
    name: str,
    kind: str,
    field: str,
    superior_id: int | None,
    founded_on: date | None = None,
    note: str = "",
    actor: Actor | None,
    at: datetime,
) -> Organization:
    """Add an organization below ``superior_id``; ``None`` makes the root of an empty tree.

    It counts as existing since ``founded_on``, without a day since ever.

    :raises CodeTaken: the code is in use.
    :raises SecondRoot: the tree has a root.
    :raises SuperiorAbolished: the superior no longer exists.
    :raises WrongDates: the founding lies in the future.
    """
    act = act_of(founded_on, "", actor, at)
    lock_tree()
    superior = living_superior(superior_id)
    organization = new_organization(
        superior, code=code, name=name, kind=kind, field=field, founded_on=founded_on, note=note
    )
    chronicle = Chronicle([], act)
    chronicle.note_founding(organization)
    chronicle.save()
    details = {
        "code": code,
        "superior": superior.name if superior else None,
        "founded_on": _plain(founded_on),
    }
    record_action("organizations.created", organization, actor=actor, at=at, details=details)
    return organization


@transaction.atomic
def edit_organization(
    organization_id: int,
    *,
    changes: dict[str, Any],
    version: int | None,
    actor: Actor | None,
    at: datetime,
    on: date | None = None,
    reason: str = "",
) -> Organization:
    """Change code, name, kind, field, founding day or note; the log keeps what stood there before.

    With ``on`` the new values hold since that day and the old ones until then. Without it a mistake is put right: the new value
    counts since the wrong one was entered. The founding day and the note have no history of their own.

    :raises StaleVersion: somebody else saved it since the form was opened.
    :raises CodeTaken: the new code is in use.
    :raises WrongDates: founded after it was abolished or changed, or the day contradicts a later change or lies ahead.
    :raises OrganizationGone: it was abolished, and ``on`` is given: nothing changes there any more, mistakes can be put right.
    """
    act = act_of(on, reason, actor, at)
    organization = locked(organization_id, version)
    chronicle = Chronicle([organization], act)
    before = {name: getattr(organization, name) for name in EDITED}
    for name in EDITED:
        setattr(organization, name, changes.get(name, before[name]))
    changed = {
        n: [_plain(before[n]), _plain(getattr(organization, n))]
        for n in EDITED
        if before[n] != getattr(organization, n)
    }
    if not changed:
        return organization
    _check_edit(organization, changed, chronicle, act, is_correction=on is None)
    set_keys(organization)
    save(organization, *EDITED, *KEYS)
    _note_edit(organization, changed, chronicle, on)
    chronicle.save()
    details = changed | ({"on": on.isoformat()} if on else {}) | ({"reason": reason} if reason else {})
    action = "organizations.renamed" if on and list(changed) == ["name"] else "organizations.edited"
    record_action(action, organization, actor=actor, at=at, details=details)
    return organization


def rename_organization(
    organization_id: int,
    *,
    name: str,
    on: date,
    reason: str,
    version: int | None,
    actor: Actor | None,
    at: datetime,
) -> Organization:
    """Give an organization another name since a day. The same name changes nothing; refusals as in ``edit_organization``."""
    return edit_organization(
        organization_id, changes={"name": name}, version=version, on=on, reason=reason, actor=actor, at=at
    )


def _check_edit(
    organization: Organization,
    changed: dict[str, Any],
    chronicle: Chronicle,
    act: Act,
    *,
    is_correction: bool,
) -> None:
    if "code" in changed:
        check_code_free(organization.code)
    check_dates(organization)
    if "founded_on" in changed:
        _check_founding(organization, chronicle, act)
    if is_correction:
        return
    if organization.abolished_on is not None:
        raise OrganizationGone(
            f"“{organization}”已于 {organization.abolished_on} 撤销，之后没有变化可登记。填错的内容可以用“更正”改。没有改动。"
        )
    chronicle.check(organization, {*changed, "exists"}, "变更")


def _check_founding(organization: Organization, chronicle: Chronicle, act: Act) -> None:
    """Refuse a founding day after another change or in the future."""
    founded = organization.founded_on
    if founded is None:
        return
    days = [
        one.on
        for one in chronicle.changes_of(organization)
        if one.kind != ChangeKind.FOUNDED.value and one.on
    ]
    if days and founded > min(days):
        raise WrongDates(f"成立日期 {founded} 晚于 {min(days)} 的变化记录。请核对后再保存，没有改动。")
    if founded > act_of(None, "", act.actor, act.at).on:
        raise WrongDates(f"成立日期 {founded} 还没有到。请核对后再保存，没有改动。")


def _note_edit(
    organization: Organization, changed: dict[str, Any], chronicle: Chronicle, on: date | None
) -> None:
    """Note one change per day on which new values begin to count; a new name since a day is a renaming."""
    known = chronicle.changes_of(organization)
    groups: dict[tuple[ChangeKind, date | None], list[str]] = defaultdict(list)
    for name in changed:
        if name in TRACKED:
            is_renaming = on is not None and name == "name"
            kind = ChangeKind.RENAMED if is_renaming else ChangeKind.CORRECTED
            groups[kind, on or day_of_value(known, name)].append(name)
    for (kind, day), names in groups.items():
        before, after = ({name: changed[name][side] for name in names} for side in (0, 1))
        chronicle.note(organization, kind, after, on=day, before=before)
    if "founded_on" in changed:
        was, now = changed["founded_on"]
        chronicle.note(
            organization, ChangeKind.CORRECTED, {"founded_on": now}, on=None, before={"founded_on": was}
        )


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
