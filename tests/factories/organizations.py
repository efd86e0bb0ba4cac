"""Organizations for tests: no services, no surprises."""

import itertools
from datetime import UTC, datetime

from apps.organizations.models import Organization, OrganizationChange, OrganizationPeriod

_numbers = itertools.count(1)


def make_organization(*, superior=None, **fields):
    """Make an organization below ``superior`` (or a root). Code and name are numbered unless given."""
    number = next(_numbers)
    values = {
        "code": f"ORG{number:05d}",
        "name": f"第{number}党支部",
        "kind": "branch" if superior else "committee",
        "field": superior.field if superior else "rural",
    } | fields
    values.setdefault("pinyin_key", values["name"])
    values.setdefault("stroke_key", values["name"])
    row = Organization.objects.create(
        superior=superior, path=f"new-{number}", depth=superior.depth + 1 if superior else 0, **values
    )
    row.path = f"{superior.path if superior else ''}{row.pk}/"
    row.save(update_fields=["path"])
    give_history(row)
    return row


def give_history(row):
    """Give an organization made by hand the history it would have."""
    values = {
        "code": row.code,
        "name": row.name,
        "kind": row.kind,
        "field": row.field,
        "superior": row.superior_id,
    }
    founded = {"exists": True, "founded_on": row.founded_on.isoformat() if row.founded_on else None}
    note(row, "founded", row.founded_on, values | founded)
    if row.abolished_on:
        note(row, "abolished", row.abolished_on, {"exists": False})
    if not (row.founded_on and row.founded_on == row.abolished_on):
        OrganizationPeriod.objects.create(
            organization=row, begins_on=row.founded_on, ends_on=row.abolished_on, code=row.code, name=row.name,
            kind=row.kind, field=row.field, superior=row.superior,
        )  # fmt: skip


def note(row, kind, on, after, **fields):
    """Add one change to an organization's history."""
    values = {"recorded_by": "系统", "recorded_at": datetime(2026, 11, 1, tzinfo=UTC)} | fields
    return OrganizationChange.objects.create(organization=row, kind=kind, on=on, after=after, **values)
