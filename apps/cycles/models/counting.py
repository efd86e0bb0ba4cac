"""What the total is made of: voter groups, components, bonus and deduction."""

from django.db import models

from apps.cycles.domain.conversions import ConversionPlan, conversion_from
from apps.cycles.domain.schemes import AdjustmentKind, ComponentKind
from apps.cycles.models.freezing import freeze_triggers
from apps.cycles.models.papers import SchemePaper
from apps.cycles.models.schemes import ReviewScheme


class VoterGroup(models.Model):
    """A class of evaluators with its weight (测评主体类别)."""

    scheme = models.ForeignKey(ReviewScheme, on_delete=models.PROTECT, related_name="voter_groups")
    order_no = models.PositiveSmallIntegerField("顺序")
    name = models.CharField("名称", max_length=40)
    weight = models.DecimalField("权重（%）", max_digits=6, decimal_places=2)
    n_expected = models.PositiveIntegerField("应到人数", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "测评主体类别"
        ordering = ["order_no"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "name"], name="cycles_votergroup_name"),
            models.CheckConstraint(
                name="cycles_votergroup_weight_positive", condition=models.Q(weight__gt=0)
            ),
        ]
        triggers = freeze_triggers()

    def __str__(self) -> str:
        return self.name


class SchemeComponent(models.Model):
    """One part of the total (得分构成): a figure from the ballots, or one that is brought in.

    ``item`` and ``options`` name the answers whose share a ``SHARE`` is; ``conversion`` is ``domain.conversions.describe_conversion``.
    """

    scheme = models.ForeignKey(ReviewScheme, on_delete=models.PROTECT, related_name="components")
    order_no = models.PositiveSmallIntegerField("顺序")
    name = models.CharField("名称", max_length=40)
    kind = models.CharField("来源", max_length=12, choices=ComponentKind.choices())
    weight = models.DecimalField("权重（%）", max_digits=6, decimal_places=2)
    paper = models.ForeignKey(
        SchemePaper,
        verbose_name="测评表",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="components",
        help_text="来自现场测评时，取哪一张测评表的得分；不选为第一张。",
    )
    item = models.CharField("按哪一项的选项", max_length=40, blank=True)
    options = models.JSONField("计入占比的选项", default=list, blank=True)
    conversion = models.JSONField("折算", default=dict, blank=True)
    full_marks = models.DecimalField("满分", max_digits=8, decimal_places=2, null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "得分构成"
        ordering = ["order_no"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "name"], name="cycles_schemecomponent_name"),
            models.CheckConstraint(
                name="cycles_schemecomponent_weight_positive", condition=models.Q(weight__gt=0)
            ),
        ]
        triggers = freeze_triggers()

    def __str__(self) -> str:
        return self.name

    @property
    def conversion_plan(self) -> ConversionPlan:
        """The conversion as the rules read it."""
        return conversion_from(self.conversion)


class SchemeAdjustment(models.Model):
    """One line of the list of bonuses or deductions. Points per occurrence lie between ``least`` and ``most``."""

    scheme = models.ForeignKey(ReviewScheme, on_delete=models.PROTECT, related_name="adjustments")
    order_no = models.PositiveSmallIntegerField("顺序")
    kind = models.CharField("类别", max_length=10, choices=AdjustmentKind.choices())
    name = models.CharField("情形", max_length=120)
    least = models.DecimalField("每次最少", max_digits=5, decimal_places=2)
    most = models.DecimalField("每次最多", max_digits=5, decimal_places=2)
    limit = models.DecimalField("每人累计上限", max_digits=5, decimal_places=2, null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "加分扣分"
        ordering = ["order_no"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "name"], name="cycles_schemeadjustment_name"),
            models.CheckConstraint(
                name="cycles_schemeadjustment_points",
                condition=models.Q(least__gt=0, most__gte=models.F("least")),
            ),
        ]
        triggers = freeze_triggers()

    def __str__(self) -> str:
        return self.name
