"""The headings of the duty report."""

from django.db import models

from apps.cycles.domain.schemes import SectionKind
from apps.cycles.models.freezing import freeze_triggers
from apps.cycles.models.schemes import ReviewScheme


class ReportSection(models.Model):
    """A heading of the duty report with its limits, counted in characters including punctuation."""

    scheme = models.ForeignKey(ReviewScheme, on_delete=models.PROTECT, related_name="report_sections")
    order_no = models.PositiveSmallIntegerField("顺序")
    title = models.CharField("标题", max_length=60)
    kind = models.CharField(
        "类别", max_length=12, choices=SectionKind.choices(), default=SectionKind.TEXT.value
    )
    hint = models.CharField("写作提示", max_length=300, blank=True)
    min_chars = models.PositiveIntegerField("最少字数", default=0)
    max_chars = models.PositiveIntegerField("最多字数", default=3000)

    class Meta:
        verbose_name = verbose_name_plural = "报告栏目"
        ordering = ["order_no"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "title"], name="cycles_reportsection_title"),
            models.CheckConstraint(
                name="cycles_reportsection_limits", condition=models.Q(max_chars__gte=models.F("min_chars"))
            ),
        ]
        triggers = freeze_triggers()

    def __str__(self) -> str:
        return self.title
