from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cycles", "0005_forms_replace_items"),
        ("scoring", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="scoresummary",
            name="papers",
            field=models.JSONField(default=list, verbose_name="各测评表得分"),
        ),
        migrations.AddField(
            model_name="groupscore",
            name="paper",
            field=models.ForeignKey(
                null=True, on_delete=models.deletion.PROTECT, related_name="+", to="cycles.schemepaper"
            ),
        ),
        migrations.AddField(
            model_name="groupscore",
            name="n_scored",
            field=models.PositiveIntegerField(default=0, verbose_name="计分"),
        ),
    ]
