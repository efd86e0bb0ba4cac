"""The log of acts: append-only, hash-chained."""

import pgtrigger
from django.db import models

from apps.audit.domain.outcomes import Outcome


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
            models.Index(
                fields=["actor_id", "at"], name="audit_entry_refused", condition=models.Q(outcome="refused")
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="never_emptied",
                operation=pgtrigger.Truncate,
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                func="RAISE EXCEPTION 'the log is append-only' USING ERRCODE = 'integrity_constraint_violation';",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.action}"
