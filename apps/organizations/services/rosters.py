"""Writing an imported roster: everything at once, in the same few statements for ten rows and for ten thousand."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from apps.common.domain.actors import Actor
from apps.common.kit.arrays import one_of_texts
from apps.common.kit.copying import copy_values, new_ids
from apps.organizations.domain.history import ChangeKind, in_order
from apps.organizations.domain.tree import OrganizationData, depth_of, paths_of, topmost
from apps.organizations.models import Organization
from apps.organizations.services.recording import Act, Chronicle, record_foundings, values_of
from apps.organizations.services.tree import KEYS, checked_path, keys_of, lock_tree, place, set_keys

BATCH = 2_000
TABLE = "organizations_organization"
REASON = "花名册导入"
ROSTER_FIELDS = (
    "name", "kind", "field", "superior", "path", "depth", "founded_on", "abolished_on", "note", *KEYS, "version",
)  # fmt: skip


ADDED = (
    "id", "code", "name", "kind", "field", "superior_id", "path", "depth", "founded_on", "abolished_on", "note", *KEYS, "version",
)  # fmt: skip


class _Stored(NamedTuple):
    id: int
    superior_id: int | None
    path: str
    version: int


@transaction.atomic
def save_roster_organizations(
    rows: Sequence[OrganizationData],
    *,
    actor: Actor | None = None,
    at: datetime | None = None,
    also: Collection[str] = (),
) -> dict[str, int]:
    """Add or change many organizations at once and return the id of every code in ``rows``, above them and in ``also``.

    The rows were checked: superiors exist (in the tree or in ``rows``) and no way up is a circle. The caller, an import,
    writes the one entry of the log. Without ``at`` the database says what day it is. New organizations count since their
    founding, changes since the day of the import.

    :raises TreeTooDeep: a path no longer fits.
    """
    lock_tree()
    act = _act(actor, at)
    stored = _stored({*also, *(row.code for row in rows), *(row.superior_code or "" for row in rows)})
    new = [row for row in rows if row.code not in stored]
    changed = [row for row in rows if row.code in stored]
    ids = {code: row.id for code, row in stored.items()}
    ids.update(zip((row.code for row in new), new_ids(TABLE, len(new)), strict=True))
    superiors = {ids[row.code]: ids[row.superior_code] if row.superior_code else None for row in rows}
    followers = _followers(stored, superiors)
    superiors |= {pk: superior for pk, superior in followers.items() if pk not in superiors}
    paths = paths_of(superiors, {row.id: row.path for row in stored.values() if row.id not in superiors})
    if new:
        _add(new, ids, superiors, paths, act)
    if changed:
        _change(changed, ids, superiors, paths, stored, act)
    _follow((pk, paths[pk]) for pk in followers.keys() - {ids[row.code] for row in rows})
    return ids


def _stored(codes: Collection[str]) -> dict[str, _Stored]:
    rows = Organization.objects.filter(one_of_texts("code", codes)).order_by()
    return {
        row[0]: _Stored(*row[1:]) for row in rows.values_list("code", "id", "superior_id", "path", "version")
    }


def _followers(stored: Mapping[str, _Stored], superiors: Mapping[int, int | None]) -> dict[int, int | None]:
    """Return the superiors of all that stand below a stored organization which moves, by id."""
    moved = [row.path for row in stored.values() if superiors.get(row.id, row.superior_id) != row.superior_id]
    below = Organization.objects.filter(
        reduce(or_, (Q(path__startswith=path) for path in topmost(moved)), Q(pk__in=[]))
    )
    return dict(below.order_by().values_list("pk", "superior_id")) if moved else {}


def _add(
    rows: Sequence[OrganizationData],
    ids: Mapping[str, int],
    superiors: Mapping[int, int | None],
    paths: Mapping[int, str],
    act: Act,
) -> None:
    """Insert new organizations as plain values, without an object for each."""

    def values() -> Iterator[tuple[object, ...]]:
        for row in rows:
            pk = ids[row.code]
            path = checked_path(paths[pk], row.name)
            yield (
                pk, row.code, row.name, row.kind, row.field, superiors[pk], path, depth_of(path), row.founded_on,
                row.abolished_on, row.note, *keys_of(row.name), 1,
            )  # fmt: skip

    copy_values(Organization, ADDED, values())
    record_foundings([ids[row.code] for row in rows], act)


def _change(
    rows: Sequence[OrganizationData],
    ids: Mapping[str, int],
    superiors: Mapping[int, int | None],
    paths: Mapping[int, str],
    stored: Mapping[str, _Stored],
    act: Act,
) -> None:
    """Overwrite stored organizations and note in their history what changes."""
    made = [
        _changed(row, ids[row.code], superiors, paths, stored[row.code].version + 1) for row in rows
    ]  # fmt: skip
    chronicle = _chronicle(made, act)
    _overwrite(made)
    chronicle.save()


def _act(actor: Actor | None, at: datetime | None) -> Act:
    if at is None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT now()")
            at = cursor.fetchone()[0]
    return Act(on=timezone.localdate(at), reason=REASON, actor=actor, at=at)


def _changed(
    row: OrganizationData,
    pk: int,
    superiors: Mapping[int, int | None],
    paths: Mapping[int, str],
    version: int,
) -> Organization:
    organization = Organization(
        id=pk, code=row.code, name=row.name, kind=row.kind, field=row.field, superior_id=superiors[pk],
        founded_on=row.founded_on, abolished_on=row.abolished_on, note=row.note, version=version,
    )  # fmt: skip
    place(organization, paths[pk])
    set_keys(organization)
    return organization


def _chronicle(changed: Sequence[Organization], act: Act) -> Chronicle:
    """Read the history of the organizations that change and note what will change."""
    before = Organization.objects.in_bulk([one.pk for one in changed])
    chronicle = Chronicle(before.values(), act)
    for organization in changed:
        _note_values(before[organization.pk], organization, chronicle)
        _note_days(before[organization.pk], organization, chronicle)
    return chronicle


def _note_values(was: Organization, now: Organization, chronicle: Chronicle) -> None:
    old, new = values_of(was), values_of(now)
    groups = {
        ChangeKind.RENAMED: ["name"],
        ChangeKind.MOVED: ["superior"],
        ChangeKind.CORRECTED: ["kind", "field"],
    }
    for kind, names in groups.items():
        after = {name: new[name] for name in names if new[name] != old[name]}
        if after:
            chronicle.note(now, kind, after, on=chronicle.act.on, before={name: old[name] for name in after})


def _note_days(was: Organization, now: Organization, chronicle: Chronicle) -> None:
    """Note a founding day or an abolition that the roster states otherwise than before."""
    if was.founded_on != now.founded_on:
        before, after = ({"founded_on": _iso(one.founded_on)} for one in (was, now))
        chronicle.note(now, ChangeKind.CORRECTED, after, on=None, before=before)
    if was.abolished_on == now.abolished_on:
        return
    if was.abolished_on is not None and (now.abolished_on is None or now.abolished_on > was.abolished_on):
        day = was.abolished_on if now.abolished_on else chronicle.act.on
        chronicle.note(now, ChangeKind.REINSTATED, {"exists": True}, on=day, before={"exists": False})
    if now.abolished_on is not None:
        for day in (now.abolished_on, *_starts_after(now, chronicle)):
            chronicle.note(now, ChangeKind.ABOLISHED, {"exists": False}, on=day, before={"exists": True})


def _starts_after(organization: Organization, chronicle: Chronicle) -> list[date]:
    """Return the days after its abolition on which it began to exist by what was recorded before: they no longer count."""
    dated = in_order(chronicle.changes_of(organization))
    ends_on = organization.abolished_on or date.max
    return sorted({day for day, change in dated if change.after.get("exists") and day > ends_on})


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _overwrite(organizations: Sequence[Organization]) -> None:
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
        place(row, row.path)
    Organization.objects.bulk_update(rows, ["path", "depth"], batch_size=BATCH)
