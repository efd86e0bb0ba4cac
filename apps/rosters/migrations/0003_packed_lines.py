from django.db import migrations, models


class Migration(migrations.Migration):
    """Room for the lines of a preview in packed form, a thirtieth of their JSON."""

    dependencies = [("rosters", "0002_background_checks")]

    operations = [
        migrations.AddField(
            model_name="rosterimport",
            name="lines",
            field=models.BinaryField(default=bytes, verbose_name="变化"),
        ),
    ]
