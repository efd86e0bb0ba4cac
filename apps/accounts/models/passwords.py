"""Passwords that were."""

from django.db import models

from apps.accounts.models.accounts import User


class OldPassword(models.Model):
    """The hash of a password an account had, so that it is not taken again."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="old_passwords")
    digest = models.CharField(max_length=128)
    replaced_at = models.DateTimeField("更换时间")

    class Meta:
        verbose_name = verbose_name_plural = "用过的密码"

    def __str__(self) -> str:
        return f"{self.user_id} {self.replaced_at:%Y-%m-%d}"
