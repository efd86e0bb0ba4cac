"""One document: numbered, rendered and stored, once."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.services import record_action
from apps.common.kit.sheets import XLSX
from apps.cycles.models import ReviewCycle
from apps.documents.models import StoredFile
from apps.documents.services import store_file
from apps.official_documents.domain.codes import N_BYTES, code_from, shown_code
from apps.official_documents.domain.dressing import dress_up
from apps.official_documents.domain.scopes import Format, Subject
from apps.official_documents.domain.templates import Dress, Mark
from apps.official_documents.errors import ContentChanged
from apps.official_documents.kit.kinds import Kind, common_values
from apps.official_documents.kit.rendering import render
from apps.official_documents.models import IssuedDocument, NumberSeries, TemplateVersion
from apps.official_documents.selectors.templates import template_of
from apps.official_documents.services.numbers import lock_series, take_number

DOCUMENT_FILE = "official_documents.file"
CONTENT_TYPES = {
    Format.PDF: "application/pdf",
    Format.XLSX: XLSX,
    Format.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@dataclass(frozen=True, slots=True)
class Press:
    """What all documents of one kind in one order share. ``cycle`` comes with its host."""

    kind: Kind
    cycle: ReviewCycle
    version: TemplateVersion | None = None
    verify_url: str = ""


@transaction.atomic
def issue_document(
    press: Press,
    subject: Subject,
    issue_no: int,
    *,
    formats: Collection[Format],
    actor: User | None,
    at: datetime,
) -> IssuedDocument:
    """Make one issue of a document with the files asked for, unless it exists, and return it.

    The earlier issue in force is marked as replaced; the number is kept. A file that is missing from an existing issue is
    added, if the contents are still what they were.

    :raises ContentChanged: they are not.
    """
    series = lock_series(press.cycle, press.kind.key)
    made = _issues(press, subject).filter(issue_no=issue_no).first()
    if made is not None:
        return add_formats(made, formats, actor=actor, at=at)
    return _issue(press, subject, issue_no, series, formats=formats, actor=actor, at=at)


def _issues(press: Press, subject: Subject) -> QuerySet[IssuedDocument]:
    rows = IssuedDocument.objects.filter(kind=press.kind.key, cycle=press.cycle, field=subject.field)
    if subject.reviewee_id is None:
        return rows.filter(reviewee__isnull=True)
    return rows.filter(reviewee_id=subject.reviewee_id)


def _issue(
    press: Press,
    subject: Subject,
    issue_no: int,
    series: NumberSeries,
    *,
    formats: Collection[Format],
    actor: User | None,
    at: datetime,
) -> IssuedDocument:
    earlier = list(_issues(press, subject).filter(issue_no__lt=issue_no).order_by("-issue_no"))
    replaced = _set_aside(earlier, at)
    document = IssuedDocument(
        kind=press.kind.key,
        cycle=press.cycle,
        reviewee_id=subject.reviewee_id,
        field=subject.field,
        issue_no=issue_no,
        number=_number(press, earlier, series),
        template_version=press.version,
        code=code_from(secrets.token_bytes(N_BYTES)),
        verify_url=press.verify_url,
        issued_at=at,
        issued_by=actor,
    )
    content, dress = _filled(document, press.kind)
    document.title, document.number_text = dress.title[:200], dress.number[:60]
    document.save(force_insert=True)
    if replaced is not None:
        replaced.replaced_by = document
        replaced.save(update_fields=["replaced_by"])
    _make_files(document, press.kind, content, dress, formats={Format.PDF, *formats}, actor=actor, at=at)
    details = {"kind": press.kind.label, "number": dress.number, "issue_no": issue_no}
    record_action("official_documents.issued", document, actor=actor, at=at, details=details)
    return document


def _set_aside(earlier: list[IssuedDocument], at: datetime) -> IssuedDocument | None:
    """Take the issue in force out of force, and return it."""
    for one in earlier:
        if one.is_in_force:
            one.replaced_at = at
            one.save(update_fields=["replaced_at"])
            return one
    return None


def _number(press: Press, earlier: list[IssuedDocument], series: NumberSeries) -> int | None:
    """Return the number: the one an earlier issue has, else the next; ``None`` if the template counts none."""
    if not template_of(press.kind, press.version).number:
        return None
    kept = next((one.number for one in earlier if one.number is not None), None)
    return kept if kept is not None else take_number(series)


def _filled(document: IssuedDocument, kind: Kind) -> tuple[Any, Dress]:
    """Return contents and dress of a document as they are now."""
    content = kind.contents(document.subject)
    issued_on = timezone.localtime(document.issued_at).date()
    values = {**common_values(document.cycle, issued_on), **kind.values(content)}
    dress = dress_up(
        template_of(kind, document.template_version),
        kind.passages,
        kind.switches,
        values,
        number=document.number,
        issue_no=document.issue_no,
        issued_on=issued_on,
        mark=_mark(document),
    )
    return content, dress


def _mark(document: IssuedDocument) -> Mark:
    """Return the mark. The code stands behind the #, which no browser sends and no server logs."""
    code = shown_code(document.code)
    return Mark(code, f"{document.verify_url}#{code}" if document.verify_url else f"文书核验码 {code}")


def _make_files(
    document: IssuedDocument,
    kind: Kind,
    content: Any,
    dress: Dress,
    *,
    formats: Collection[Format],
    actor: User | None,
    at: datetime,
) -> None:
    """Render all files first, then store them: the log is locked from the first stored file on."""
    wanted = [one for one in Format if one in formats and one in kind.formats]
    rendered = {one: render(kind, content, dress, one) for one in wanted}
    for one, data in rendered.items():
        setattr(document, one.value, _store(document, one, data, actor=actor, at=at))
    document.save(update_fields=[one.value for one in wanted])


def _store(
    document: IssuedDocument, file_format: Format, data: bytes, *, actor: User | None, at: datetime
) -> StoredFile:
    return store_file(
        DOCUMENT_FILE,
        file_name(document, file_format),
        data,
        content_type=CONTENT_TYPES[file_format],
        subject_id=document.pk,
        actor=actor,
        at=at,
    )


def file_name(document: IssuedDocument, file_format: Format) -> str:
    """Return a name that people can sort and read: ``003 东山街道党工委 某某 反馈意见书（第2次）.pdf``."""
    reviewee = document.reviewee
    about = document.about or document.cycle.title
    place = f"{reviewee.order_no:03d} " if reviewee else ""
    again = f"（第{document.issue_no}次）" if document.issue_no > 1 else ""
    return f"{place}{about} {document.kind_label}{again}.{file_format.value}"


@transaction.atomic
def add_formats(
    document: IssuedDocument, formats: Collection[Format], *, actor: User | None, at: datetime
) -> IssuedDocument:
    """Add the files that are missing, if the PDF made of today's contents is the one that was issued, byte for byte.

    :raises ContentChanged: it is not.
    """
    kind = document.document_kind
    if kind is None:
        return document
    missing = [one for one in formats if one in kind.formats and one not in document.files]
    if not missing:
        return document
    content, dress = _filled(document, kind)
    if not _is_as_issued(document, render(kind, content, dress, Format.PDF)):
        names = "、".join(one.label for one in missing)
        raise ContentChanged(
            f"“{document}”的内容或字体在出具之后有变化，补出的{names}会与已出具的 PDF 不一致，所以没有补。请重新出具这一份。"
        )
    _make_files(document, kind, content, dress, formats=missing, actor=actor, at=at)
    return document


def _is_as_issued(document: IssuedDocument, data: bytes) -> bool:
    return document.pdf is not None and sha256(data).hexdigest() == document.pdf.sha256
