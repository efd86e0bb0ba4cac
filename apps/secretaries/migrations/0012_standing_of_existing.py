"""Compute what 0011 keeps for the rows that are there already."""

from django.db import migrations

ALL_PLACES = (
    "SELECT secretaries_state_standing(array_agg(id)) FROM organizations_organization HAVING count(*) > 0"
)
ALL_PEOPLE = "SELECT secretaries_choose_main(array_agg(DISTINCT secretary_id)) FROM secretaries_appointment HAVING count(*) > 0"


class Migration(migrations.Migration):
    dependencies = [
        ("secretaries", "0011_standing"),
    ]

    operations = [
        migrations.RunSQL([ALL_PLACES, ALL_PEOPLE], migrations.RunSQL.noop),
    ]
