"""The log of acts: append-only, hash-chained; and what is known of its checks, copies, cuts and failures."""

import pgtrigger
from django.db import models

from apps.audit.domain.outcomes import Outcome
from apps.audit.domain.retention import LEAST_DAYS

EMPTIED_NEVER = pgtrigger.Trigger(
    name="never_emptied",
    operation=pgtrigger.Truncate,
    level=pgtrigger.Statement,
    when=pgtrigger.Before,
    func="RAISE EXCEPTION 'the log is append-only' USING ERRCODE = 'integrity_constraint_violation';",
)


class AuditEntry(models.Model):
    """One act of one account. It outlives what it tells of, so it points to nothing: ids and labels are copied."""

    seq = models.BigIntegerField("序号", primary_key=True)
    at = models.DateTimeField("时间", db_index=True)
    actor_id = models.BigIntegerField("账号编号", null=True, db_index=True)
    actor_label = models.CharField("账号", max_length=150)
    action = models.CharField("事项", max_length=80, db_index=True)
    object_type = models.CharField("对象类型", max_length=80)
    object_id = models.CharField("对象编号", max_length=64)
    object_label = models.CharField("对象", max_length=300)
    details = models.JSONField("内容", default=dict)
    outcome = models.CharField("结果", max_length=10, choices=Outcome.choices(), default=Outcome.DONE.value)
    origin = models.CharField("来源地址", max_length=45, blank=True, default="")
    request_id = models.CharField("请求编号", max_length=32, blank=True, default="")
    version = models.PositiveSmallIntegerField("内容版本", default=1)
    suite = models.CharField("散列算法", max_length=10, default="sha256")
    previous_hash = models.CharField(max_length=64)
    entry_hash = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = verbose_name_plural = "日志"
        ordering = ["-seq"]
        indexes = [
            models.Index(fields=["object_type", "object_id"], name="audit_entry_object"),
            models.Index(fields=["origin"], name="audit_entry_origin", condition=~models.Q(origin="")),
            models.Index(
                fields=["actor_id", "at"], name="audit_entry_refused", condition=models.Q(outcome="refused")
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            EMPTIED_NEVER,
            # Cutting the log passes the first trigger on purpose, but never this one.
            pgtrigger.Trigger(
                name="kept_half_a_year",
                operation=pgtrigger.Delete,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition(f"OLD.at > now() - interval '{LEAST_DAYS} days'"),
                func="RAISE EXCEPTION 'entries are kept for half a year' USING ERRCODE = 'integrity_constraint_violation';",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.action}"


class ChainCheck(models.Model):
    """One recomputation of the chain."""

    at = models.DateTimeField("核对时间", db_index=True)
    n_checked = models.PositiveBigIntegerField("完好条数")
    last_seq = models.BigIntegerField("末条序号")
    head = models.CharField("末条散列", max_length=64)
    broken_seq = models.BigIntegerField("断裂处", null=True)
    reason = models.CharField("原因", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "日志核对"

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class LogCopy(models.Model):
    """Entries that were copied into a file outside the database, with the head they end in."""

    at = models.DateTimeField("复制时间")
    first_seq = models.BigIntegerField("首条序号")
    last_seq = models.BigIntegerField("末条序号", unique=True)
    head = models.CharField("末条散列", max_length=64)
    file_name = models.CharField("文件", max_length=120)
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "日志副本"

    def __str__(self) -> str:
        return self.file_name


class LogCut(models.Model):
    """Where the chain begins after older entries went into an archive. ``last_seq`` and ``head`` are the last archived entry's."""

    at = models.DateTimeField("截取时间")
    first_seq = models.BigIntegerField("首条序号")
    last_seq = models.BigIntegerField("末条序号", unique=True)
    head = models.CharField("末条散列", max_length=64)
    until = models.DateTimeField("末条时间")
    file_name = models.CharField("归档文件", max_length=300)
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "日志归档"
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"第 {self.first_seq}–{self.last_seq} 条"


class LogFault(models.Model):
    """An act that was not done because its entry could not be written. Written past the failed transaction."""

    at = models.DateTimeField("时间", db_index=True)
    action = models.CharField("事项", max_length=80)
    error = models.CharField("原因", max_length=300)

    class Meta:
        verbose_name = verbose_name_plural = "日志故障"

    def __str__(self) -> str:
        return self.action
