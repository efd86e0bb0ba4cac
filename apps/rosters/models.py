"""Imports of roster workbooks."""

from django.conf import settings
from django.db import models

from apps.documents.models import Job, StoredFile
from apps.rosters.domain.states import ImportState


class RosterImport(models.Model):
    """One uploaded workbook: checked first (nothing written), then confirmed by a person.

    ``lines`` holds the packed preview (``domain.preview``): before confirming what would be done, afterwards what was done;
    ``fingerprint`` is that of its plan. ``reason`` says why the file
    could not be read, or why it has to be looked at once more. ``uploaded_by`` is empty for the command on the server.
    """

    file = models.ForeignKey(StoredFile, verbose_name="文件", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        "状态", max_length=12, choices=ImportState.choices(), default=ImportState.CHECKED.value
    )
    n_organizations = models.PositiveIntegerField("党组织行数", default=0)
    n_secretaries = models.PositiveIntegerField("书记行数", default=0)
    n_created = models.PositiveIntegerField("新增", default=0)
    n_updated = models.PositiveIntegerField("更新", default=0)
    n_unchanged = models.PositiveIntegerField("不变", default=0)
    n_gone = models.PositiveIntegerField("系统里多出", default=0)
    n_errors = models.PositiveIntegerField("错误", default=0)
    lines = models.BinaryField("变化", default=bytes)
    notices = models.JSONField(default=list)
    fingerprint = models.CharField(max_length=64, blank=True, editable=False)
    reason = models.CharField("原因", max_length=500, blank=True)
    job = models.ForeignKey(
        Job, verbose_name="任务", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="上传人", null=True, on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField("上传时间")
    confirmed_at = models.DateTimeField("确认时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "花名册导入"
        ordering = ["-uploaded_at"]

    def __str__(self) -> str:
        return f"{self.file_id}"


class RowError(models.Model):
    """One reason why one row cannot be taken."""

    roster_import = models.ForeignKey(RosterImport, on_delete=models.CASCADE, related_name="row_errors")
    sheet = models.CharField("工作表", max_length=40)
    row_no = models.PositiveIntegerField("行号")
    column = models.CharField("列", max_length=40, blank=True)
    value = models.CharField("内容", max_length=200, blank=True)
    reason = models.CharField("原因", max_length=500)

    class Meta:
        verbose_name = verbose_name_plural = "错误行"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.sheet} {self.row_no}"
