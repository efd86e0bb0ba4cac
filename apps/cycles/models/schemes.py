"""The scheme of a cycle: all rules by which it scores and grades, frozen when the cycle opens."""

from decimal import Decimal

import pgtrigger
from django.db import models

from apps.cycles.domain.schemes import BlankRule, Denominator, EmptyGroupRule, GradeMethod, TieRule
from apps.cycles.models.cycles import ReviewCycle


class ReviewScheme(models.Model):
    """All rules by which this cycle scores and grades. Percentages and points are 0–100."""

    cycle = models.OneToOneField(
        ReviewCycle, verbose_name="周期", on_delete=models.PROTECT, related_name="scheme"
    )
    preset = models.CharField("样式", max_length=40)
    frozen_at = models.DateTimeField("冻结时间", null=True)
    trim_each_side = models.PositiveSmallIntegerField("去掉最高、最低各几张", default=0)
    trim_when_more_than = models.PositiveSmallIntegerField("有效票多于几张时去掉", default=5)
    blank_rule = models.CharField(
        "空白项", max_length=12, choices=BlankRule.choices(), default=BlankRule.ABSTAIN.value
    )
    blank_value = models.DecimalField("空白项分值", max_digits=5, decimal_places=2, null=True, blank=True)
    empty_group_rule = models.CharField(
        "某类别无有效票",
        max_length=14,
        choices=EmptyGroupRule.choices(),
        default=EmptyGroupRule.REDISTRIBUTE.value,
    )
    denominator = models.CharField(
        "平均分、占比除以", max_length=22, choices=Denominator.choices(), default=Denominator.VALID.value
    )
    clamps_total = models.BooleanField("总分限在0—100之间", default=True)
    bonus_limit = models.DecimalField("加分合计上限", max_digits=5, decimal_places=2, null=True, blank=True)
    deduction_limit = models.DecimalField(
        "扣分合计上限", max_digits=5, decimal_places=2, null=True, blank=True
    )
    grade_method = models.CharField(
        "建议等次", max_length=10, choices=GradeMethod.choices(), default=GradeMethod.THRESHOLD.value
    )
    tie_rule = models.CharField(
        "名额线上同分", max_length=12, choices=TieRule.choices(), default=TieRule.BELOW.value
    )
    plurality_paper = models.ForeignKey(
        "SchemePaper",
        verbose_name="按哪张测评表的得票",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    plurality_item = models.CharField("按哪一项的得票", max_length=40, blank=True)
    annual_weight = models.DecimalField(
        "计入年度考核的比例（%）", max_digits=5, decimal_places=2, default=Decimal(0)
    )
    decimals = models.PositiveSmallIntegerField("保留小数位", default=2)
    k_min = models.PositiveSmallIntegerField("少于几张有效票不单独显示", default=5)
    good_quota = models.DecimalField(
        "“好”等次比例上限（%）", max_digits=5, decimal_places=2, default=Decimal(100)
    )
    min_problem_share = models.DecimalField(
        "问题与原因篇幅下限（%）", max_digits=5, decimal_places=2, default=Decimal(0)
    )

    class Meta:
        verbose_name = verbose_name_plural = "述职评议方案"
        constraints = [
            models.CheckConstraint(
                name="cycles_reviewscheme_quota_is_share",
                condition=models.Q(good_quota__gte=0, good_quota__lte=100),
            ),
            models.CheckConstraint(
                name="cycles_reviewscheme_k_min_protects", condition=models.Q(k_min__gte=3)
            ),
            models.CheckConstraint(
                name="cycles_reviewscheme_annual_is_share",
                condition=models.Q(annual_weight__gte=0, annual_weight__lte=100),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="frozen",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__frozen_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cycle_id} {self.preset}"
