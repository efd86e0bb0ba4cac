"""What is brought in beside the ballots: figures, bonus and deduction points, findings on conditions, vetoes."""

import pgtrigger
from django.conf import settings
from django.db import models

from apps.assessments.domain.states import ImportState
from apps.common.models import VersionedModel
from apps.cycles.domain.grades import Grade
from apps.cycles.models import GradeCondition, ReviewCycle, Reviewee, SchemeAdjustment, SchemeComponent
from apps.documents.models import StoredFile


def kept_as_entered(*free: str) -> pgtrigger.Trigger:
    """Return a trigger that lets only the ``free`` columns change: an entry is withdrawn, never rewritten."""
    return pgtrigger.ReadOnly(name="kept_as_entered", exclude=list(free))


def never_deleted() -> pgtrigger.Trigger:
    """Return a trigger that keeps every row."""
    return pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)


class ComponentScore(VersionedModel):
    """One reviewee's figure for one imported component, as a share of ``out_of``. A missing row is missing, not 0."""

    reviewee = models.ForeignKey(Reviewee, on_delete=models.PROTECT, related_name="component_scores")
    component = models.ForeignKey(SchemeComponent, on_delete=models.PROTECT, related_name="scores")
    value = models.DecimalField("得分", max_digits=8, decimal_places=2)
    out_of = models.DecimalField("满分", max_digits=8, decimal_places=2)
    source = models.CharField("依据", max_length=200)
    evidence = models.ForeignKey(
        StoredFile, verbose_name="佐证材料", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField("录入时间")

    class Meta:
        verbose_name = verbose_name_plural = "考核得分"
        constraints = [
            models.UniqueConstraint(fields=["reviewee", "component"], name="assessments_componentscore_once"),
            models.CheckConstraint(
                name="assessments_componentscore_within",
                condition=models.Q(value__gte=0, out_of__gt=0) & models.Q(value__lte=models.F("out_of")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.value}/{self.out_of}"


class FigureImport(models.Model):
    """One uploaded workbook of figures: checked first (nothing written), then confirmed by a person.

    ``preview`` holds lists ``[row_no, kind, person, component, before, after]`` (``domain.plan.Change``), ``problems`` lists ``[row_no,
    column, value, reason]``: before confirming what would be done, afterwards what was done.
    """

    cycle = models.ForeignKey(ReviewCycle, on_delete=models.PROTECT, related_name="figure_imports")
    file = models.ForeignKey(StoredFile, verbose_name="文件", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        "状态", max_length=12, choices=ImportState.choices(), default=ImportState.CHECKED.value
    )
    n_rows = models.PositiveIntegerField("行数", default=0)
    n_new = models.PositiveIntegerField("新增", default=0)
    n_changed = models.PositiveIntegerField("更改", default=0)
    n_unchanged = models.PositiveIntegerField("不变", default=0)
    n_missing = models.PositiveIntegerField("仍缺", default=0)
    n_problems = models.PositiveIntegerField("错误", default=0)
    preview = models.JSONField(default=list)
    problems = models.JSONField(default=list)
    remarks = models.JSONField(default=list)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="上传人", on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField("上传时间")
    confirmed_at = models.DateTimeField("确认时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "考核得分导入"
        ordering = ["-uploaded_at"]

    def __str__(self) -> str:
        return f"{self.cycle_id} {self.uploaded_at:%Y-%m-%d}"


class AdjustmentEntry(models.Model):
    """One occurrence that earns a reviewee points of the scheme's lists of bonuses and deductions. Always positive.

    That ``points`` lie between the line's ``least`` and ``most`` is checked by the service; withdrawn entries stay and count nothing.
    """

    reviewee = models.ForeignKey(Reviewee, on_delete=models.PROTECT, related_name="adjustment_entries")
    adjustment = models.ForeignKey(
        SchemeAdjustment, verbose_name="情形", on_delete=models.PROTECT, related_name="entries"
    )
    points = models.DecimalField("分值", max_digits=5, decimal_places=2)
    reason = models.CharField("事由", max_length=300)
    happened_on = models.DateField("发生日期", null=True, blank=True)
    evidence = models.ForeignKey(
        StoredFile, verbose_name="佐证材料", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="录入人", on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField("录入时间")
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="撤回人", null=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField("撤回时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "加分扣分记录"
        ordering = ["entered_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="assessments_adjustmententry_points", condition=models.Q(points__gt=0)
            ),
            models.CheckConstraint(
                name="assessments_adjustmententry_withdrawn",
                condition=models.Q(withdrawn_at=None, withdrawn_by=None)
                | models.Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
            ),
        ]
        triggers = [kept_as_entered("withdrawn_by", "withdrawn_at"), never_deleted()]

    def __str__(self) -> str:
        return f"{self.points} {self.reason[:40]}"


class ConditionFinding(VersionedModel):
    """Whether a reviewee meets an eligibility rule that no score decides. No row: not recorded, hence not met."""

    reviewee = models.ForeignKey(Reviewee, on_delete=models.PROTECT, related_name="condition_findings")
    condition = models.ForeignKey(GradeCondition, on_delete=models.PROTECT, related_name="findings")
    is_met = models.BooleanField("是否符合")
    reason = models.CharField("依据", max_length=300)
    evidence = models.ForeignKey(
        StoredFile, verbose_name="佐证材料", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField("录入时间")

    class Meta:
        verbose_name = verbose_name_plural = "评定条件认定"
        constraints = [
            models.UniqueConstraint(
                fields=["reviewee", "condition"], name="assessments_conditionfinding_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{'符合' if self.is_met else '不符合'} {self.reason[:40]}"


class Veto(models.Model):
    """A recorded fact that caps the grade (一票否决); it never raises one.

    ``condition`` names the scheme's rule it falls under, whose cap it then has; without one the cap was chosen by a person.
    """

    reviewee = models.ForeignKey(Reviewee, on_delete=models.PROTECT, related_name="vetoes")
    condition = models.ForeignKey(
        GradeCondition,
        verbose_name="否决情形",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="vetoes",
    )
    caps_at = models.CharField("最高只能评为", max_length=12, choices=Grade.choices())
    reason = models.CharField("事由", max_length=300)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField("录入时间")
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField("撤回时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "一票否决"
        ordering = ["entered_at"]
        constraints = [
            models.CheckConstraint(
                name="assessments_veto_withdrawn",
                condition=models.Q(withdrawn_at=None, withdrawn_by=None)
                | models.Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
            ),
        ]
        triggers = [kept_as_entered("withdrawn_by", "withdrawn_at"), never_deleted()]

    def __str__(self) -> str:
        return self.reason[:40]
