"""Moving organizations below another superior."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import transaction

from apps.audit.services import record_action
from apps.common.domain.actors import Actor
from apps.organizations.domain.history import ChangeKind, Period, State, exists_since
from apps.organizations.domain.tree import is_within
from apps.organizations.errors import CycleInTree, OrganizationGone, WrongDates
from apps.organizations.models import Organization, OrganizationPeriod
from apps.organizations.services.recording import Act, Chronicle, act_of, ever_above
from apps.organizations.services.tree import living_superior, lock_tree, locked, put_below


@transaction.atomic
def move_organization(
    organization_id: int,
    *,
    superior_id: int,
    version: int | None,
    actor: Actor | None,
    at: datetime,
    on: date | None = None,
    reason: str = "",
) -> Organization:
    """Put an organization with its whole subtree below another superior since ``on`` (``None``: the day it is recorded).

    Moving it where it is changes nothing.

    :raises CycleInTree: the new superior lies below it, or did on a day since ``on``.
    :raises SuperiorAbolished: the new superior is abolished.
    :raises OrganizationGone: it is itself abolished.
    :raises WrongDates: the day lies ahead, before a later move, or before the new superior existed.
    """
    act = act_of(on, reason, actor, at)
    lock_tree()
    organization = locked(organization_id, version)
    superior = living_superior(superior_id)
    if superior is None or organization.superior_id == superior.pk:
        return organization
    before = organization.superior
    chronicle = Chronicle([organization], act)
    move_all([organization], superior, chronicle)
    chronicle.save()
    details = {
        "superior": [before.name if before else None, superior.name],
        "on": act.on.isoformat(),
        "reason": reason,
    }
    record_action("organizations.moved", organization, actor=actor, at=at, details=details)
    return organization


def move_all(organizations: Sequence[Organization], superior: Organization, chronicle: Chronicle) -> None:
    """Put locked organizations below a superior on the day of the act and note it; the caller saves the chronicle."""
    act = chronicle.act
    for one in organizations:
        check_existing(one)
        if is_within(superior.path, [one.path]):
            raise CycleInTree(
                f"“{superior}”在“{one}”之下（或就是它自己），不能作它的上级。没有改动，请另选上级。"
            )
        chronicle.check(one, {"superior", "exists"}, "调整")
    check_exists_since(superior, act)
    check_never_below(superior, organizations, act)
    for one in organizations:
        was = one.superior_id
        put_below(one, superior)
        chronicle.note(one, ChangeKind.MOVED, {"superior": superior.pk}, on=act.on, before={"superior": was})


def check_existing(organization: Organization) -> None:
    """Refuse an abolished organization."""
    if organization.abolished_on is not None:
        raise OrganizationGone(
            f"“{organization}”已于 {organization.abolished_on} 撤销，没有改动。请刷新页面。"
        )


def check_exists_since(superior: Organization, act: Act) -> None:
    """Refuse a superior that did not exist all the time since the day of the act."""
    rows = OrganizationPeriod.objects.filter(organization=superior)
    periods = [
        Period(row.begins_on, row.ends_on, State(row.code, row.name, row.kind, row.field, row.superior_id))
        for row in rows
    ]
    since = exists_since(periods)
    if since is not None and since > act.on:
        raise WrongDates(
            f"“{superior}”{since} 才成立或恢复，{act.on} 时还不能作上级，没有改动。请核对生效日期或另选上级。"
        )


def check_never_below(superior: Organization, organizations: Iterable[Organization], act: Act) -> None:
    """Refuse if on some day since the act the superior stood below one of them: the tree of that day would be a circle."""
    above = ever_above(superior.pk, act.on)
    for one in organizations:
        if one.pk in above:
            raise CycleInTree(
                f"从 {act.on} 到现在，“{superior}”曾在“{one}”之下，按这个日期调整会互为上下级。没有改动，请把生效日期改到它调出之后。"
            )
