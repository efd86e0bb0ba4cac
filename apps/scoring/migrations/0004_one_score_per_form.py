from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("scoring", "0003_old_scores_to_forms")]

    operations = [
        migrations.RemoveConstraint(model_name="groupscore", name="scoring_groupscore_once"),
        migrations.AlterModelOptions(
            name="groupscore",
            options={
                "ordering": ["paper__order_no", "voter_group__order_no"],
                "verbose_name": "类别得分",
                "verbose_name_plural": "类别得分",
            },
        ),
        migrations.AlterField(
            model_name="groupscore",
            name="paper",
            field=models.ForeignKey(
                on_delete=models.deletion.PROTECT, related_name="+", to="cycles.schemepaper"
            ),
        ),
        migrations.AlterField(
            model_name="groupscore",
            name="counts",
            field=models.JSONField(default=list, verbose_name="各项票数"),
        ),
        migrations.AddConstraint(
            model_name="groupscore",
            constraint=models.UniqueConstraint(
                fields=("summary", "paper", "voter_group"), name="scoring_groupscore_once"
            ),
        ),
    ]
