"""Abolishing an organization and taking it up again."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import transaction

from apps.audit.services import record_action
from apps.common.domain.actors import Actor
from apps.organizations.domain.history import EVERYTHING, ChangeKind
from apps.organizations.errors import HasSubordinates, WrongDates
from apps.organizations.models import Organization, OrganizationPeriod
from apps.organizations.services.moving import check_exists_since, check_never_below
from apps.organizations.services.recording import Chronicle, act_of
from apps.organizations.services.tree import check_dates, living_superior, lock_tree, locked, save
from apps.organizations.signals import organizations_ended


@transaction.atomic
def abolish_organization(
    organization_id: int,
    *,
    on: date,
    version: int | None,
    actor: Actor | None,
    at: datetime,
    reason: str = "",
    end_appointments: bool = False,
) -> Organization:
    """Close an organization: it exists no more from ``on``. It stays in the tree with its history. Twice changes nothing.

    Appointments stay open, for staff to deal with, unless ``end_appointments`` says that they end on the same day.

    :raises HasSubordinates: living subordinates are left.
    :raises WrongDates: the day lies ahead, or before its founding or another change of it or its subordinates.
    """
    act = act_of(on, reason, actor, at)
    lock_tree()
    organization = locked(organization_id, version)
    if organization.abolished_on is not None:
        return organization
    n_left = Organization.objects.filter(superior=organization, abolished_on__isnull=True).count()
    if n_left:
        raise HasSubordinates(
            f"“{organization}”还有 {n_left} 个下级党组织没有撤销。请先把它们调整到别的上级或撤销，再撤销本组织。"
        )
    chronicle = Chronicle([organization], act)
    close([organization], ChangeKind.ABOLISHED, chronicle)
    chronicle.save()
    send_ended([organization], chronicle, end_appointments=end_appointments)
    details = {"on": on.isoformat(), "reason": reason, "end_appointments": end_appointments}
    record_action("organizations.abolished", organization, actor=actor, at=at, details=details)
    return organization


@transaction.atomic
def reinstate_organization(
    organization_id: int, *, actor: Actor | None, at: datetime, on: date | None = None, reason: str = ""
) -> Organization:
    """Let an organization exist again since ``on``; without a day the abolition was a mistake and never counted.

    What was merged or moved away comes back by moving it. A living organization stays as it is.

    :raises SuperiorAbolished: its superior is abolished.
    :raises WrongDates: the day lies ahead or before the abolition, or its superior did not exist then.
    """
    lock_tree()
    organization = locked(organization_id, None)
    if organization.abolished_on is None:
        return organization
    was = organization.abolished_on
    act = act_of(on or was, reason, actor, at)
    chronicle = Chronicle([organization], act)
    chronicle.check(organization, EVERYTHING, "恢复")
    superior = living_superior(organization.superior_id, may_be_root=True)
    if superior is not None:
        check_exists_since(superior, act)
        check_never_below(superior, [organization], act)
    organization.abolished_on = None
    save(organization, "abolished_on")
    chronicle.note(organization, ChangeKind.REINSTATED, {"exists": True}, on=act.on, before={"exists": False})
    chronicle.save()
    details = {"abolished_on": [was.isoformat(), None], "on": act.on.isoformat(), "reason": reason}
    record_action("organizations.reinstated", organization, actor=actor, at=at, details=details)
    return organization


def close(
    organizations: Sequence[Organization],
    kind: ChangeKind,
    chronicle: Chronicle,
    *,
    moved: Iterable[Organization] = (),
    counterparts: Sequence[int] = (),
) -> None:
    """Let locked organizations exist no more from the day of the act. ``moved`` leave them by the same act."""
    act = chronicle.act
    _check_nobody_below(organizations, moved, act.on)
    for one in organizations:
        chronicle.check(one, EVERYTHING, kind.label)
        one.abolished_on = act.on
        check_dates(one)
        save(one, "abolished_on")
        chronicle.note(
            one, kind, {"exists": False}, on=act.on, before={"exists": True}, counterparts=counterparts
        )


def send_ended(
    organizations: Sequence[Organization], chronicle: Chronicle, *, end_appointments: bool
) -> None:
    """Tell the higher apps which organizations are no more."""
    act = chronicle.act
    organizations_ended.send(
        Organization, organization_ids=[one.pk for one in organizations], on=act.on, end_appointments=end_appointments,
        actor=act.actor, at=act.at,
    )  # fmt: skip


def _check_nobody_below(
    organizations: Sequence[Organization], moved: Iterable[Organization], on: date
) -> None:
    """Refuse if somebody stood below one of them later than its last day."""
    late = (
        OrganizationPeriod.objects.filter(superior__in=organizations, ends_on__gt=on)
        .exclude(organization__in=moved)
        .select_related("superior")
        .order_by("ends_on")
        .last()
    )
    if late is not None:
        raise WrongDates(
            f"“{late.name}”到 {late.ends_on} 为止还是“{late.superior}”的下级，生效日期 {on} 与它矛盾，没有改动。请核对日期，不能早于 {late.ends_on}。"
        )
