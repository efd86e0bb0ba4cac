"""Problems become items with measure, person and deadline, and are closed out by another person."""

import pgtrigger
from django.conf import settings
from django.db import models

from apps.common.models import VersionedModel
from apps.cycles.models import ReviewCycle
from apps.documents.models import StoredFile
from apps.duty_reports.models import Problem
from apps.organizations.models import Organization
from apps.rectification.domain.states import EntryKind, ItemState


class RectificationItem(VersionedModel):
    """One line of the rectification ledger (整改台账)."""

    problem = models.OneToOneField(
        Problem, verbose_name="问题", on_delete=models.PROTECT, related_name="item"
    )
    cycle = models.ForeignKey(
        ReviewCycle, verbose_name="周期", on_delete=models.PROTECT, related_name="items"
    )
    organization = models.ForeignKey(
        Organization, verbose_name="责任单位", on_delete=models.PROTECT, related_name="rectification_items"
    )
    state = models.CharField("状态", max_length=12, choices=ItemState.choices(), default=ItemState.OPEN.value)
    measure = models.TextField("整改措施", blank=True)
    responsible_leader = models.CharField("责任领导", max_length=60, blank=True)
    responsible_person = models.CharField("责任人", max_length=60, blank=True)
    due_on = models.DateField("整改时限", null=True, blank=True)
    extended_to = models.DateField("延期至", null=True, blank=True)
    progress_percent = models.PositiveSmallIntegerField("进度（%）", default=0)
    applied_at = models.DateTimeField("申请销号时间", null=True)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_out_at = models.DateTimeField("销号时间", null=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    verification_note = models.TextField("验收意见", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "整改事项"
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="rectification_item_verified_by_another",
                condition=models.Q(verified_by__isnull=True) | ~models.Q(verified_by=models.F("applied_by")),
            ),
            models.CheckConstraint(
                name="rectification_item_progress_is_percent", condition=models.Q(progress_percent__lte=100)
            ),
            models.CheckConstraint(
                name="rectification_item_closed_out_complete",
                condition=~models.Q(state="closed_out")
                | models.Q(closed_out_at__isnull=False, verified_by__isnull=False, applied_by__isnull=False),
            ),
            models.CheckConstraint(
                name="rectification_item_applied_complete",
                condition=~models.Q(state="applied")
                | models.Q(applied_at__isnull=False, applied_by__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="rectification_item_due")]

    def __str__(self) -> str:
        return f"整改事项 {self.pk}"

    @property
    def is_closed_out(self) -> bool:
        return bool(self.state == ItemState.CLOSED_OUT.value)


class ProgressEntry(models.Model):
    """One line of an item's history: plan, progress, application, the verifier's word, extension. Never changed."""

    item = models.ForeignKey(RectificationItem, on_delete=models.PROTECT, related_name="progress")
    kind = models.CharField(
        "类别", max_length=12, choices=EntryKind.choices(), default=EntryKind.PROGRESS.value
    )
    text = models.TextField("内容")
    due_on = models.DateField("时限", null=True)
    percent = models.PositiveSmallIntegerField("进度（%）")
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "整改记录"
        ordering = ["-entered_at", "-id"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.text[:40]


class Evidence(models.Model):
    """A file that proves progress (佐证材料)."""

    item = models.ForeignKey(RectificationItem, on_delete=models.PROTECT, related_name="evidence")
    entry = models.ForeignKey(ProgressEntry, null=True, on_delete=models.PROTECT, related_name="evidence")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "佐证材料"

    def __str__(self) -> str:
        return f"{self.item_id}"
