"""How a total becomes a grade, what limits it and what it leads to."""

from django.db import models

from apps.cycles.domain.grades import Grade
from apps.cycles.domain.schemes import AppraisalGrade, ConditionKind
from apps.cycles.models.counting import SchemeComponent
from apps.cycles.models.freezing import freeze_triggers
from apps.cycles.models.schemes import ReviewScheme
from apps.organizations.models import OfField


class GradeRule(models.Model):
    """When an overall grade is proposed. What a grade is worth on a ballot stands on the form's scale.

    ``until_share``: the cumulative share of the field's ranks down to which the grade goes, for schemes with rank bands.
    """

    scheme = models.ForeignKey(ReviewScheme, on_delete=models.PROTECT, related_name="grade_rules")
    grade = models.CharField("等次", max_length=12, choices=Grade.choices())
    from_total = models.DecimalField("建议等次的起点总分", max_digits=5, decimal_places=2)
    until_share = models.DecimalField(
        "排到领域前百分之几", max_digits=5, decimal_places=2, null=True, blank=True
    )

    class Meta:
        verbose_name = verbose_name_plural = "等次起点"
        ordering = ["-from_total"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "grade"], name="cycles_graderule_once"),
            models.CheckConstraint(
                name="cycles_graderule_start_is_percent",
                condition=models.Q(from_total__gte=0, from_total__lte=100),
            ),
            models.CheckConstraint(
                name="cycles_graderule_share_is_percent",
                condition=models.Q(until_share=None) | models.Q(until_share__gte=0, until_share__lte=100),
            ),
        ]
        triggers = freeze_triggers()

    def __str__(self) -> str:
        return f"{self.grade} {self.from_total}"


class GradeCondition(models.Model):
    """What caps the grade: a veto where it happened, an eligibility rule unless it is met.

    With ``component`` and ``at_least`` eligibility follows from that component's published score.
    """

    scheme = models.ForeignKey(ReviewScheme, on_delete=models.PROTECT, related_name="conditions")
    order_no = models.PositiveSmallIntegerField("顺序")
    kind = models.CharField("类别", max_length=12, choices=ConditionKind.choices())
    name = models.CharField("情形", max_length=120)
    cap = models.CharField("最高只能评为", max_length=12, choices=Grade.choices())
    component = models.ForeignKey(
        SchemeComponent,
        verbose_name="按哪项得分",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    at_least = models.DecimalField("得分不低于", max_digits=5, decimal_places=2, null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "否决和评定条件"
        ordering = ["order_no"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "name"], name="cycles_gradecondition_name"),
        ]
        triggers = freeze_triggers()

    def __str__(self) -> str:
        return self.name


class FieldQuota(OfField):
    """The quota of 好 of one field, in place of the scheme's general one."""

    scheme = models.ForeignKey(ReviewScheme, on_delete=models.PROTECT, related_name="quotas")
    good_quota = models.DecimalField("“好”等次比例上限（%）", max_digits=5, decimal_places=2)

    class Meta:
        verbose_name = verbose_name_plural = "领域比例上限"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "field"], name="cycles_fieldquota_once"),
            models.CheckConstraint(
                name="cycles_fieldquota_is_share",
                condition=models.Q(good_quota__gte=0, good_quota__lte=100),
            ),
        ]
        triggers = freeze_triggers()

    def __str__(self) -> str:
        return f"{self.field} {self.good_quota}"


class AppraisalLink(models.Model):
    """What an overall grade means for the annual appraisal (结果运用)."""

    scheme = models.ForeignKey(ReviewScheme, on_delete=models.PROTECT, related_name="links")
    grade = models.CharField("等次", max_length=12, choices=Grade.choices())
    best_appraisal = models.CharField("年度考核最高可评", max_length=12, choices=AppraisalGrade.choices())
    consequence = models.CharField("运用", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "结果运用"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "grade"], name="cycles_appraisallink_once"),
        ]
        triggers = freeze_triggers()

    def __str__(self) -> str:
        return f"{self.grade} {self.best_appraisal}"
