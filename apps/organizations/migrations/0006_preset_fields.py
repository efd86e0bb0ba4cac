"""The seven fields of the seed text, which a new installation starts with."""

from django.db import migrations

PRESETS = (
    ("rural", "农区"),
    ("urban", "城市"),
    ("new", "两新"),
    ("agency", "机关"),
    ("soe", "国企"),
    ("health", "卫健"),
    ("education", "教育"),
)


def add(apps, schema_editor):
    OrganizationField = apps.get_model("organizations", "OrganizationField")
    rows = [
        OrganizationField(key=key, label=label, order_no=n) for n, (key, label) in enumerate(PRESETS, start=1)
    ]
    OrganizationField.objects.bulk_create(rows, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [
        ("organizations", "0005_fields"),
    ]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
