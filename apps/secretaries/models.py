"""People who head Party organizations, and their appointments from–to."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Deferrable, Func, Value

from apps.common.models import VersionedModel
from apps.organizations.models import Organization
from apps.secretaries.domain.gender import Gender
from apps.secretaries.domain.kinds import AppointmentKind
from apps.secretaries.domain.reasons import EndReason

ONE_HOLDER = "secretaries_appointment_one_holder"


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
    """A post held from–to (任职). ``ended_on`` empty means still in office; on the day ``ended_on`` it is held no more.

    No two people hold one kind of post of an organization at the same time; posts of the kind ``OTHER`` excepted.
    """

    secretary = models.ForeignKey(
        Secretary, verbose_name="书记", on_delete=models.PROTECT, related_name="appointments"
    )
    organization = models.ForeignKey(
        Organization, verbose_name="党组织", on_delete=models.PROTECT, related_name="appointments"
    )
    post = models.CharField("职务", max_length=60)
    kind = models.CharField(
        "任职类别",
        max_length=12,
        choices=AppointmentKind.choices(),
        default=AppointmentKind.SECRETARY.value,
    )
    started_on = models.DateField("任职日期")
    ended_on = models.DateField("免职日期", null=True, blank=True)
    end_reason = models.CharField("免职原因", max_length=12, choices=EndReason.choices(), blank=True)
    end_note = models.CharField("免职说明", max_length=200, blank=True)

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
            # Deferrable, so that one act may end an appointment and begin the next in either order.
            ExclusionConstraint(
                name=ONE_HOLDER,
                expressions=[
                    ("organization", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    (
                        Func(
                            "started_on",
                            "ended_on",
                            Value("[)"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=~models.Q(kind=AppointmentKind.OTHER.value),
                deferrable=Deferrable.IMMEDIATE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.secretary_id} {self.post}"
