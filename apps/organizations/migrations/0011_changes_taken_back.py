from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organizations", "0010_stroke_order"),
    ]

    operations = [
        migrations.AlterField(
            model_name="organizationchange",
            name="kind",
            field=models.CharField(
                choices=[
                    ("founded", "成立"),
                    ("renamed", "更名"),
                    ("moved", "调整隶属"),
                    ("corrected", "变更信息"),
                    ("merged", "合并"),
                    ("split", "分设"),
                    ("abolished", "撤销"),
                    ("reinstated", "恢复"),
                    ("taken_back", "撤回登记"),
                ],
                max_length=20,
                verbose_name="事项",
            ),
        ),
    ]
