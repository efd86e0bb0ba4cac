"""What somebody sent when the platform had to ask first who it was."""

import uuid

from django.db import models

from apps.accounts.models.accounts import User


class KeptRequest(models.Model):
    """The fields of one form, sealed, for one account; removed when it is carried on, given up or too old."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, verbose_name="账号", on_delete=models.CASCADE, related_name="+")
    path = models.TextField("地址")
    query = models.TextField("参数", blank=True)
    sealed = models.BinaryField("密封的内容")
    n_files = models.PositiveSmallIntegerField("未保留的附件", default=0)
    back_url = models.TextField("来处", blank=True)
    kept_at = models.DateTimeField("保留时间", db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "待继续的操作"

    def __str__(self) -> str:
        return f"{self.user_id} {self.path}"
