"""An organization stores the key of its field; the database lets no unknown key in."""

from django.db import migrations

FORWARD = """
ALTER TABLE organizations_organization ADD CONSTRAINT organizations_organization_field_known
    FOREIGN KEY (field) REFERENCES organizations_organizationfield (key) DEFERRABLE INITIALLY IMMEDIATE
"""
BACKWARD = "ALTER TABLE organizations_organization DROP CONSTRAINT organizations_organization_field_known"


class Migration(migrations.Migration):
    dependencies = [
        ("organizations", "0006_preset_fields"),
    ]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
