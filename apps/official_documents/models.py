"""Documents that were issued, the templates they were made by, and the counters of their numbers."""

import pgtrigger
from django.conf import settings
from django.db import models

from apps.common.models import VersionedModel
from apps.cycles.models import ReviewCycle, Reviewee
from apps.documents.models import StoredFile
from apps.official_documents.domain.codes import shown_code
from apps.official_documents.domain.scopes import Format, Subject
from apps.official_documents.domain.states import DocumentState
from apps.official_documents.kit.kinds import Kind, kind_for
from apps.organizations.models import OfField, Organization


class DocumentTemplate(VersionedModel):
    """The edited template of one kind: of a host organization, or of one of its cycles, which then wins."""

    kind = models.CharField("文书", max_length=40)
    host = models.ForeignKey(
        Organization, verbose_name="组织单位", on_delete=models.PROTECT, related_name="document_templates"
    )
    cycle = models.ForeignKey(
        ReviewCycle,
        verbose_name="仅用于周期",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="document_templates",
    )

    class Meta:
        verbose_name = verbose_name_plural = "文书模板"
        ordering = ["kind", "host_id", "cycle_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "host", "cycle"],
                name="official_documents_template_once",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        kind = kind_for(self.kind)
        return f"{kind.label if kind else self.kind}模板"


class TemplateVersion(models.Model):
    """A template as it was saved: nothing that documents were made by is ever lost. The newest one is in use."""

    template = models.ForeignKey(DocumentTemplate, on_delete=models.PROTECT, related_name="versions")
    version_no = models.PositiveIntegerField("版本")
    content = models.JSONField("内容")
    restored_from = models.PositiveIntegerField("恢复自", null=True)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    saved_at = models.DateTimeField("保存时间")

    class Meta:
        verbose_name = verbose_name_plural = "模板版本"
        ordering = ["-version_no"]
        constraints = [
            models.UniqueConstraint(
                fields=["template", "version_no"], name="official_documents_version_once"
            ),
        ]
        triggers = [pgtrigger.Protect(name="kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.template_id} v{self.version_no}"


class NumberSeries(models.Model):
    """The counter of one kind's numbers in one year. Its row is locked while a number is given: no gap, no double."""

    host = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField("文书", max_length=40)
    year = models.PositiveSmallIntegerField("年度")
    last = models.PositiveIntegerField("最后的文号", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "文号序列"
        constraints = [
            models.UniqueConstraint(fields=["host", "kind", "year"], name="official_documents_series_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.year}: {self.last}"


class IssuedDocument(OfField):
    """One issue of one document (文书). It stays as it was issued; another issue replaces it.

    ``number`` is ``None`` for kinds that count none. ``pdf`` is always there; the other files are made when somebody wants them.
    """

    kind = models.CharField("文书", max_length=40)
    cycle = models.ForeignKey(
        ReviewCycle, verbose_name="周期", on_delete=models.PROTECT, related_name="issued_documents"
    )
    reviewee = models.ForeignKey(
        Reviewee,
        verbose_name="述职对象",
        null=True,
        on_delete=models.PROTECT,
        related_name="issued_documents",
    )
    field = models.CharField("领域", max_length=20, blank=True)
    issue_no = models.PositiveSmallIntegerField("第几次出具", default=1)
    title = models.CharField("标题", max_length=200)
    number = models.PositiveIntegerField("文号", null=True)
    number_text = models.CharField("文号", max_length=60, blank=True)
    template_version = models.ForeignKey(
        TemplateVersion,
        verbose_name="模板版本",
        null=True,
        on_delete=models.PROTECT,
        related_name="documents",
    )
    code = models.CharField("核验码", max_length=12, unique=True)
    verify_url = models.CharField("核验地址", max_length=200, blank=True)
    pdf = models.OneToOneField(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    xlsx = models.OneToOneField(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    docx = models.OneToOneField(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField("出具时间")
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    read_at = models.DateTimeField("本人查收时间", null=True)
    outdated_at = models.DateTimeField("内容有变的时间", null=True)
    outdated_reason = models.CharField("内容有变的原因", max_length=200, blank=True)
    replaced_at = models.DateTimeField("被替换的时间", null=True)
    replaced_by = models.OneToOneField(
        "self", verbose_name="替换它的一份", null=True, on_delete=models.PROTECT, related_name="replaces"
    )
    revoked_at = models.DateTimeField("作废时间", null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    revoked_reason = models.CharField("作废原因", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "文书"
        ordering = ["-issued_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "cycle", "reviewee", "field", "issue_no"],
                name="official_documents_issue_once",
                nulls_distinct=False,
            ),
            models.UniqueConstraint(
                fields=["kind", "cycle", "reviewee", "field"],
                condition=models.Q(replaced_at__isnull=True, revoked_at__isnull=True),
                name="official_documents_one_in_force",
                nulls_distinct=False,
            ),
            models.UniqueConstraint(
                fields=["kind", "cycle", "number", "issue_no"], name="official_documents_number_once"
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="as_issued",
                fields=[
                    "kind", "cycle", "reviewee", "field", "issue_no", "title", "number", "number_text", "code", "issued_at",
                ],
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return " ".join(part for part in (self.number_text, self.title, self.about) if part)

    @property
    def subject(self) -> Subject:
        return Subject(self.cycle_id, self.reviewee_id, self.field)

    @property
    def about(self) -> str:
        """Whom or what it is about, in words."""
        if self.reviewee is not None:
            return str(self.reviewee)
        return f"{self.get_field_display()}领域" if self.field else ""

    @property
    def document_kind(self) -> Kind | None:
        return kind_for(self.kind)

    @property
    def kind_label(self) -> str:
        kind = self.document_kind
        return kind.label if kind else self.kind

    @property
    def state(self) -> DocumentState:
        if self.revoked_at is not None:
            return DocumentState.REVOKED
        if self.replaced_at is not None:
            return DocumentState.REPLACED
        return DocumentState.OUTDATED if self.outdated_at is not None else DocumentState.CURRENT

    @property
    def is_in_force(self) -> bool:
        return self.revoked_at is None and self.replaced_at is None

    @property
    def files(self) -> dict[Format, StoredFile]:
        """The files there are, the PDF first."""
        found = ((one, getattr(self, one.value)) for one in Format)
        return {one: file for one, file in found if file is not None}

    @property
    def shown_code(self) -> str:
        return shown_code(self.code)
