"""From contents and dress to the bytes of a file. The same input gives the same bytes, to the last one."""

from typing import Any

from apps.common.kit.sheets import workbook_bytes
from apps.documents.kit.official import OfficialDocument
from apps.documents.kit.paper import Paper
from apps.documents.kit.word import WordDocument
from apps.official_documents.domain.scopes import Format
from apps.official_documents.domain.templates import Dress
from apps.official_documents.kit.kinds import Kind


def render(kind: Kind, content: Any, dress: Dress, file_format: Format) -> bytes:
    """Return the file.

    :raises MissingGlyph: no font at hand has one of the characters.
    :raises LookupError: the kind does not come in this format (a mistake in the program).
    """
    if file_format not in kind.formats:
        raise LookupError(f"{kind.key} does not come as {file_format.value}")
    if file_format is Format.XLSX:
        return workbook_bytes(*kind.tables(content, dress))
    if file_format is Format.DOCX:
        return _docx(kind, content, dress)
    return _pdf(kind, content, dress)


def _pdf(kind: Kind, content: Any, dress: Dress) -> bytes:
    document = OfficialDocument(
        dress.title,
        number=dress.number,
        recipient=kind.recipient(content),
        secrecy=dress.secrecy,
        landscape=kind.is_landscape,
    )
    if dress.mark:
        document.mark(dress.mark.code, dress.mark.qr_text)
    _write(document, kind, content, dress)
    return document.build()


def _docx(kind: Kind, content: Any, dress: Dress) -> bytes:
    document = WordDocument(
        dress.title,
        number=dress.number,
        recipient=kind.recipient(content),
        secrecy=dress.secrecy,
        landscape=kind.is_landscape,
        made_on=dress.issued_on,
    )
    _write(document, kind, content, dress)
    return document.build()


def _write(paper: Paper, kind: Kind, content: Any, dress: Dress) -> None:
    """Let the kind write its text, then close the document."""
    kind.compose(paper, content, dress)
    if dress.issue_no > 1:
        paper.paragraph(f"（本{kind.label}为第{dress.issue_no}次出具，此前出具的同时作废。）")
    if dress.signer:
        paper.signature(dress.signer, dress.issued_on, has_seal=dress.has_seal)
    paper.signature_lines(dress.signature_lines)
    paper.imprint(dress.copies_to, dress.printer, dress.issued_on)
