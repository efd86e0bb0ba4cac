"""Merging organizations into one and splitting one into several."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from apps.audit.services import record_action
from apps.common.domain.actors import Actor
from apps.organizations.domain.history import ChangeKind
from apps.organizations.domain.tree import NewOrganization, is_within
from apps.organizations.errors import HasSubordinates, WrongMerger
from apps.organizations.models import Organization
from apps.organizations.selectors import organizations_visible_to
from apps.organizations.services.closing import close, send_ended
from apps.organizations.services.moving import check_existing, check_exists_since, move_all
from apps.organizations.services.recording import Act, Chronicle, act_of
from apps.organizations.services.tree import living_superior, lock_tree, locked, locked_all, new_organization


@transaction.atomic
def merge_organizations(
    absorbed_ids: Sequence[int],
    *,
    into: int | NewOrganization,
    on: date,
    reason: str,
    end_appointments: bool = False,
    actor: Actor | None,
    at: datetime,
) -> Organization:
    """Merge organizations into an existing one (its id) or a new one. They exist no more from ``on``; their subordinates move.

    Appointments stay open, for staff to deal with, unless ``end_appointments`` says that they end on the same day.

    :raises WrongMerger: too few, named twice, the goal is one of them or below one of them.
    :raises OrganizationGone: one of them is abolished already.
    :raises WrongDates: the day lies ahead or contradicts a later change.
    """
    act = act_of(on, reason, actor, at)
    lock_tree()
    absorbed = _absorbed(absorbed_ids, is_into_new=isinstance(into, NewOrganization))
    moved = _subordinates_of(absorbed)
    chronicle = Chronicle([*absorbed, *moved], act)
    goal = _goal(into, absorbed, chronicle)
    move_all(moved, goal, chronicle)
    close(absorbed, ChangeKind.MERGED, chronicle, moved=moved, counterparts=[goal.pk])
    if not isinstance(into, NewOrganization):
        _note_counterparts(goal, ChangeKind.MERGED, absorbed, chronicle)
    chronicle.save()
    send_ended(absorbed, chronicle, end_appointments=end_appointments)
    details = _details(act, moved) | {
        "absorbed": [f"{one.code} {one.name}" for one in absorbed],
        "into": f"{goal.code} {goal.name}",
        "end_appointments": end_appointments,
    }
    record_action("organizations.merged", goal, actor=actor, at=at, details=details)
    return goal


@transaction.atomic
def split_organization(
    organization_id: int,
    *,
    parts: Sequence[NewOrganization],
    is_closed: bool,
    on: date,
    reason: str,
    version: int | None,
    end_appointments: bool = False,
    actor: Actor | None,
    at: datetime,
) -> list[Organization]:
    """Let an organization give rise to new ones beside it, which take the subordinates each of them names.

    Subordinates that nobody names stay; those further down go with the one they stand under. With ``is_closed`` the
    organization exists no more from ``on``.

    :raises WrongMerger: no part, a subordinate named twice or named that is none, or it is the root of the tree.
    :raises HasSubordinates: it is closed and subordinates are left.
    :raises OrganizationGone: it is abolished already.
    :raises WrongDates: the day lies ahead or contradicts a later change.
    """
    act = act_of(on, reason, actor, at)
    lock_tree()
    organization = locked(organization_id, version)
    check_existing(organization)
    if not parts or organization.superior_id is None:
        raise WrongMerger("根组织不能分设；分设至少要填一个新组织。没有改动。")
    _check_named_once(parts)
    subordinates = _subordinates_of([organization])
    named = {pk for part in parts for pk in part.subordinate_ids}
    _check_direct(organization, named - {one.pk for one in subordinates}, actor)
    moved = [one for one in subordinates if one.pk in named]
    if is_closed and len(moved) < len(subordinates):
        n_left = len(subordinates) - len(moved)
        raise HasSubordinates(
            f"“{organization}”分设后撤销，但还有 {n_left} 个下级没有去向。请为每个下级选择去向，没有改动。"
        )
    chronicle = Chronicle([organization, *moved], act)
    chronicle.check(organization, {"superior", "exists"}, "分设")
    made = [_new(one, organization.superior_id, [organization], chronicle) for one in parts]
    chronicle.save()
    for data, part in zip(parts, made, strict=True):
        move_all([one for one in moved if one.pk in data.subordinate_ids], part, chronicle)
    if is_closed:
        close([organization], ChangeKind.SPLIT, chronicle, moved=moved, counterparts=[one.pk for one in made])
    else:
        _note_counterparts(organization, ChangeKind.SPLIT, made, chronicle)
    chronicle.save()
    if is_closed:
        send_ended([organization], chronicle, end_appointments=end_appointments)
    details = _details(act, moved) | {
        "parts": [f"{one.code} {one.name}" for one in made],
        "is_closed": is_closed,
        "end_appointments": end_appointments and is_closed,
    }
    record_action("organizations.split", organization, actor=actor, at=at, details=details)
    return made


def _check_named_once(parts: Sequence[NewOrganization]) -> None:
    named = [pk for part in parts for pk in part.subordinate_ids]
    if len(set(named)) != len(named):
        raise WrongMerger("同一个下级划给了两个新组织。请各选一个去向，没有改动。")


def _check_direct(organization: Organization, others: set[int], actor: Actor | None) -> None:
    """Refuse what was named but is no living subordinate right below; names out of sight stay untold."""
    if not others:
        return
    rows = Organization.objects.all() if actor is None else organizations_visible_to(actor)
    names = dict(rows.filter(pk__in=others).values_list("pk", "name"))
    told = "、".join(f"“{names[pk]}”" if pk in names else f"编号 {pk}" for pk in sorted(others)[:5])
    rest = f"等 {len(others)} 个" if len(others) > 5 else ""  # noqa: PLR2004 -- as above
    raise WrongMerger(
        f"{told}{rest}现在不是“{organization}”的直接下级，不能划给新组织。没有改动；"
        "再下一级的组织随它的上级一起划走，刚被调走或撤销的请重新打开本页再选。"
    )


def _absorbed(ids: Sequence[int], *, is_into_new: bool) -> list[Organization]:
    if len(set(ids)) != len(ids):
        raise WrongMerger("同一个组织选了两次。请去掉重复的，没有改动。")
    if len(ids) < (2 if is_into_new else 1):
        raise WrongMerger("合并成新组织至少要选两个组织。没有改动。")
    absorbed = locked_all(ids)
    for one in absorbed:
        check_existing(one)
    return absorbed


def _subordinates_of(organizations: Sequence[Organization]) -> list[Organization]:
    """Return the living subordinates, locked, without those that are themselves among the organizations."""
    rows = Organization.objects.filter(superior__in=organizations, abolished_on__isnull=True)
    ids = list(rows.exclude(pk__in=[one.pk for one in organizations]).values_list("pk", flat=True))
    return locked_all(ids) if ids else []


def _goal(
    into: int | NewOrganization, absorbed: Sequence[Organization], chronicle: Chronicle
) -> Organization:
    """Return the organization they merge into, made now if it is a new one."""
    if isinstance(into, NewOrganization):
        _check_outside(living_superior(into.superior_id), absorbed)
        made = _new(into, into.superior_id, absorbed, chronicle)
        chronicle.save()
        return made
    goal = locked(into, None)
    check_existing(goal)
    _check_outside(goal, absorbed)
    chronicle.include([goal])
    check_exists_since(goal, chronicle.act)
    return goal


def _check_outside(goal: Organization | None, absorbed: Sequence[Organization]) -> None:
    for one in absorbed:
        if goal is not None and is_within(goal.path, [one.path]):
            raise WrongMerger(
                f"“{goal}”就是“{one}”或在它之下，它撤销后不能再承接。没有改动；请先把“{goal}”调出来，或另选承接的组织。"
            )


def _new(
    data: NewOrganization,
    superior_id: int | None,
    counterparts: Sequence[Organization],
    chronicle: Chronicle,
) -> Organization:
    superior = living_superior(superior_id)
    if superior is not None:
        check_exists_since(superior, chronicle.act)
    made = new_organization(
        superior, code=data.code, name=data.name, kind=data.kind, field=data.field, founded_on=chronicle.act.on
    )  # fmt: skip
    chronicle.note_founding(made, [one.pk for one in counterparts])
    return made


def _note_counterparts(
    organization: Organization, kind: ChangeKind, others: Sequence[Organization], chronicle: Chronicle
) -> None:
    """Note on the organization that lives on with whom it was merged or what it gave rise to."""
    counterparts = [one.pk for one in others]
    chronicle.note(organization, kind, {}, on=chronicle.act.on, counterparts=counterparts)


def _details(act: Act, moved: Sequence[Organization]) -> dict[str, object]:
    return {"on": act.on.isoformat(), "reason": act.reason, "n_moved": len(moved)}
