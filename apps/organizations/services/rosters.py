"""Writing an imported roster: everything at once, in the same few statements for ten rows and for ten thousand."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from apps.common.domain.actors import Actor
from apps.common.kit.copying import copy_new, new_ids
from apps.organizations.domain.history import ChangeKind, in_order
from apps.organizations.domain.tree import OrganizationData, depth_of, paths_of
from apps.organizations.models import Organization
from apps.organizations.services.recording import Act, Chronicle, values_of
from apps.organizations.services.tree import KEYS, lock_tree, place, set_keys

BATCH = 2_000
REASON = "花名册导入"
ROSTER_FIELDS = (
    "name", "kind", "field", "superior", "path", "depth", "founded_on", "abolished_on", "note", *KEYS, "version",
)  # fmt: skip


class _Stored(NamedTuple):
    id: int
    superior_id: int | None
    path: str
    version: int


@transaction.atomic
def save_roster_organizations(
    rows: Sequence[OrganizationData], *, actor: Actor | None = None, at: datetime | None = None
) -> dict[str, int]:
    """Add or change many organizations at once and return the id of every code of the tree.

    The rows were checked: superiors exist (in the tree or in ``rows``) and no way up is a circle. The caller, an import,
    writes the one entry of the log. Without ``at`` the database says what day it is. New organizations count since their
    founding, changes since the day of the import.

    :raises TreeTooDeep: a path no longer fits.
    """
    lock_tree()
    act = _act(actor, at)
    stored = {
        row[0]: _Stored(*row[1:])
        for row in Organization.objects.order_by().values_list("code", "id", "superior_id", "path", "version")
    }
    ids = {code: row.id for code, row in stored.items()}
    new_codes = [row.code for row in rows if row.code not in ids]
    ids.update(zip(new_codes, new_ids("organizations_organization", len(new_codes)), strict=True))
    superiors = {row.id: row.superior_id for row in stored.values()}
    superiors.update((ids[r.code], ids[r.superior_code] if r.superior_code else None) for r in rows)
    paths = paths_of(superiors)
    made = [_from_roster(row, ids, superiors, paths, stored) for row in rows]
    added = [organization for organization in made if organization.code not in stored]
    changed = [organization for organization in made if organization.code in stored]
    chronicle = _chronicle(changed, act)
    copy_new(added)
    for organization in added:
        _note_new(organization, chronicle)
    _overwrite(changed)
    chronicle.save()
    written = {row.code for row in rows}
    _follow(
        (row.id, paths[row.id])
        for code, row in stored.items()
        if code not in written and paths[row.id] != row.path
    )
    return ids


def _act(actor: Actor | None, at: datetime | None) -> Act:
    if at is None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT now()")
            at = cursor.fetchone()[0]
    return Act(on=timezone.localdate(at), reason=REASON, actor=actor, at=at)


def _from_roster(
    row: OrganizationData,
    ids: Mapping[str, int],
    superiors: Mapping[int, int | None],
    paths: Mapping[int, str],
    stored: Mapping[str, _Stored],
) -> Organization:
    own_id = ids[row.code]
    version = stored[row.code].version + 1 if row.code in stored else 1
    organization = Organization(
        id=own_id, code=row.code, name=row.name, kind=row.kind, field=row.field, superior_id=superiors[own_id],
        founded_on=row.founded_on, abolished_on=row.abolished_on, note=row.note, version=version,
    )  # fmt: skip
    place(organization, paths[own_id])
    set_keys(organization)
    return organization


def _note_new(organization: Organization, chronicle: Chronicle) -> None:
    chronicle.note_founding(organization)
    if organization.abolished_on is not None:
        chronicle.note(
            organization,
            ChangeKind.ABOLISHED,
            {"exists": False},
            on=organization.abolished_on,
            before={"exists": True},
        )


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
