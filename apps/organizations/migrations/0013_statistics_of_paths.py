"""Let PostgreSQL know a thousandth of the paths instead of a hundredth.

It took every subtree for at least a hundredth of all organizations, 6,700 of a country's, and read the whole country to suggest
names or tell vacancies of a county that has 60. No column of a model says this, hence the SQL; ANALYZE makes it tell.
"""

from django.db import migrations

FORWARD = "ALTER TABLE organizations_organization ALTER COLUMN path SET STATISTICS 1000"
BACKWARD = "ALTER TABLE organizations_organization ALTER COLUMN path SET STATISTICS -1"


class Migration(migrations.Migration):
    dependencies = [
        ("organizations", "0012_orders_of_lists"),
    ]

    operations = [
        migrations.RunSQL([FORWARD, "ANALYZE organizations_organization"], BACKWARD),
    ]
