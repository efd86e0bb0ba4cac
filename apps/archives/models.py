"""Archives of cycles, as they were made. The archive itself is a stored file."""

from django.conf import settings
from django.db import models

from apps.cycles.models import ReviewCycle
from apps.documents.models import StoredFile


class CycleArchive(models.Model):
    """One archive of a cycle (归档包). The same content makes the same archive, which is then kept once."""

    cycle = models.ForeignKey(
        ReviewCycle, verbose_name="周期", on_delete=models.PROTECT, related_name="archives"
    )
    file = models.OneToOneField(StoredFile, verbose_name="文件", on_delete=models.PROTECT, related_name="+")
    n_files = models.PositiveIntegerField("文件数")
    made_at = models.DateTimeField("生成时间")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="生成人", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = "归档包"
        ordering = ["-made_at", "-id"]

    def __str__(self) -> str:
        return f"{self.cycle} 归档包"
