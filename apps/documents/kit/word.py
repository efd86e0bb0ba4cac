"""The same page as an editable .docx: margins, grid of 22 × 28, fonts by the names of GB/T 9704 with what stands in for them.

It carries no verification mark: what can be edited proves nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.shared import Length, Mm, Pt
from reportlab.graphics.shapes import Drawing

from apps.common.domain.chinese_dates import chinese_date
from apps.documents.domain.line_breaking import printable
from apps.documents.domain.titles import break_title
from apps.documents.kit.endings import spread
from apps.documents.kit.flowables import CENTRED_UP_TO
from apps.documents.kit.official import attachment_lines
from apps.documents.kit.pictures import picture_of
from apps.documents.kit.word_parts import (
    add_page_number,
    leave_grid,
    name_fonts,
    no_split,
    repeat_head,
    rule_paragraph,
    set_fonts,
    set_grid,
    sink_to_foot,
    tighten,
    use_even_footers,
)

LEADING, CELL = Pt(28.99), Pt(15.79)  # 225 mm / 22, 156 mm / 28
BODY_SIZE, TITLE_SIZE, CELL_SIZE, SMALL_SIZE = Pt(16), Pt(22), Pt(10.5), Pt(14)
FANGSONG, TITLE, HEADING, KAI = "仿宋_GB2312", "方正小标宋简体", "黑体", "楷体_GB2312"
ROW_HEIGHT = Pt(24)
CLOSER = 0.25  # points between characters of the text, so that 28 of 16 points fill a line of 156 mm
LEVEL_FONTS = {1: HEADING, 2: KAI, 3: FANGSONG}
ALIGNS = {"l": WD_ALIGN_PARAGRAPH.LEFT, "c": WD_ALIGN_PARAGRAPH.CENTER, "r": WD_ALIGN_PARAGRAPH.RIGHT}
MIDNIGHT = datetime(2000, 1, 1, tzinfo=UTC).time()


@dataclass(frozen=True, slots=True)
class _Look:
    """How a paragraph is set. Indents count characters."""

    font: str = FANGSONG
    size: Length = BODY_SIZE
    first: float = 0
    left: float = 0
    right: float = 0
    align: Any = WD_ALIGN_PARAGRAPH.LEFT
    is_bold: bool = False
    keeps_with_next: bool = False
    is_tight: bool = False  # single spacing, for table cells


BODY = _Look(first=2, align=WD_ALIGN_PARAGRAPH.JUSTIFY)
CELL_LOOK = _Look(size=CELL_SIZE, is_tight=True)


class WordDocument:
    """Put a document together block by block, then ``build()`` it. See ``documents.kit.paper``."""

    def __init__(
        self,
        title: str,
        *,
        number: str = "",
        recipient: str = "",
        secrecy: str = "",
        landscape: bool = False,
        made_on: date,
    ) -> None:
        self._file: Any = Document()
        self._width_mm = 225 if landscape else 156
        self._set_page(landscape=landscape)
        self._describe(title, number, made_on)
        if secrecy or number:
            self._marks(secrecy, number)
        for line in break_title(printable(title).strip(), self._width_mm * 72 // (254 * 22 // 10)):
            self._add(line, _Look(TITLE, TITLE_SIZE, align=WD_ALIGN_PARAGRAPH.CENTER, keeps_with_next=True))
        self._add("", _Look())
        if recipient:
            self._add(recipient.rstrip("：:") + "：", _Look())

    def _set_page(self, *, landscape: bool) -> None:
        section = self._file.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        top, bottom, left, right = Mm(37), Mm(35), Mm(28), Mm(26)
        if landscape:
            section.orientation = WD_ORIENT.LANDSCAPE
            section.page_width, section.page_height = Mm(297), Mm(210)
            top, bottom, left, right = Mm(28), Mm(26), Mm(35), Mm(37)
        section.top_margin, section.bottom_margin = top, bottom
        section.left_margin, section.right_margin = left, right
        section.footer_distance = bottom - Mm(12)  # the dash of the number 7 mm below the type area
        set_grid(section, LEADING)
        use_even_footers(self._file)
        for footer, align in ((section.footer, "r"), (section.even_page_footer, "l")):
            add_page_number(footer.paragraphs[0], ALIGNS[align], SMALL_SIZE)
        name_fonts(self._file)
        set_fonts(self._file.styles["Normal"], FANGSONG, BODY_SIZE)

    def _describe(self, title: str, number: str, made_on: date) -> None:
        about = self._file.core_properties
        about.title, about.subject = printable(title).replace("\n", ""), number
        about.author = about.last_modified_by = "述评考"
        about.created = about.modified = datetime.combine(made_on, MIDNIGHT)

    def _marks(self, secrecy: str, number: str) -> None:
        """The first line: secrecy on the left, document number on the right."""
        line = self._add(secrecy, _Look(HEADING))
        line.paragraph_format.tab_stops.add_tab_stop(Mm(self._width_mm), WD_TAB_ALIGNMENT.RIGHT)
        line.add_run().add_tab()
        self._run(line, number, _Look())
        self._add("", _Look())

    def heading(self, text: str, level: int = 1) -> None:
        """Add a heading: level 1 黑体 (一、), 2 楷体 (（一）), 3 仿宋 (1.). It stays with what follows."""
        self._add(text, _Look(LEVEL_FONTS[level], first=2, keeps_with_next=True))

    def paragraph(self, text: str) -> None:
        """Add text, indented by two characters; every line end in it starts a paragraph."""
        for part in printable(text).split("\n"):
            if part.strip():
                self._add(part.strip(), BODY)

    def table(
        self,
        head: Sequence[str],
        rows: Sequence[Sequence[object]],
        widths_mm: Sequence[float] | None = None,
        align: str = "",
        *,
        caption: str = "",
    ) -> None:
        """Add a table whose head is repeated on every page; rows stay whole."""
        if caption:
            look = _Look(size=Pt(12), align=ALIGNS["c"], is_bold=True, keeps_with_next=True, is_tight=True)
            self._add(caption, look)
        table = self._file.add_table(rows=0, cols=len(head))
        table.style, table.autofit, table.alignment = "Table Grid", False, WD_TABLE_ALIGNMENT.CENTER
        given = list(widths_mm) if widths_mm else [1.0] * len(head)
        widths = [Mm(width * self._width_mm / sum(given)) for width in given]
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width  # LibreOffice heeds these, Word those of the cells
        texts = [["" if value is None else str(value) for value in row] for row in rows]
        aligns = align or _aligns(texts, len(head))
        self._row(table, head, widths, "c" * len(head), is_head=True)
        for row in texts:
            self._row(table, row, widths, aligns)
        self._add("", _Look(size=Pt(6), is_tight=True))

    def _row(
        self,
        table: Any,
        texts: Sequence[str],
        widths: Sequence[Length],
        aligns: str,
        *,
        is_head: bool = False,
    ) -> None:
        row = table.add_row()
        row.height, row.height_rule = ROW_HEIGHT, WD_ROW_HEIGHT_RULE.AT_LEAST
        no_split(row)
        if is_head:
            repeat_head(row)
        for cell, text, width, align in zip(row.cells, texts, widths, aligns, strict=True):
            cell.width, cell.vertical_alignment = width, 1
            for place, part in enumerate(printable(text).split("\n")):
                line = cell.paragraphs[0] if place == 0 else cell.add_paragraph()
                look = _Look(HEADING if is_head else FANGSONG, CELL_SIZE, align=ALIGNS[align], is_tight=True)
                self._set(line, part, look)

    def figure(self, drawing: Drawing, *, caption: str = "") -> None:
        """Add a chart as a picture, shrunk to the type area if it is wider."""
        line = self._add("", _Look(align=ALIGNS["c"], is_tight=True, keeps_with_next=bool(caption)))
        width = min(Mm(self._width_mm), Pt(drawing.width))
        line.add_run().add_picture(BytesIO(picture_of(drawing)), width=width)
        if caption:
            self._add(caption, _Look(size=Pt(12), align=ALIGNS["c"], is_bold=True, is_tight=True))

    def attachments(self, names: Sequence[str]) -> None:
        """Name what is attached: a blank line, then 附件：1. …"""
        self._add("", _Look())
        for line in attachment_lines(names):
            self._add(line, _Look(first=2))

    def signature(self, organization: str, on: date, *, has_seal: bool = True) -> None:
        """Add the signing organization and the date, kept together."""
        dated = chinese_date(on)
        n_date = sum(1 if ord(char) > 127 else 0.5 for char in dated)  # noqa: PLR2004 -- ASCII is half as wide
        right = ALIGNS["r"]
        above = max(2.0, 4 + (n_date - len(organization)) / 2) if has_seal else 2.0
        date_right = 4 if has_seal else max(0.0, len(organization) - n_date)
        self._add("", _Look(keeps_with_next=True))
        self._add("", _Look(keeps_with_next=True))
        self._add(organization, _Look(right=above, align=right, keeps_with_next=True))
        self._add(dated, _Look(right=date_right, align=right))

    def signature_lines(self, labels: Sequence[str]) -> None:
        """Add lines to be signed by hand, each with room for a name and a date."""
        if labels:
            self._add("", _Look(keeps_with_next=True))
        longest = max((len(label) for label in labels), default=0)
        for label in labels:
            self._add(f"{spread(label, longest)}：＿＿＿＿＿＿＿＿＿　　年　　月　　日", _Look(first=2))

    def imprint(self, copies_to: str, printer: str, on: date) -> None:
        """Add 抄送 and 印发机关 at the foot of the last page; nothing if both are empty."""
        if not copies_to and not printer:
            return
        table = self._file.add_table(rows=0, cols=1)
        sink_to_foot(table)
        if copies_to:
            self._imprint_row(table, f"抄送：{copies_to.strip().rstrip('。.；;')}。", is_last=not printer)
        if printer:
            line = self._imprint_row(table, printer, is_last=True, is_first=not copies_to)
            line.paragraph_format.tab_stops.add_tab_stop(
                Mm(self._width_mm) - 2 * SMALL_SIZE, WD_TAB_ALIGNMENT.RIGHT
            )
            line.add_run().add_tab()
            self._run(line, f"{chinese_date(on)}印发", _Look(size=SMALL_SIZE))

    def _imprint_row(self, table: Any, text: str, *, is_last: bool, is_first: bool = True) -> Any:
        cell = table.add_row().cells[0]
        cell.width = Mm(self._width_mm)
        line = cell.paragraphs[0]
        self._set(line, text, _Look(size=SMALL_SIZE, left=0.9, is_tight=True))
        rule_paragraph(cell, outer_above=is_first, outer_below=is_last)
        return line

    def page_break(self) -> None:
        """Go on with a new page."""
        self._file.add_paragraph().add_run().add_break(WD_BREAK.PAGE)

    def build(self) -> bytes:
        """Return the file."""
        out = BytesIO()
        self._file.save(out)
        return out.getvalue()

    def _add(self, text: str, look: _Look) -> Any:
        line = self._file.add_paragraph()
        self._set(line, text, look)
        return line

    def _set(self, line: Any, text: str, look: _Look) -> None:
        place = line.paragraph_format
        place.space_before = place.space_after = Pt(0)
        place.alignment, place.keep_with_next = look.align, look.keeps_with_next
        if look.is_tight:
            place.line_spacing_rule = WD_LINE_SPACING.SINGLE
        else:
            place.line_spacing_rule, place.line_spacing = WD_LINE_SPACING.EXACTLY, LEADING
        for name in ("first", "left", "right"):
            if amount := getattr(look, name):
                setattr(place, f"{'first_line' if name == 'first' else name}_indent", Pt(amount * CELL.pt))
        if text:
            self._run(line, text, look)
        if look.is_tight:
            leave_grid(line)

    def _run(self, line: Any, text: str, look: _Look) -> None:
        run = line.add_run(printable(text))
        run.bold = look.is_bold or None
        set_fonts(run, look.font, look.size)
        if look.size == BODY_SIZE:
            tighten(run, CLOSER)


def _aligns(rows: Sequence[Sequence[str]], n_columns: int) -> str:
    longest = [max((len(row[i]) for row in rows), default=0) for i in range(n_columns)]
    return "".join("c" if length <= CENTRED_UP_TO else "l" for length in longest)
