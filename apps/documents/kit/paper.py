"""What one can write on an official page, whatever the file: PDF (``official``) and .docx (``word``) both do this."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from reportlab.graphics.shapes import Drawing


class Paper(Protocol):
    """A document being put together, block by block. Texts are plain: nothing in them is read as mark-up."""

    def heading(self, text: str, level: int = 1) -> None:
        """Add a heading: level 1 黑体 (一、), 2 楷体 (（一）), 3 仿宋 (1.). It never ends a page."""

    def paragraph(self, text: str) -> None:
        """Add text, indented by two characters; every line end in it starts a paragraph."""

    def table(
        self,
        head: Sequence[str],
        rows: Sequence[Sequence[object]],
        widths_mm: Sequence[float] | None = None,
        align: str = "",
        *,
        caption: str = "",
    ) -> None:
        """Add a table. Widths are stretched or shrunk alike to fill the type area; ``align`` is like ``"lccr"``."""

    def figure(self, drawing: Drawing, *, caption: str = "") -> None:
        """Add a chart (``documents.kit.charts``). Its numbers must stand in a table or text as well."""

    def attachments(self, names: Sequence[str]) -> None:
        """Name what is attached (附件：1. …), before the signature."""

    def signature(self, organization: str, on: date, *, has_seal: bool = True) -> None:
        """Add the signing organization and the date. It never stands on a page without text."""

    def imprint(self, copies_to: str, printer: str, on: date) -> None:
        """Add 抄送 and 印发机关 at the foot of the last page; nothing if both are empty."""

    def signature_lines(self, labels: Sequence[str]) -> None:
        """Add lines to be signed by hand, each with room for a name and a date."""

    def page_break(self) -> None:
        """Go on with a new page."""
