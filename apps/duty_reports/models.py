"""Written duty reports, the problems they and others name, and the answers to last year's open items."""

from django.conf import settings
from django.db import models

from apps.common.models import VersionedModel
from apps.cycles.models import ReportSection, ReviewCycle, Reviewee
from apps.duty_reports.domain.states import Decision, ProblemSource, ReportState
from apps.organizations.models import Organization


class DutyReport(VersionedModel):
    """One reviewee's written report (述职报告)."""

    reviewee = models.OneToOneField(
        Reviewee, verbose_name="述职对象", on_delete=models.PROTECT, related_name="duty_report"
    )
    state = models.CharField(
        "状态", max_length=10, choices=ReportState.choices(), default=ReportState.DRAFT.value
    )
    saved_at = models.DateTimeField("保存时间", null=True)
    submitted_at = models.DateTimeField("提交时间", null=True)
    approved_at = models.DateTimeField("通过时间", null=True)
    n_chars = models.PositiveIntegerField("字数", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "述职报告"
        ordering = ["reviewee__order_no"]

    def __str__(self) -> str:
        return f"述职报告 {self.reviewee_id}"


class SectionText(models.Model):
    """What the author wrote under one heading. ``revision`` rises with every save."""

    report = models.ForeignKey(DutyReport, on_delete=models.PROTECT, related_name="texts")
    section = models.ForeignKey(ReportSection, on_delete=models.PROTECT, related_name="+")
    text = models.TextField("正文", blank=True)
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "报告正文"
        ordering = ["section__order_no"]
        constraints = [
            models.UniqueConstraint(fields=["report", "section"], name="duty_reports_sectiontext_once"),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.section_id}"


class ReportRound(models.Model):
    """One hand-in and what became of it. Kept for good.

    ``texts`` is the report as handed in (``domain.rounds``); ``marks`` are the passages the reviewer pointed at.
    """

    report = models.ForeignKey(DutyReport, on_delete=models.PROTECT, related_name="rounds")
    round_no = models.PositiveSmallIntegerField("轮次")
    texts = models.JSONField("提交时正文")
    submitted_at = models.DateTimeField("提交时间")
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decision = models.CharField(
        "结论", max_length=10, choices=Decision.choices(), default=Decision.PENDING.value
    )
    reason = models.TextField("审核意见", blank=True)
    marks = models.JSONField("标记段落", default=list, blank=True)
    decided_at = models.DateTimeField("审核时间", null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = "审核轮次"
        ordering = ["round_no"]
        constraints = [
            models.UniqueConstraint(fields=["report", "round_no"], name="duty_reports_reportround_once"),
            models.CheckConstraint(
                name="duty_reports_reportround_return_has_reason",
                condition=~models.Q(decision="returned", reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} 第{self.round_no}轮"


class FollowUp(models.Model):
    """An item of last year that this year's report must answer: a copy handed down, never looked up."""

    report = models.ForeignKey(DutyReport, on_delete=models.PROTECT, related_name="follow_ups")
    order_no = models.PositiveSmallIntegerField("顺序")
    source_year = models.PositiveSmallIntegerField("年度")
    source_key = models.CharField(max_length=60)
    problem = models.TextField("问题")
    state_then = models.CharField("上年状态", max_length=60)
    answer = models.TextField("整改情况", blank=True)
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "上年度整改情况"
        ordering = ["order_no"]
        constraints = [
            models.UniqueConstraint(fields=["report", "source_key"], name="duty_reports_followup_once"),
        ]

    def __str__(self) -> str:
        return self.problem[:40]


class Reminder(models.Model):
    """A reminder about one report: when, by whom, and whether the author has an account it could reach."""

    report = models.ForeignKey(DutyReport, on_delete=models.PROTECT, related_name="reminders")
    sent_at = models.DateTimeField("催办时间")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    is_reached = models.BooleanField("已送达")

    class Meta:
        verbose_name = verbose_name_plural = "催办"
        ordering = ["-sent_at", "id"]

    def __str__(self) -> str:
        return f"{self.report_id} {self.sent_at:%Y-%m-%d}"


class Problem(VersionedModel):
    """A problem named in a cycle (问题). It belongs to the organization, whoever heads it."""

    cycle = models.ForeignKey(
        ReviewCycle, verbose_name="周期", on_delete=models.PROTECT, related_name="problems"
    )
    organization = models.ForeignKey(
        Organization, verbose_name="党组织", on_delete=models.PROTECT, related_name="problems"
    )
    reviewee = models.ForeignKey(
        Reviewee,
        verbose_name="述职对象",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="problems",
    )
    source = models.CharField("来源", max_length=14, choices=ProblemSource.choices())
    raised_by = models.CharField("提出人", max_length=60, blank=True)
    text = models.TextField("问题")
    created_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = verbose_name_plural = "问题"
        ordering = ["cycle", "organization", "id"]

    def __str__(self) -> str:
        return self.text[:40]
