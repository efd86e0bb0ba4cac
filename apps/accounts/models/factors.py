"""The second factor of an account."""

from django.db import models

from apps.accounts.models.accounts import User


class SecondFactor(models.Model):
    """An authenticator app. Its key is sealed (``kit.sealing``); until ``confirmed_at`` it is only offered.

    ``last_step`` is the time step of the last code that passed: no code passes twice.
    """

    user = models.OneToOneField(
        User, verbose_name="账号", on_delete=models.CASCADE, related_name="second_factor"
    )
    sealed_key = models.BinaryField("密封的密钥")
    created_at = models.DateTimeField("生成时间")
    confirmed_at = models.DateTimeField("绑定时间", null=True)
    last_step = models.BigIntegerField(default=-1)
    drift = models.SmallIntegerField(default=0)
    n_failures = models.PositiveSmallIntegerField("连续输错", default=0)
    failed_at = models.DateTimeField("最近输错", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "二次验证"

    def __str__(self) -> str:
        return f"{self.user_id}"


class RecoveryCode(models.Model):
    """One of ten codes for the day the phone is lost, hashed like a password; removed when used."""

    factor = models.ForeignKey(SecondFactor, on_delete=models.CASCADE, related_name="codes")
    digest = models.CharField(max_length=128)

    class Meta:
        verbose_name = verbose_name_plural = "恢复码"

    def __str__(self) -> str:
        return f"{self.factor_id}"
