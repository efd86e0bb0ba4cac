"""Every file in or out, and every long piece of work."""

import uuid

from django.conf import settings
from django.db import models

from apps.documents.domain.jobs import ALIVE, RETRIABLE, JobState, percent_done


class StoredFile(models.Model):
    """A file under a random name. Who may read it is asked of the app that owns ``kind`` (documents.kit.readers)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("类别", max_length=40, db_index=True)
    subject_id = models.BigIntegerField("所属对象", null=True)
    name = models.CharField("文件名", max_length=200)
    content_type = models.CharField("格式", max_length=100)
    size = models.PositiveBigIntegerField("字节数")
    sha256 = models.CharField("SHA-256", max_length=64)
    created_at = models.DateTimeField("生成时间")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="生成人", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = "文件"
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.name


class Job(models.Model):
    """One piece of long work: the truth about it. Redis may be flushed; the sweeper sends it again.

    The row is its own outbox: it is written in the transaction that wants the work, and sent after commit.
    ``claim`` names the run that may write to it; ``n_tries`` counts runs in a row that brought it no further.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("类别", max_length=60)
    title = models.CharField("名称", max_length=200)
    arguments = models.JSONField(default=dict)
    state = models.CharField("状态", max_length=10, choices=JobState.choices(), default=JobState.QUEUED.value)
    n_done = models.PositiveIntegerField("已完成", default=0)
    n_total = models.PositiveIntegerField("总数", default=0)
    n_tries = models.PositiveSmallIntegerField("次数", default=0)
    error = models.CharField("原因", max_length=500, blank=True)
    result = models.ForeignKey(
        StoredFile, verbose_name="结果文件", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    result_url = models.CharField(max_length=200, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="发起人", null=True, on_delete=models.PROTECT, related_name="+"
    )
    queued_at = models.DateTimeField("发起时间")
    sent_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField("开始时间", null=True)
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField("完成时间", null=True)
    claim = models.UUIDField(null=True, editable=False)
    dedupe_key = models.CharField(max_length=120, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "任务"
        ordering = ["-queued_at"]
        indexes = [
            models.Index(fields=["state", "queued_at"], name="documents_job_due"),
            models.Index(fields=["requested_by", "-queued_at"], name="documents_job_own"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "dedupe_key"],
                condition=models.Q(state__in=["queued", "running"]) & ~models.Q(dedupe_key=""),
                name="documents_job_one_alive",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_alive(self) -> bool:
        return self.state in ALIVE

    @property
    def can_cancel(self) -> bool:
        return bool(self.state == JobState.QUEUED.value)

    @property
    def can_retry(self) -> bool:
        return self.state in RETRIABLE

    @property
    def percent(self) -> int:
        return percent_done(self.n_done, self.n_total)

    @property
    def lock_key(self) -> int:
        """The advisory lock that a run holds as long as it lives (63 bits of the id)."""
        return self.id.int & 0x7FFF_FFFF_FFFF_FFFF
