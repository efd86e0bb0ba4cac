from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("secretaries", "0006_elections_and_photos")]

    operations = [
        migrations.AddField(
            model_name="secretary",
            name="initials_key",
            field=models.CharField(default="", editable=False, max_length=60),
        ),
    ]
