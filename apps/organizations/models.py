"""The tree of Party organizations and its history."""

import pgtrigger
from django.contrib.postgres.indexes import OpClass
from django.db import models

from apps.common.models import VersionedModel
from apps.organizations.domain.history import ChangeKind
from apps.organizations.domain.kinds import Field, OrganizationKind


class Organization(VersionedModel):
    """A Party organization (党组织).

    ``path`` holds the ids from the root down to this row, each closed by a slash (``"1/17/204/"``), so a subtree is one
    prefix; services keep it true when an organization moves. Abolished organizations stay, with their date.
    """

    code = models.CharField("编码", max_length=40, unique=True)
    name = models.CharField("名称", max_length=120)
    kind = models.CharField("类型", max_length=20, choices=OrganizationKind.choices())
    field = models.CharField("领域", max_length=20, choices=Field.choices())
    superior = models.ForeignKey(
        "self",
        verbose_name="上级党组织",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="subordinates",
    )
    path = models.CharField(max_length=200, editable=False)
    depth = models.PositiveSmallIntegerField("层级", editable=False, default=0)
    founded_on = models.DateField("成立日期", null=True, blank=True)
    abolished_on = models.DateField("撤销日期", null=True, blank=True)
    note = models.CharField("备注", max_length=300, blank=True)
    pinyin_key = models.CharField(max_length=300, editable=False)
    initials_key = models.CharField(max_length=200, editable=False, default="", blank=True)
    stroke_key = models.CharField(max_length=300, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "党组织"
        ordering = ["path"]
        constraints = [
            models.UniqueConstraint(fields=["path"], name="organizations_organization_path"),
            models.CheckConstraint(
                name="organizations_organization_abolished_after_founded",
                condition=models.Q(abolished_on__isnull=True)
                | models.Q(founded_on__isnull=True)
                | models.Q(abolished_on__gte=models.F("founded_on")),
            ),
            models.CheckConstraint(
                name="organizations_organization_not_own_superior",
                condition=models.Q(superior__isnull=True) | ~models.Q(superior=models.F("id")),
            ),
        ]
        indexes = [
            models.Index(OpClass("path", name="text_pattern_ops"), name="organizations_subtree"),
            models.Index(fields=["pinyin_key"], name="organizations_by_pinyin"),
            models.Index(fields=["stroke_key"], name="organizations_by_strokes"),
        ]

    def __str__(self) -> str:
        return self.name


class OrganizationChange(models.Model):
    """One change of one organization (组织沿革): what stood there, what stands there since ``on``. Never changed, never removed.

    ``on`` empty: from the very beginning. ``before`` and ``after`` hold the values it touched (``domain.history``),
    ``counterparts`` the ids of the organizations it was merged with or split into. Who recorded it is copied.
    """

    organization = models.ForeignKey(
        Organization, verbose_name="党组织", on_delete=models.PROTECT, related_name="changes"
    )
    kind = models.CharField("事项", max_length=20, choices=ChangeKind.choices())
    on = models.DateField("生效日期", null=True)
    reason = models.CharField("依据和理由", max_length=300, blank=True)
    before = models.JSONField("变更前", default=dict)
    after = models.JSONField("变更后", default=dict)
    counterparts = models.JSONField("相关组织", default=list)
    recorded_by_id = models.BigIntegerField("登记账号编号", null=True)
    recorded_by = models.CharField("登记人", max_length=150)
    recorded_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = verbose_name_plural = "组织沿革"
        ordering = ["id"]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="never_emptied",
                operation=pgtrigger.Truncate,
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                func="RAISE EXCEPTION 'history is append-only' USING ERRCODE = 'integrity_constraint_violation';",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.kind} {self.on}"


class OrganizationPeriod(models.Model):
    """What an organization was from ``begins_on`` (empty: ever since) until before ``ends_on`` (empty: still).

    Computed from the changes by ``domain.history.periods_of`` and written anew with each of them, so that any day of the
    whole tree is one plain read. Days without a row: it did not exist.
    """

    organization = models.ForeignKey(
        Organization, verbose_name="党组织", on_delete=models.PROTECT, related_name="periods"
    )
    begins_on = models.DateField("自", null=True)
    ends_on = models.DateField("至", null=True)
    code = models.CharField("编码", max_length=40)
    name = models.CharField("名称", max_length=120)
    kind = models.CharField("类型", max_length=20, choices=OrganizationKind.choices())
    field = models.CharField("领域", max_length=20)
    superior = models.ForeignKey(
        Organization, verbose_name="上级党组织", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = "组织沿革区间"
        ordering = ["code", "id"]
        constraints = [
            models.CheckConstraint(
                name="organizations_period_ends_after_start",
                condition=models.Q(begins_on__isnull=True)
                | models.Q(ends_on__isnull=True)
                | models.Q(ends_on__gt=models.F("begins_on")),
            ),
            models.UniqueConstraint(
                fields=["organization"],
                condition=models.Q(ends_on__isnull=True),
                name="organizations_period_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.begins_on}–{self.ends_on}"
