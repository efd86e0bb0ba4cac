"""Editing templates: every save is a version, nothing is ever overwritten."""

from datetime import datetime

from django.db import transaction

from apps.accounts.models import User
from apps.audit.services import record_action
from apps.common.services import check_version, touch_version
from apps.cycles.models import ReviewCycle
from apps.official_documents.domain.template_checks import faults
from apps.official_documents.domain.templates import Template, describe_template
from apps.official_documents.errors import NothingEdited, WordingRefused
from apps.official_documents.kit.kinds import COMMON_FIELDS, Kind, kind_for
from apps.official_documents.models import DocumentTemplate, TemplateVersion
from apps.official_documents.selectors.templates import template_of
from apps.organizations.models import Organization


def known_fields(kind: Kind) -> list[str]:
    """Return the names of the fields that texts of a kind may use."""
    return [one.name for one in (*kind.fields, *COMMON_FIELDS)]


@transaction.atomic
def save_template(
    kind: Kind,
    host: Organization,
    template: Template,
    *,
    cycle: ReviewCycle | None = None,
    version: int | None = None,
    actor: User,
    at: datetime,
    restored_from: int | None = None,
) -> TemplateVersion:
    """Save what a template says as its next version, which is in use from now on.

    ``version`` is the lock the page was opened with, ``None``: the first version, or no page.

    :raises WordingRefused: a text names an unknown field, or is too long or missing.
    :raises NothingEdited: it says what it said before.
    :raises StaleVersion: somebody else has saved meanwhile.
    """
    wrong = faults(template, kind.passages, known_fields(kind))
    if wrong:
        raise WordingRefused(next(iter(wrong.values())))
    row, _ = DocumentTemplate.objects.get_or_create(kind=kind.key, host=host, cycle=cycle)
    row = DocumentTemplate.objects.select_for_update(of=("self",)).get(pk=row.pk)
    last = row.versions.first()
    if version is not None and last is not None:
        check_version(row, version)
    content = describe_template(template)
    if last is not None and last.content == content:
        raise NothingEdited("没有改动，所以没有存成新的版本。")
    saved = TemplateVersion.objects.create(
        template=row,
        version_no=last.version_no + 1 if last else 1,
        content=content,
        restored_from=restored_from,
        saved_by=actor,
        saved_at=at,
    )
    touch_version(row)
    row.save(update_fields=["version"])
    details = {"kind": kind.label, "version": saved.version_no, "restored_from": restored_from}
    record_action("official_documents.template_saved", row, actor=actor, at=at, details=details)
    return saved


@transaction.atomic
def restore_template(version: TemplateVersion, *, actor: User, at: datetime) -> TemplateVersion:
    """Make an earlier version the newest one again; those between are kept.

    :raises WordingRefused: it names a field that the platform no longer has.
    :raises NothingEdited: it is in use already.
    """
    row = version.template
    kind = kind_for(row.kind)
    if kind is None:
        raise WordingRefused("本系统已没有这一类文书，模板不能恢复。")
    return save_template(
        kind,
        row.host,
        template_of(kind, version),
        cycle=row.cycle,
        actor=actor,
        at=at,
        restored_from=version.version_no,
    )
