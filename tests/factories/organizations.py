"""Organizations for tests: no services, no surprises."""

import itertools

from apps.organizations.models import Organization

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
    return row
