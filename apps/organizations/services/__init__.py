"""Writes of the organization tree. Whoever changes its shape holds the tree lock, so no path is ever computed from a stale one."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Max, Value
from django.db.models.functions import Concat, Length, Substr

from apps.audit.services import record_action
from apps.common.domain.actors import Actor
from apps.common.domain.sort_keys import pinyin_key, stroke_key
from apps.common.kit.copying import copy_new
from apps.common.services import check_version, touch_version
from apps.organizations.domain.tree import (
    PATH_LENGTH,
    OrganizationData,
    depth_of,
    is_within,
    path_below,
    paths_of,
)
from apps.organizations.errors import (
    CodeTaken,
    CycleInTree,
    HasSubordinates,
    SecondRoot,
    SuperiorAbolished,
    TreeTooDeep,
    WrongDates,
)
from apps.organizations.models import Organization

TREE_LOCK = 7_205_002
BATCH = 2_000
EDITED = ("code", "name", "kind", "field", "founded_on", "note")
ROSTER_FIELDS = (
    "name", "kind", "field", "superior", "path", "depth", "founded_on", "abolished_on", "note",
    "pinyin_key", "stroke_key", "version",
)  # fmt: skip


def lock_tree() -> None:
    """Let nobody else change the shape of the tree until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TREE_LOCK])


def hold_tree() -> None:
    """Let nobody else write organizations at all until this transaction ends; reading goes on."""
    lock_tree()
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE organizations_organization IN SHARE ROW EXCLUSIVE MODE")


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

    :raises CodeTaken: the code is in use.
    :raises SecondRoot: the tree has a root.
    :raises SuperiorAbolished: the superior no longer exists on ``at``.
    """
    lock_tree()
    superior = _living_superior(superior_id)
    _check_code_free(code)
    own_id = _new_ids(1)[0]
    organization = Organization(
        id=own_id, code=code, name=name, kind=kind, field=field, superior=superior, founded_on=founded_on, note=note
    )  # fmt: skip
    _place(organization, path_below(superior.path if superior else "", own_id))
    _set_keys(organization)
    organization.save(force_insert=True)
    details = {"code": code, "superior": superior.name if superior else None}
    record_action("organizations.created", organization, actor=actor, at=at, details=details)
    return organization


@transaction.atomic
def edit_organization(
    organization_id: int, *, changes: dict[str, Any], version: int | None, actor: Actor, at: datetime
) -> Organization:
    """Correct code, name, kind, field, founding day or note; the log keeps what stood there before.

    :raises StaleVersion: somebody else saved it since the form was opened.
    :raises CodeTaken: the new code is in use.
    :raises WrongDates: it would be founded after it was abolished.
    """
    organization = _locked(organization_id, version)
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
    if "code" in changed:
        _check_code_free(organization.code)
    _check_dates(organization)
    _set_keys(organization)
    _save(organization, *EDITED, "pinyin_key", "stroke_key")
    record_action("organizations.edited", organization, actor=actor, at=at, details=changed)
    return organization


@transaction.atomic
def move_organization(
    organization_id: int, *, superior_id: int, version: int | None, actor: Actor, at: datetime
) -> Organization:
    """Put an organization with its whole subtree below another superior. Moving it where it is changes nothing.

    :raises CycleInTree: the new superior lies below it.
    :raises SuperiorAbolished: the new superior is abolished.
    """
    lock_tree()
    organization = _locked(organization_id, version)
    superior = _living_superior(superior_id)
    if superior is None or organization.superior_id == superior.pk:
        return organization
    if is_within(superior.path, [organization.path]):
        raise CycleInTree(
            f"“{superior}”在“{organization}”之下（或就是它自己），不能作它的上级。没有改动，请另选上级。"
        )
    before = organization.superior
    _rewrite_subtree(organization.path, path_below(superior.path, organization.pk))
    organization.refresh_from_db(fields=["path", "depth"])
    organization.superior = superior
    _save(organization, "superior")
    details = {"from": before.name if before else None, "to": superior.name}
    record_action("organizations.moved", organization, actor=actor, at=at, details=details)
    return organization


@transaction.atomic
def abolish_organization(
    organization_id: int, *, on: date, version: int | None, actor: Actor, at: datetime
) -> Organization:
    """Close an organization on a day. It stays in the tree with its history. Abolishing twice changes nothing.

    :raises HasSubordinates: living subordinates are left.
    :raises WrongDates: the day lies before its founding.
    """
    lock_tree()
    organization = _locked(organization_id, version)
    if organization.abolished_on is not None:
        return organization
    n_left = Organization.objects.filter(superior=organization, abolished_on__isnull=True).count()
    if n_left:
        raise HasSubordinates(
            f"“{organization}”还有 {n_left} 个下级党组织没有撤销。请先把它们调整到别的上级或撤销，再撤销本组织。"
        )
    organization.abolished_on = on
    _check_dates(organization)
    _save(organization, "abolished_on")
    record_action("organizations.abolished", organization, actor=actor, at=at, details={"on": on.isoformat()})
    return organization


@transaction.atomic
def reinstate_organization(organization_id: int, *, actor: Actor, at: datetime) -> Organization:
    """Take back an abolition entered by mistake.

    :raises SuperiorAbolished: its superior is abolished.
    """
    lock_tree()
    organization = _locked(organization_id, None)
    if organization.abolished_on is None:
        return organization
    _living_superior(organization.superior_id, may_be_root=True)
    was = organization.abolished_on
    organization.abolished_on = None
    _save(organization, "abolished_on")
    record_action(
        "organizations.reinstated",
        organization,
        actor=actor,
        at=at,
        details={"abolished_on": was.isoformat()},
    )
    return organization


@transaction.atomic
def save_roster_organizations(rows: Sequence[OrganizationData]) -> dict[str, int]:
    """Add or change many organizations at once and return the id of every code of the tree.

    The rows were checked: superiors exist (in the tree or in ``rows``) and no way up is a circle. The caller, an import,
    writes the one entry of the log. Costs the same few statements for ten rows and for ten thousand.

    :raises TreeTooDeep: a path no longer fits.
    """
    lock_tree()
    stored = {
        r[0]: r[1:]
        for r in Organization.objects.order_by().values_list("code", "id", "superior_id", "path", "version")
    }
    ids = {code: row[0] for code, row in stored.items()}
    new_codes = [row.code for row in rows if row.code not in ids]
    ids.update(zip(new_codes, _new_ids(len(new_codes)), strict=True))
    superiors: dict[int, int | None] = {row[0]: row[1] for row in stored.values()}
    superiors.update((ids[r.code], ids[r.superior_code] if r.superior_code else None) for r in rows)
    paths = paths_of(superiors)
    versions = {code: row[3] for code, row in stored.items()}
    made = [_from_roster(row, ids, superiors, paths, versions.get(row.code, 0) + 1) for row in rows]
    copy_new([organization for organization in made if organization.code not in stored])
    _overwrite([organization for organization in made if organization.code in stored])
    written = {row.code for row in rows}
    _follow(
        (row[0], paths[row[0]])
        for code, row in stored.items()
        if code not in written and paths[row[0]] != row[2]
    )
    return ids


def _from_roster(
    row: OrganizationData,
    ids: dict[str, int],
    superiors: dict[int, int | None],
    paths: dict[int, str],
    version: int,
) -> Organization:
    own_id = ids[row.code]
    organization = Organization(
        id=own_id, code=row.code, name=row.name, kind=row.kind, field=row.field, superior_id=superiors[own_id],
        founded_on=row.founded_on, abolished_on=row.abolished_on, note=row.note, version=version,
    )  # fmt: skip
    _place(organization, paths[own_id])
    _set_keys(organization)
    return organization


def _overwrite(organizations: list[Organization]) -> None:
    Organization.objects.bulk_create(
        organizations,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=ROSTER_FIELDS,
    )


def _follow(moved: Iterable[tuple[int, str]]) -> None:
    """Write the new paths of organizations whose superior moved."""
    rows = [Organization(id=own_id, path=path, depth=depth_of(path)) for own_id, path in moved]
    for row in rows:
        _place(row, row.path)
    Organization.objects.bulk_update(rows, ["path", "depth"], batch_size=BATCH)


def _rewrite_subtree(old: str, new: str) -> None:
    longest = Organization.objects.filter(path__startswith=old).aggregate(n=Max(Length("path")))["n"]
    if longest - len(old) + len(new) > PATH_LENGTH:
        raise TreeTooDeep("层级太深，无法调整到那里。没有改动，请选择较高一级的上级。")
    Organization.objects.filter(path__startswith=old).update(
        path=Concat(Value(new), Substr("path", len(old) + 1)),
        depth=F("depth") + depth_of(new) - depth_of(old),
    )


def _place(organization: Organization, path: str) -> None:
    if len(path) > PATH_LENGTH:
        raise TreeTooDeep(f"“{organization}”的层级太深，无法保存。请核对上级编码。")
    organization.path = path
    organization.depth = depth_of(path)


def _locked(organization_id: int, version: int | None) -> Organization:
    organization = (
        Organization.objects.select_for_update(of=("self",))
        .select_related("superior")
        .get(pk=organization_id)
    )
    check_version(organization, version)
    return organization


def _living_superior(superior_id: int | None, *, may_be_root: bool = False) -> Organization | None:
    if superior_id is None:
        if not may_be_root and Organization.objects.filter(superior__isnull=True).exists():
            raise SecondRoot("花名册里已经有根组织，一棵树只有一个根。请为新组织选择上级党组织。")
        return None
    superior = Organization.objects.get(pk=superior_id)
    if superior.abolished_on is not None:
        raise SuperiorAbolished(
            f"“{superior}”已于 {superior.abolished_on} 撤销，不能作上级。请另选上级党组织。"
        )
    return superior


def _check_code_free(code: str) -> None:
    taken = Organization.objects.filter(code=code).first()
    if taken is not None:
        raise CodeTaken(f"编码“{code}”已被“{taken}”使用。请换一个编码，其他内容都还在。")


def _check_dates(organization: Organization) -> None:
    founded, abolished = organization.founded_on, organization.abolished_on
    if founded and abolished and abolished < founded:
        raise WrongDates(f"撤销日期 {abolished} 早于成立日期 {founded}。请核对后再保存。")


def _set_keys(organization: Organization) -> None:
    organization.pinyin_key = pinyin_key(organization.name)
    organization.stroke_key = stroke_key(organization.name)


def _save(organization: Organization, *fields: str) -> None:
    touch_version(organization)
    organization.save(update_fields=[*fields, "version"])


def _new_ids(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('organizations_organization', 'id')) FROM generate_series(1, %s)",
            [count],
        )
        return [row[0] for row in cursor.fetchall()]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
