"""The tree of Party organizations."""

from django.contrib.postgres.indexes import OpClass
from django.db import models

from apps.common.models import VersionedModel
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
