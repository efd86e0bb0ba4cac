"""People who head Party organizations, and their appointments from–to."""

from django.db import models

from apps.common.models import VersionedModel
from apps.organizations.models import Organization
from apps.secretaries.domain.gender import Gender


class Secretary(VersionedModel):
    """A person (党组织书记). Careers stay with the person, problems with the organization."""

    name = models.CharField("姓名", max_length=60)
    gender = models.CharField("性别", max_length=10, choices=Gender.choices(), blank=True)
    born_on = models.DateField("出生年月", null=True, blank=True)
    phone = models.CharField("手机", max_length=20, blank=True)
    pinyin_key = models.CharField(max_length=200, editable=False)
    stroke_key = models.CharField(max_length=200, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "书记"
        ordering = ["pinyin_key", "id"]
        indexes = [
            models.Index(fields=["pinyin_key"], name="secretaries_by_pinyin"),
            models.Index(fields=["stroke_key"], name="secretaries_by_strokes"),
        ]

    def __str__(self) -> str:
        return self.name


class Appointment(models.Model):
    """A post held from–to (任职). ``ended_on`` empty means still in office."""

    secretary = models.ForeignKey(
        Secretary, verbose_name="书记", on_delete=models.PROTECT, related_name="appointments"
    )
    organization = models.ForeignKey(
        Organization, verbose_name="党组织", on_delete=models.PROTECT, related_name="appointments"
    )
    post = models.CharField("职务", max_length=60)
    started_on = models.DateField("任职日期")
    ended_on = models.DateField("免职日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "任职"
        ordering = ["-started_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="secretaries_appointment_ends_after_start",
                condition=models.Q(ended_on__isnull=True) | models.Q(ended_on__gte=models.F("started_on")),
            ),
            models.UniqueConstraint(
                fields=["secretary", "organization", "post", "started_on"],
                name="secretaries_appointment_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.secretary_id} {self.post}"
