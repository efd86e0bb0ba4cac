"""People who head Party organizations, and their appointments from–to."""

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Deferrable, Func, Value
from django.db.models.functions import Upper

from apps.common.models import VersionedModel
from apps.organizations.models import Characters, Organization
from apps.secretaries.domain.gender import Gender
from apps.secretaries.domain.kinds import AppointmentKind
from apps.secretaries.domain.reasons import EndReason
from apps.secretaries.domain.terms import TERMS, due_day, is_far_shift

ONE_HOLDER = "secretaries_appointment_one_holder"
UNKNOWN_DAY = date.max


class Secretary(VersionedModel):
    """A person (党组织书记). Careers stay with the person, problems with the organization."""

    name = models.CharField("姓名", max_length=60)
    gender = models.CharField("性别", max_length=10, choices=Gender.choices(), blank=True)
    born_on = models.DateField("出生年月", null=True, blank=True)
    phone = models.CharField("手机", max_length=20, blank=True)
    pinyin_key = models.CharField(max_length=200, editable=False)
    stroke_key = models.CharField(max_length=200, editable=False)
    initials_key = models.CharField(max_length=60, editable=False, default="")

    class Meta:
        verbose_name = verbose_name_plural = "书记"
        ordering = ["pinyin_key", "id"]
        indexes = [
            models.Index(fields=["pinyin_key"], name="secretaries_by_pinyin"),
            models.Index(fields=["stroke_key"], name="secretaries_by_strokes"),
            models.Index(fields=["born_on", "id"], name="secretaries_by_birth"),
            GinIndex(Characters(Upper("name")), name="secretaries_name_characters"),
            GinIndex(OpClass(Upper("pinyin_key"), name="gin_trgm_ops"), name="secretaries_pinyin_parts"),
            GinIndex(OpClass("initials_key", name="gin_trgm_ops"), name="secretaries_initials_parts"),
        ]

    def __str__(self) -> str:
        return self.name


class Appointment(models.Model):
    """A post held from–to (任职). ``ended_on`` empty means still in office; on the day ``ended_on`` it is held no more.

    No two people hold one kind of post of an organization at the same time; posts of the kind ``OTHER`` excepted.
    ``is_main`` marks one appointment of each person, that in office or else the last held, so that people can be read in the
    order of their organizations by an index; the database keeps it (migration 0011).
    """

    # No index of its own: that of ``secretaries_appointment_once`` begins with it.
    secretary = models.ForeignKey(
        Secretary,
        verbose_name="书记",
        on_delete=models.PROTECT,
        related_name="appointments",
        db_index=False,
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
    is_main = models.BooleanField("主要任职", default=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "任职"
        ordering = ["-started_on", "id"]
        indexes = [
            models.Index(fields=["-started_on", "id"], name="secretaries_latest"),
            models.Index(
                fields=["organization"], condition=models.Q(is_main=True), name="secretaries_main_place"
            ),
            models.Index(
                fields=["started_on", "secretary"],
                condition=models.Q(is_main=True),
                name="secretaries_main_since",
            ),
            models.Index(
                fields=["ended_on"],
                condition=models.Q(is_main=True, ended_on__isnull=False),
                name="secretaries_main_ended",
            ),
            # The few posts that people hold today beside their main one.
            models.Index(
                fields=["ended_on"], condition=models.Q(is_main=False), name="secretaries_beside_ended"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="secretaries_appointment_ends_after_start",
                condition=models.Q(ended_on__isnull=True) | models.Q(ended_on__gte=models.F("started_on")),
            ),
            # With the day of the end, it tells where a person serves today without a look at the rows.
            models.UniqueConstraint(
                fields=["secretary", "organization", "post", "started_on"],
                include=["ended_on"],
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


class Standing(models.Model):
    """Where an organization stands with its secretary and its elections: what the lists of what is to be done read.

    One row per organization, kept by the database (migration 0011) from appointments, elections and settings, whoever writes
    them; nothing else writes here. ``UNKNOWN_DAY`` comes after all days, so that "never" and "nobody" sort last.
    """

    organization = models.OneToOneField(
        Organization, on_delete=models.CASCADE, primary_key=True, related_name="standing"
    )
    vacant_from = models.DateField("空缺自", null=True)
    """First day of the last time without a secretary, past or to come; ``None``: there was none before."""
    vacant_until = models.DateField("空缺至", default=UNKNOWN_DAY)
    """Day the next secretary begins; UNKNOWN_DAY: nobody was named."""
    may_be_vacant = models.BooleanField("可能空缺", default=True)
    """Whether ``vacant_until`` lay ahead when this row was last stated. Days go by and rows stay, so some have a secretary since;
    but whoever has none today or later is among them, and an index of them has the order of the list."""
    due_on = models.DateField("应换届日期", default=UNKNOWN_DAY)
    """When the next election is due; UNKNOWN_DAY: none was recorded."""
    term_years = models.PositiveSmallIntegerField("届期（年）", default=0)
    """0: it holds no elections."""

    class Meta:
        verbose_name = verbose_name_plural = "书记与换届现状"
        indexes = [
            models.Index(fields=["vacant_until"], name="secretaries_standing_vacant"),
            models.Index(
                fields=["vacant_from", "organization"],
                include=["vacant_until"],
                condition=models.Q(may_be_vacant=True),
                name="secretaries_standing_since",
            ),
            models.Index(
                fields=["due_on", "organization"],
                condition=models.Q(term_years__gt=0),
                name="secretaries_standing_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization_id} 现状"


class TermSetting(models.Model):
    """Years of a term where an organization's own differ from what its kind says; 0: it holds no elections."""

    organization = models.OneToOneField(
        Organization, verbose_name="党组织", on_delete=models.PROTECT, related_name="term_setting"
    )
    term_years = models.PositiveSmallIntegerField("届期（年）")

    class Meta:
        verbose_name = verbose_name_plural = "届期设置"
        constraints = [
            models.CheckConstraint(
                name="secretaries_termsetting_known", condition=models.Q(term_years__in=[0, *TERMS])
            )
        ]

    def __str__(self) -> str:
        return f"{self.term_years} 年"


class Election(models.Model):
    """A term election (换届). ``due_on`` is when the next one is due, as computed or as moved by the superior's consent.

    ``is_latest`` marks the last one of each organization, kept by the services, so that the due list reads by index.
    """

    organization = models.ForeignKey(
        Organization, verbose_name="党组织", on_delete=models.PROTECT, related_name="elections"
    )
    held_on = models.DateField("换届日期")
    term_years = models.PositiveSmallIntegerField("届期（年）")
    due_on = models.DateField("应换届日期")
    shift_reason = models.CharField("提前或延期的原因", max_length=200, blank=True)
    shift_document = models.CharField("批复文号", max_length=60, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    is_latest = models.BooleanField("最近一次", default=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "换届"
        ordering = ["-held_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "held_on"], name="secretaries_election_once_a_day"
            ),
            models.UniqueConstraint(
                fields=["organization"],
                condition=models.Q(is_latest=True),
                name="secretaries_election_latest",
            ),
            models.CheckConstraint(
                name="secretaries_election_due_after_held", condition=models.Q(due_on__gt=models.F("held_on"))
            ),
            models.CheckConstraint(
                name="secretaries_election_term", condition=models.Q(term_years__in=TERMS)
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on"], condition=models.Q(is_latest=True), name="secretaries_election_due"
            )
        ]

    def __str__(self) -> str:
        return f"{self.held_on} 换届"

    @property
    def regular_due_on(self) -> date:
        """When the term ends by the calendar."""
        return due_day(self.held_on, self.term_years)

    @property
    def is_far_shifted(self) -> bool:
        """Whether the superior's consent moved it by more than the usual year."""
        return is_far_shift(self.regular_due_on, self.due_on)


class Photo(models.Model):
    """A person's photo (照片): always a JPEG of one size, written anew by us. Optional; goes with a click."""

    secretary = models.OneToOneField(
        Secretary, verbose_name="书记", on_delete=models.CASCADE, primary_key=True, related_name="photo"
    )
    content = models.BinaryField("照片")
    digest = models.CharField("摘要", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "照片"

    def __str__(self) -> str:
        return f"照片 {self.pk}"
