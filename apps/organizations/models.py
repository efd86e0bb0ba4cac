"""The fields in which organizations are compared, the tree of Party organizations and its history."""

from collections.abc import Mapping

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Upper

from apps.common.models import VersionedModel
from apps.organizations.domain.fields import Field
from apps.organizations.domain.history import ChangeKind
from apps.organizations.domain.kinds import OrganizationKind
from apps.organizations.kit.kept import Kept


class OrganizationField(models.Model):
    """A field of Party-building work (领域). ``key`` is what all other tables store; it never changes and never vanishes.

    ``retired_on``: not offered any more since that day; organizations that have it keep it.
    """

    key = models.CharField("代码", max_length=20, primary_key=True)
    label = models.CharField("名称", max_length=20, unique=True)
    order_no = models.PositiveSmallIntegerField("顺序")
    retired_on = models.DateField("停用日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "领域"
        ordering = ["order_no", "key"]
        constraints = [
            models.CheckConstraint(
                name="organizations_organizationfield_key_is_slug",
                condition=models.Q(key__regex=r"^[a-z0-9]+(-[a-z0-9]+)*$"),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="key_stays", fields=["key"]),
        ]

    def __str__(self) -> str:
        return self.label


def _read_fields() -> Mapping[str, Field]:
    rows = OrganizationField.objects.order_by("order_no", "key")
    return {key: Field(key, label) for key, label in rows.values_list("key", "label")}


kept_fields: Kept[Mapping[str, Field]] = Kept(_read_fields, lambda: settings.FIELDS_KEPT_SECONDS)


def field_named(key: str) -> Field:
    """Return a field by its key; one that nobody knows is named after its key."""
    found = kept_fields.get().get(key) or kept_fields.read_again().get(key)
    return found or Field(key, key)


class OfField(models.Model):
    """A row that belongs to a field; it stores the key."""

    field = models.CharField("领域", max_length=20)

    class Meta:
        abstract = True

    def get_field_display(self) -> str:
        """Return the name of the field, as Django does for a choice; empty without a field."""
        return field_named(self.field).label if self.field else ""


class Characters(models.Func):
    """The characters of a text, one by one: an index of them finds Chinese of any length."""

    function = "string_to_array"
    template = "%(function)s(%(expressions)s, NULL)"
    output_field = ArrayField(models.TextField())


class Organization(VersionedModel, OfField):
    """A Party organization (党组织).

    ``path`` holds the ids from the root down to this row, each closed by a slash (``"1/17/204/"``), so a subtree is one
    prefix; services keep it true when an organization moves. Abolished organizations stay, with their date.
    The database lets no ``field`` in that ``OrganizationField`` does not know.
    """

    code = models.CharField("编码", max_length=40, unique=True)
    name = models.CharField("名称", max_length=120)
    kind = models.CharField("类型", max_length=20, choices=OrganizationKind.choices())
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
            GinIndex(Characters(Upper("name")), name="organizations_name_characters"),
            GinIndex(OpClass(Upper("pinyin_key"), name="gin_trgm_ops"), name="organizations_pinyin_parts"),
            GinIndex(OpClass("initials_key", name="gin_trgm_ops"), name="organizations_initials_parts"),
            models.Index(OpClass("initials_key", name="text_pattern_ops"), name="organizations_initials"),
            models.Index(OpClass(Upper("code"), name="text_pattern_ops"), name="organizations_code"),
            # The orders of the list that few values make: without these each page sorts the whole country.
            models.Index(fields=["kind", "id"], name="organizations_by_kind"),
            models.Index(fields=["field", "id"], name="organizations_by_field"),
            models.Index(fields=["founded_on", "id"], name="organizations_by_founding"),
            models.Index(fields=["abolished_on", "id"], name="organizations_by_end"),
            models.Index(fields=["depth", "pinyin_key", "id"], name="organizations_by_depth"),
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


class OrganizationPeriod(OfField):
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
    superior = models.ForeignKey(
        Organization, verbose_name="上级党组织", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = "组织沿革区间"
        ordering = ["code", "id"]
        indexes = [
            models.Index(fields=["code", "id"], name="organizations_period_by_code"),
            models.Index(fields=["begins_on", "id"], name="organizations_period_begins"),
            models.Index(fields=["ends_on", "id"], name="organizations_period_ends"),
            GinIndex(Characters(Upper("name")), name="organizations_period_name"),
            models.Index(OpClass(Upper("code"), name="text_pattern_ops"), name="organizations_period_code"),
        ]
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
