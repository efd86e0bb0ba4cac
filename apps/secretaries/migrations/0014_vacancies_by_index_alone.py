"""Tell vacancies by their index alone, without the rows: the few there are lie scattered over all standings."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organizations", "0013_statistics_of_paths"),
        ("secretaries", "0013_appointments_by_one_index"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="standing",
            name="secretaries_standing_since",
        ),
        migrations.AddIndex(
            model_name="standing",
            index=models.Index(
                condition=models.Q(("may_be_vacant", True)),
                fields=["vacant_from", "organization"],
                include=("vacant_until",),
                name="secretaries_standing_since",
            ),
        ),
    ]
