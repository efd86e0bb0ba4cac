from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assessments", "0004_old_vetoes_tell_who_withdrew_them")]

    operations = [
        migrations.AddConstraint(
            model_name="veto",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("withdrawn_at", None), ("withdrawn_by", None)),
                    models.Q(("withdrawn_at__isnull", False), ("withdrawn_by__isnull", False)),
                    _connector="OR",
                ),
                name="assessments_veto_withdrawn",
            ),
        ),
    ]
