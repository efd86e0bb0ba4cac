"""Compute the stroke keys of stored names anew: their order has become that of GF 3003-1999."""

from django.db import migrations

from apps.common.domain.sort_keys import stroke_key

BATCH = 5_000
READ = "SELECT id, name FROM organizations_organization WHERE id > %s ORDER BY id LIMIT %s"
WRITE = """
UPDATE organizations_organization one SET stroke_key = new.key
FROM unnest(%s::bigint[], %s::text[]) AS new (id, key)
WHERE one.id = new.id AND one.stroke_key <> new.key
"""


def compute(apps, schema_editor):
    last = 0
    with schema_editor.connection.cursor() as cursor:
        while True:
            cursor.execute(READ, [last, BATCH])
            rows = cursor.fetchall()
            if not rows:
                return
            ids, names = zip(*rows, strict=True)
            cursor.execute(WRITE, [list(ids), [stroke_key(name) for name in names]])
            last = ids[-1]


class Migration(migrations.Migration):
    dependencies = [
        ("organizations", "0009_periods_by_code"),
    ]

    operations = [migrations.RunPython(compute, migrations.RunPython.noop)]
