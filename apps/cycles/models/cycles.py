"""The yearly cycle and its reviewees."""

from django.db import models

from apps.common.models import VersionedModel
from apps.cycles.domain.schemes import ReportMode
from apps.cycles.domain.stages import Stage
from apps.organizations.models import OfField, Organization
from apps.secretaries.models import Secretary


class ReviewCycle(VersionedModel):
    """One year's review of one host organization (年度周期)."""

    year = models.PositiveSmallIntegerField("年度")
    title = models.CharField("名称", max_length=120)
    host = models.ForeignKey(
        Organization, verbose_name="组织单位", on_delete=models.PROTECT, related_name="cycles"
    )
    stage = models.CharField("阶段", max_length=12, choices=Stage.choices(), default=Stage.DRAFT.value)
    reports_due_on = models.DateField("述职报告截止", null=True, blank=True)
    meeting_on = models.DateField("会议日期", null=True, blank=True)
    rectification_due_on = models.DateField("整改期限", null=True, blank=True)
    opened_at = models.DateTimeField("启动时间", null=True)
    created_at = models.DateTimeField("建立时间")

    class Meta:
        verbose_name = verbose_name_plural = "年度周期"
        ordering = ["-year", "title"]
        constraints = [
            models.UniqueConstraint(fields=["year", "host"], name="cycles_reviewcycle_one_per_year_and_host"),
        ]

    def __str__(self) -> str:
        return self.title


class Reviewee(OfField):
    """A secretary who reports in this cycle. Name, post and field are kept as they were when chosen."""

    cycle = models.ForeignKey(
        ReviewCycle, verbose_name="周期", on_delete=models.PROTECT, related_name="reviewees"
    )
    secretary = models.ForeignKey(
        Secretary, verbose_name="书记", on_delete=models.PROTECT, related_name="reviews"
    )
    organization = models.ForeignKey(
        Organization, verbose_name="党组织", on_delete=models.PROTECT, related_name="reviews"
    )
    name = models.CharField("姓名", max_length=60)
    post = models.CharField("职务", max_length=60)
    organization_name = models.CharField("党组织名称", max_length=120)
    mode = models.CharField(
        "述职方式", max_length=10, choices=ReportMode.choices(), default=ReportMode.ORAL.value
    )
    order_no = models.PositiveSmallIntegerField("序号")

    class Meta:
        verbose_name = verbose_name_plural = "述职对象"
        ordering = ["order_no", "id"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "secretary"], name="cycles_reviewee_once_per_cycle"),
        ]

    def __str__(self) -> str:
        return f"{self.organization_name} {self.name}"
