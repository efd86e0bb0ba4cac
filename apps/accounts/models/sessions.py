"""Who is signed in where."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from apps.accounts.domain.sessions import EndReason, ends_at
from apps.accounts.models.accounts import User


class AccountSession(AbstractBaseSession):
    """One browser's session. An ended one stays until its day, emptied, so that its window can be told why.

    ``user``, ``signed_in_at``, ``address``, ``device`` mirror what the session holds (``kit.sessions``); without an account
    nothing is known of the browser. ``public_id`` is what pages name it by: the key itself is a secret.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        User, verbose_name="账号", null=True, on_delete=models.CASCADE, related_name="sessions"
    )
    signed_in_at = models.DateTimeField("登录时间", null=True)
    seen_at = models.DateTimeField("最近活动", null=True)
    idle_seconds = models.PositiveIntegerField("无操作退出（秒）", default=0)
    address = models.CharField("地址", max_length=45, blank=True)
    device = models.CharField("设备", max_length=60, blank=True)
    notice = models.CharField("待提示", max_length=200, blank=True)
    ended_at = models.DateTimeField("结束时间", null=True)
    ended_because = models.CharField("结束原因", max_length=20, choices=EndReason.choices(), blank=True)

    class Meta(AbstractBaseSession.Meta):
        verbose_name = verbose_name_plural = "登录会话"
        indexes = [models.Index(fields=["user", "-seen_at"], name="accounts_session_of_user")]

    @classmethod
    def get_session_store_class(cls) -> type:
        from apps.accounts.kit.sessions import SessionStore

        return SessionStore

    @property
    def lives_until(self) -> datetime | None:
        """When it ends if nothing more is done; ``None`` without an account."""
        if self.signed_in_at is None or self.seen_at is None:
            return None
        absolute = timedelta(seconds=settings.SESSION_ABSOLUTE_SECONDS)
        return ends_at(self.signed_in_at, self.seen_at, timedelta(seconds=self.idle_seconds), absolute)

    def end_reason(self, now: datetime) -> str:
        """Return why it no longer counts; empty if it does."""
        if self.ended_at is not None:
            return self.ended_because
        until = self.lives_until
        if until is None or now < until or self.signed_in_at is None:
            return ""
        is_old = now >= self.signed_in_at + timedelta(seconds=settings.SESSION_ABSOLUTE_SECONDS)
        return str(EndReason.ABSOLUTE.value if is_old else EndReason.IDLE.value)
