import uuid

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cycles", "0003_evaluation_forms"),
        ("evaluations", "0001_initial"),
        ("meetings", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="OpenedComment",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("item_key", models.CharField(blank=True, max_length=20)),
                ("text", models.CharField(max_length=300, verbose_name="意见")),
            ],
            options={
                "verbose_name": "开箱意见",
                "verbose_name_plural": "开箱意见",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="PaperBatch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("n_issued", models.PositiveIntegerField(default=0, verbose_name="发出")),
                ("n_returned", models.PositiveIntegerField(default=0, verbose_name="收回")),
                ("n_spoiled", models.PositiveIntegerField(default=0, verbose_name="作废")),
                ("code_salt", models.CharField(max_length=32)),
                ("code_hash", models.CharField(max_length=64)),
            ],
            options={
                "verbose_name": "纸质测评表批次",
                "verbose_name_plural": "纸质测评表批次",
                "ordering": ["group__voter_group__order_no", "hall__order_no"],
            },
        ),
        migrations.CreateModel(
            name="PaperEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("place", models.PositiveSmallIntegerField(verbose_name="第几次录入")),
                ("ciphertext", models.BinaryField()),
                ("digests", models.JSONField()),
            ],
            options={
                "verbose_name": "纸质统计录入",
                "verbose_name_plural": "纸质统计录入",
                "ordering": ["place"],
            },
        ),
        migrations.CreateModel(
            name="SessionHall",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("order_no", models.PositiveSmallIntegerField(verbose_name="顺序")),
                ("name", models.CharField(max_length=60, verbose_name="会场")),
                ("hall_key", models.CharField(max_length=43, unique=True)),
            ],
            options={
                "verbose_name": "会场",
                "verbose_name_plural": "会场",
                "ordering": ["order_no"],
            },
        ),
        migrations.CreateModel(
            name="SessionPaper",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
            ],
            options={
                "verbose_name": "场次测评表",
                "verbose_name_plural": "场次测评表",
                "ordering": ["paper__order_no"],
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="credential",
            name="slips_stay_write",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="credential",
            name="slips_stay_delete",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="evaluationsession",
            name="one_way",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="evaluationsession",
            name="key_stays",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="openedmark",
            name="while_opening",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="openedmark",
            name="never_changed",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="urnentry",
            name="urn_open_delete",
        ),
        migrations.AddField(
            model_name="evaluationsession",
            name="closes_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="预定截止"),
        ),
        migrations.AddField(
            model_name="evaluationsession",
            name="objection_ends_on",
            field=models.DateField(null=True, verbose_name="异议期满"),
        ),
        migrations.AddField(
            model_name="evaluationsession",
            name="purge_report",
            field=models.JSONField(null=True, verbose_name="销毁记录"),
        ),
        migrations.AddField(
            model_name="evaluationsession",
            name="purged_at",
            field=models.DateTimeField(null=True, verbose_name="销毁时间"),
        ),
        migrations.AddField(
            model_name="evaluationsession",
            name="rehearsal_of",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="rehearsals",
                to="evaluations.evaluationsession",
                verbose_name="彩排的正式场次",
            ),
        ),
        migrations.AddField(
            model_name="evaluationsession",
            name="rehearsal_report",
            field=models.JSONField(null=True, verbose_name="彩排记录"),
        ),
        migrations.AddField(
            model_name="evaluationsession",
            name="rehearsed_at",
            field=models.DateTimeField(null=True, verbose_name="彩排完成"),
        ),
        migrations.AddField(
            model_name="evaluationsession",
            name="verification",
            field=models.JSONField(null=True, verbose_name="复核结果"),
        ),
        migrations.AddField(
            model_name="evaluationsession",
            name="verified_at",
            field=models.DateTimeField(null=True, verbose_name="复核时间"),
        ),
        migrations.AddField(
            model_name="openedmark",
            name="paper",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="marks",
                to="cycles.schemepaper",
            ),
        ),
        migrations.AddField(
            model_name="urnentry",
            name="voucher",
            field=models.BinaryField(default=b""),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="credential",
            name="state",
            field=models.CharField(
                choices=[
                    ("unused", "未交"),
                    ("online", "线上"),
                    ("paper", "纸质"),
                    ("void", "作废"),
                    ("spoiled", "污损"),
                ],
                default="unused",
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="evaluationsession",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "准备"),
                    ("keyed", "已设密钥"),
                    ("rehearsed", "已彩排"),
                    ("open", "正在投票"),
                    ("closed", "已截止"),
                    ("opened", "已开箱"),
                    ("released", "已发布"),
                    ("purged", "已销毁"),
                ],
                default="draft",
                max_length=10,
                verbose_name="状态",
            ),
        ),
        migrations.AddConstraint(
            model_name="evaluationsession",
            constraint=models.UniqueConstraint(
                fields=("rehearsal_of",), name="evaluations_session_one_rehearsal"
            ),
        ),
        migrations.AddField(
            model_name="openedcomment",
            name="paper",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="comments", to="cycles.schemepaper"
            ),
        ),
        migrations.AddField(
            model_name="openedcomment",
            name="session",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="comments",
                to="evaluations.evaluationsession",
            ),
        ),
        migrations.AddField(
            model_name="openedcomment",
            name="subject",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="comments",
                to="evaluations.sessionsubject",
            ),
        ),
        migrations.AddField(
            model_name="paperbatch",
            name="group",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="paper_batches",
                to="evaluations.sessiongroup",
            ),
        ),
        migrations.AddField(
            model_name="paperbatch",
            name="session",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="paper_batches",
                to="evaluations.evaluationsession",
            ),
        ),
        migrations.AddField(
            model_name="paperentry",
            name="batch",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="entries",
                to="evaluations.paperbatch",
            ),
        ),
        migrations.AddField(
            model_name="paperentry",
            name="entered_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="sessionhall",
            name="session",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="halls",
                to="evaluations.evaluationsession",
            ),
        ),
        migrations.AddField(
            model_name="paperbatch",
            name="hall",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="paper_batches",
                to="evaluations.sessionhall",
            ),
        ),
        migrations.AddField(
            model_name="credential",
            name="hall",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="credentials",
                to="evaluations.sessionhall",
            ),
        ),
        migrations.AddField(
            model_name="sessionpaper",
            name="paper",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="sessions", to="cycles.schemepaper"
            ),
        ),
        migrations.AddField(
            model_name="sessionpaper",
            name="session",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="papers",
                to="evaluations.evaluationsession",
            ),
        ),
        migrations.AddConstraint(
            model_name="paperentry",
            constraint=models.UniqueConstraint(
                fields=("batch", "place"), name="evaluations_paperentry_place"
            ),
        ),
        migrations.AddConstraint(
            model_name="paperentry",
            constraint=models.UniqueConstraint(
                fields=("batch", "entered_by"), name="evaluations_paperentry_two_people"
            ),
        ),
        migrations.AddConstraint(
            model_name="paperentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("place__in", [1, 2])), name="evaluations_paperentry_two"
            ),
        ),
        migrations.AddConstraint(
            model_name="sessionhall",
            constraint=models.UniqueConstraint(
                fields=("session", "name"), name="evaluations_sessionhall_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="sessionhall",
            constraint=models.UniqueConstraint(
                fields=("session", "order_no"), name="evaluations_sessionhall_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="paperbatch",
            constraint=models.UniqueConstraint(
                fields=("session", "group", "hall"), name="evaluations_paperbatch_once", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="paperbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "n_issued__gte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("n_returned"), "+", models.F("n_spoiled")
                        ),
                    )
                ),
                name="evaluations_paperbatch_adds_up",
            ),
        ),
        migrations.AddConstraint(
            model_name="sessionpaper",
            constraint=models.UniqueConstraint(
                fields=("session", "paper"), name="evaluations_sessionpaper_once"
            ),
        ),
    ]
