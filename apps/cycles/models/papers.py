"""The evaluation forms of a scheme, and what they looked like before."""

from django.conf import settings
from django.db import models

from apps.cycles.domain.papers.templates import PaperTemplate, template_from
from apps.cycles.models.freezing import freeze_triggers
from apps.cycles.models.schemes import ReviewScheme


class SchemePaper(models.Model):
    """One evaluation form of the scheme (测评表). ``definition`` is ``domain.papers.templates.describe_template``.

    Usually there is one; two subjects that are scored apart have one each, on the same ballot. ``order_no`` is the key of its
    part inside a ballot.
    """

    scheme = models.ForeignKey(ReviewScheme, on_delete=models.PROTECT, related_name="papers")
    order_no = models.PositiveSmallIntegerField("顺序")
    name = models.CharField("名称", max_length=60)
    preset = models.CharField("版式", max_length=20, blank=True)
    definition = models.JSONField("内容")
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "测评表"
        ordering = ["order_no"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "name"], name="cycles_schemepaper_name"),
            models.UniqueConstraint(
                fields=["scheme", "order_no"],
                name="cycles_schemepaper_order",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]
        triggers = freeze_triggers()

    def __str__(self) -> str:
        return self.name

    @property
    def template(self) -> PaperTemplate:
        """The form as the rules read it."""
        return template_from(self.definition)


class PaperRevision(models.Model):
    """What a form looked like before it was saved again: nothing typed is lost."""

    paper = models.ForeignKey(SchemePaper, on_delete=models.CASCADE, related_name="revisions")
    version = models.PositiveIntegerField("版本")
    name = models.CharField("名称", max_length=60)
    definition = models.JSONField("内容")
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    saved_at = models.DateTimeField("保存时间")

    class Meta:
        verbose_name = verbose_name_plural = "测评表旧版本"
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["paper", "version"], name="cycles_paperrevision_once"),
        ]

    def __str__(self) -> str:
        return f"{self.paper_id} v{self.version}"

    @property
    def template(self) -> PaperTemplate:
        """The form as it was."""
        return template_from(self.definition)
