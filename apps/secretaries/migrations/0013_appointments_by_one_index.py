"""One index of appointments by person instead of two, with the day of the end in it; and one of the posts held beside a main one.

The lists of people ask of each whether they serve today, and where: the index tells it without a look at the rows, which are
spread over the whole table. The unique index began with the person already, so its own index goes.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organizations", "0013_statistics_of_paths"),
        ("secretaries", "0012_standing_of_existing"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="appointment",
            name="secretaries_appointment_once",
        ),
        migrations.AlterField(
            model_name="appointment",
            name="secretary",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="appointments",
                to="secretaries.secretary",
                verbose_name="书记",
            ),
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(
                condition=models.Q(("is_main", False)), fields=["ended_on"], name="secretaries_beside_ended"
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.UniqueConstraint(
                fields=("secretary", "organization", "post", "started_on"),
                include=("ended_on",),
                name="secretaries_appointment_once",
            ),
        ),
    ]
