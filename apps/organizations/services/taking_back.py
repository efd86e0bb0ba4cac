"""Taking back a merger, a split or an abolition that was recorded by mistake: as if it had never been.

History is only added to, so every change of the act gets an opposite one on the same day, with the reason of the correction.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from apps.audit.services import record_action
from apps.common.domain.actors import Actor
from apps.organizations.domain.history import ChangeKind
from apps.organizations.domain.tree import is_within
from apps.organizations.errors import CannotTakeBack
from apps.organizations.kit.open_work import open_work_of
from apps.organizations.models import Organization, OrganizationChange, OrganizationPeriod
from apps.organizations.policies import can_place_organization
from apps.organizations.selectors.last_acts import LASTS, changes_of_act, last_change_to_take_back
from apps.organizations.services.recording import Chronicle, act_of
from apps.organizations.services.tree import living_superior, lock_tree, locked, locked_all, put_below, save
from apps.organizations.signals import organizations_restored

CODE_LENGTH = 40


@transaction.atomic
def take_back_last_act(organization_id: int, *, reason: str, actor: Actor, at: datetime) -> Organization:
    """Take back the merger, split or abolition recorded last for an organization.

    What it ended exists on, what it moved goes back, what it founded never existed and gives its code free; posts it ended
    are held on.

    :raises CannotTakeBack: there is no such act within 30 days, it touched others' organizations, or something rests on it.
    :raises SuperiorAbolished: an organization would come back below one that is no more.
    """
    lock_tree()
    last = last_change_to_take_back(locked(organization_id, None), at)
    if last is None:
        raise CannotTakeBack(
            f"{LASTS.days} 天内最近的一条沿革不是合并、分设或撤销，没有可以撤回的登记。没有改动；其他变化请用恢复、调整隶属、更正逐项办理。"
        )
    rows = changes_of_act(last)
    organizations = {one.pk: one for one in locked_all({row.organization_id for row in rows})}
    _check_own(rows, organizations, actor)
    _check_nothing_since(rows)
    founded = [organizations[row.organization_id] for row in rows if _is_founding(row)]
    _check_unused(founded, organizations, actor)
    chronicle = Chronicle(organizations.values(), act_of(last.on, reason, actor, at))
    revived = _revive(rows, organizations)
    _move_back(rows, organizations)
    for one in founded:
        _give_up(one)
    _note(rows, organizations, chronicle)
    organizations_restored.send(
        Organization, organization_ids=revived, on=chronicle.act.on, actor=actor, at=at
    )
    organization = organizations[organization_id]
    details = {
        "act": ChangeKind(last.kind).label,
        "on": chronicle.act.on.isoformat(),
        "reason": reason,
        "organizations": [f"{one.code} {one.name}" for one in organizations.values()][:50],
    }
    record_action("organizations.taken_back", organization, actor=actor, at=at, details=details)
    return organization


def _check_own(
    rows: Sequence[OrganizationChange], organizations: dict[int, Organization], actor: Actor
) -> None:
    """Refuse what another department's organizations took part in."""
    for row in rows:
        if row.after.get("exists") is not None and not can_place_organization(
            actor, organizations[row.organization_id]
        ):
            raise CannotTakeBack(
                f"“{organizations[row.organization_id]}”的上级不在您的范围内，您不能撤回这次登记。没有改动，请由上级组织部门办理。"
            )


def _check_nothing_since(rows: Sequence[OrganizationChange]) -> None:
    since = OrganizationChange.objects.filter(
        organization__in=[row.organization_id for row in rows], pk__gt=rows[0].pk
    )
    later = (
        since.exclude(pk__in=[row.pk for row in rows]).select_related("organization").order_by("pk").last()
    )
    if later is not None:
        raise CannotTakeBack(
            f"“{later.organization}”在这以后又有“{ChangeKind(later.kind).label}”的登记，不能整体撤回。没有改动；请用恢复、调整隶属逐项办理。"
        )


def _check_unused(
    founded: Sequence[Organization], organizations: dict[int, Organization], actor: Actor
) -> None:
    """Refuse if somebody has come to stand below, or to hold a post at, an organization that would never have existed."""
    below = OrganizationPeriod.objects.filter(superior__in=founded).exclude(organization__in=organizations)
    newcomer = below.select_related("superior").first()
    if newcomer is not None:
        raise CannotTakeBack(
            f"“{newcomer.superior}”之下后来又有了“{newcomer.name}”，不能撤回。没有改动；请先把它调整到别处或撤回它的登记。"
        )
    if founded and (work := open_work_of([one.pk for one in founded], actor)):
        raise CannotTakeBack(f"新组织里已经登记：{work[0].text}。没有改动；请先撤销或调出，再撤回。")


def _revive(rows: Sequence[OrganizationChange], organizations: dict[int, Organization]) -> list[int]:
    """Let what ended exist on, superiors first; returns the ids."""
    ended = [organizations[row.organization_id] for row in rows if row.after.get("exists") is False]
    for one in sorted(ended, key=lambda one: one.depth):
        living_superior(one.superior_id, may_be_root=True)
        one.abolished_on = None
        save(one, "abolished_on")
    return [one.pk for one in ended]


def _move_back(rows: Sequence[OrganizationChange], organizations: dict[int, Organization]) -> None:
    for row in rows:
        if row.kind != ChangeKind.MOVED.value:
            continue
        one, superior = organizations[row.organization_id], living_superior(row.before["superior"])
        one.refresh_from_db(fields=["path", "depth"])
        if superior is None or is_within(superior.path, [one.path]):
            raise CannotTakeBack(f"“{one}”原来的上级现在在它之下，不能撤回。没有改动；请先用调整隶属理顺。")
        put_below(one, superior)


def _give_up(organization: Organization) -> None:
    """End a new organization on the day it was founded: it never existed. Its code is free for another."""
    organization.abolished_on = organization.founded_on
    mark = f"-撤回{organization.pk}"
    organization.code = organization.code[: CODE_LENGTH - len(mark)] + mark
    save(organization, "abolished_on", "code")


def _note(
    rows: Sequence[OrganizationChange], organizations: dict[int, Organization], chronicle: Chronicle
) -> None:
    for row in rows:
        one = organizations[row.organization_id]
        before, after = row.after, row.before
        if _is_founding(row):
            before = {"exists": True, "code": row.after["code"]}
            after = {"exists": False, "code": one.code}
        chronicle.note(
            one, ChangeKind.TAKEN_BACK, after, on=row.on, before=before, counterparts=row.counterparts
        )
    chronicle.save()


def _is_founding(row: OrganizationChange) -> bool:
    return row.kind == str(ChangeKind.FOUNDED.value)
