from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("secretaries", "0002_plain_sort_indexes"),
    ]

    operations = [
        BtreeGistExtension(),
        migrations.AddField(
            model_name="appointment",
            name="kind",
            field=models.CharField(
                choices=[
                    ("secretary", "书记"),
                    ("acting", "主持工作（代理）"),
                    ("first", "第一书记"),
                    ("other", "其他职务"),
                ],
                default="secretary",
                max_length=12,
                verbose_name="任职类别",
            ),
        ),
        migrations.AddField(
            model_name="appointment",
            name="end_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("transferred", "调任"),
                    ("term_ended", "换届卸任"),
                    ("retired", "退休"),
                    ("resigned", "辞职"),
                    ("dismissed", "免职（处理、处分）"),
                    ("abolished", "党组织撤并"),
                    ("died", "去世"),
                    ("other", "其他"),
                ],
                max_length=12,
                verbose_name="免职原因",
                default="",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="appointment",
            name="end_note",
            field=models.CharField(blank=True, max_length=200, verbose_name="免职说明", default=""),
            preserve_default=False,
        ),
    ]
