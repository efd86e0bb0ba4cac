"""Tokens of programs."""

from datetime import datetime

from django.db import models

from apps.accounts.models.accounts import User


class ApiToken(models.Model):
    """A program's key to the machine interface, in the name of an account and with its rights, no more.

    Only the SHA-256 of the token is stored (``domain.tokens``). Without ``may_write`` it only reads. ``last_used_at`` is exact
    to the hour.
    """

    user = models.ForeignKey(User, verbose_name="账号", on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField("用途", max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    may_write = models.BooleanField("可以修改", default=False)
    created_at = models.DateTimeField("建立时间")
    expires_at = models.DateTimeField("有效期至")
    last_used_at = models.DateTimeField("最近使用", null=True)
    revoked_at = models.DateTimeField("作废时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "接口令牌"
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.name

    def is_live(self, now: datetime) -> bool:
        """Tell whether it still opens the door."""
        return self.revoked_at is None and now < self.expires_at
