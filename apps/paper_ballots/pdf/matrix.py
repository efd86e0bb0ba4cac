"""Everybody on one table: persons down, items across, a column per option (reference layouts T5, T10, T13, T18)."""

from dataclasses import dataclass
from itertools import groupby

from reportlab.lib.pagesizes import A3, A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from apps.cycles.domain.papers.templates import CommentPolicy, Item, ItemKind, Option
from apps.documents.kit.text import draw_text, text_width, wrap
from apps.evaluations.domain.ballot_papers import Subject
from apps.paper_ballots.pdf.frame import (
    BOX,
    EDGE,
    FOOT,
    Frame,
    band_words,
    draw_box,
    draw_cell,
    item_words,
    range_words,
)

NUMBER, PERSON = 10 * mm, 52 * mm
ROW = 13.5 * mm
SECTION, ITEM, OPTION = 6 * mm, 12 * mm, 7.5 * mm
LEAST = {ItemKind.NUMBER: 15 * mm, ItemKind.RANK: 13 * mm, ItemKind.TEXT: 34 * mm}
LEAST_OPTION = 8.2 * mm
COMMENT_WIDTH = 38 * mm
WHOLE_COMMENT = 26 * mm
BAND_STEP = 12.0


@dataclass(frozen=True, slots=True)
class Column:
    """One item with its options, or the comments; ``width`` in points."""

    text: str
    section: str
    options: tuple[Option, ...]
    width: float


class Matrix:
    """The table on a page of one size."""

    def __init__(self, frame: Frame, subjects: tuple[Subject, ...], page: tuple[float, float]) -> None:
        self.frame, self.subjects, self.page = frame, subjects, page
        self.columns = _columns(frame)
        self.bands = _bands(frame, self.width)
        self.has_sections = any(column.section for column in self.columns)
        self.has_options = any(column.options for column in self.columns)

    @classmethod
    def that_fits(cls, frame: Frame, subjects: tuple[Subject, ...]) -> "Matrix | None":
        """Return the table on A4, upright if it is narrow, or A3 if it needs the room, or ``None`` if even that is too narrow."""
        for page in (A4, landscape(A4), landscape(A3)):
            matrix = cls(frame, subjects, page)
            if matrix.stretch >= 1:
                return matrix
        return None

    @property
    def width(self) -> float:
        return float(self.page[0] - 2 * EDGE)

    @property
    def stretch(self) -> float:
        """How much wider than their least the item columns may be."""
        return (self.width - NUMBER - PERSON) / sum(column.width for column in self.columns)

    @property
    def head(self) -> float:
        return (SECTION if self.has_sections else 0) + ITEM + (OPTION if self.has_options else 0)

    @property
    def tail(self) -> float:
        """What stands below the last row: printed bands, and room for words about the whole."""
        has_words = self.frame.template.comments is CommentPolicy.WHOLE
        return len(self.bands) * BAND_STEP + (WHOLE_COMMENT if has_words else 0)

    @property
    def per_page(self) -> int:
        room = self.page[1] - 2 * EDGE - FOOT - self.frame.height(self.width) - self.head - self.tail
        return max(1, int(room // ROW))

    @property
    def n_pages(self) -> int:
        return max(1, -(-len(self.subjects) // self.per_page))

    def draw_page(self, canvas: Canvas, page: int, number: str) -> None:
        """Draw one page of the table."""
        canvas.setPageSize(self.page)
        canvas.setLineWidth(0.7)
        y = self.frame.draw(canvas, self.page, number)
        y = self._draw_head(canvas, y)
        for subject in self.subjects[page * self.per_page : (page + 1) * self.per_page]:
            y = self._draw_row(canvas, subject, y)
        for line in self.bands:
            y -= BAND_STEP
            draw_text(canvas, EDGE, y, line, font="sans", size=9)
        if self.frame.template.comments is CommentPolicy.WHOLE and page == self.n_pages - 1:
            _draw_comment(canvas, y - 4, self.width)

    def _draw_head(self, canvas: Canvas, y: float) -> float:
        draw_cell(canvas, EDGE, y, (NUMBER, self.head), "序号", bold=True)
        draw_cell(canvas, EDGE + NUMBER, y, (PERSON, self.head), "姓名、单位职务", bold=True)
        if self.has_sections:
            self._draw_sections(canvas, y)
        above = SECTION if self.has_sections else 0
        x, top = EDGE + NUMBER + PERSON, y - above
        for column in self.columns:
            width = column.width * self.stretch
            height = ITEM if column.options else self.head - above
            draw_cell(canvas, x, top, (width, height), column.text, bold=True)
            for place, option in enumerate(column.options):
                step = width / len(column.options)
                draw_cell(canvas, x + place * step, top - ITEM, (step, OPTION), option.label, font=9)
            x += width
        return y - self.head

    def _draw_sections(self, canvas: Canvas, y: float) -> None:
        x = EDGE + NUMBER + PERSON
        for section, columns in groupby(self.columns, key=lambda column: column.section):
            width = sum(column.width for column in columns) * self.stretch
            draw_cell(canvas, x, y, (width, SECTION), section, font=9.5, bold=True)
            x += width

    def _draw_row(self, canvas: Canvas, subject: Subject, y: float) -> float:
        draw_cell(canvas, EDGE, y, (NUMBER, ROW), str(subject.order_no), font=12)
        _draw_person(canvas, subject, y)
        x = EDGE + NUMBER + PERSON
        for column in self.columns:
            width = column.width * self.stretch
            step = width / max(1, len(column.options))
            for place in range(max(1, len(column.options))):
                canvas.rect(x + place * step, y - ROW, step, ROW)
                if column.options:
                    draw_box(canvas, x + (place + 0.5) * step - BOX / 2, y - ROW / 2 - BOX / 2)
            x += width
        return y - ROW


def _columns(frame: Frame) -> list[Column]:
    template = frame.template
    columns = [
        Column(_head_words(frame, item), item.section, template.options_of(item), _least_width(frame, item))
        for item in template.items
    ]
    if template.comments is CommentPolicy.PER_PERSON:
        columns.append(Column("意见和建议", "", (), COMMENT_WIDTH))
    return columns


def _head_words(frame: Frame, item: Item) -> str:
    words = item_words(frame.template, item)
    return f"{words}\n{range_words(item)}" if item.kind is ItemKind.NUMBER else words


def _least_width(frame: Frame, item: Item) -> float:
    options = frame.template.options_of(item)
    if not options:
        return LEAST.get(item.kind, LEAST[ItemKind.NUMBER])
    longest = max(text_width(option.label, font="sans", size=9) for option in options)
    return len(options) * max(LEAST_OPTION, min(longest + 6, 2 * LEAST_OPTION))


def _bands(frame: Frame, width: float) -> list[str]:
    """Return the printed bands of number items and of graded items whose options stand for a score."""
    words = []
    for item in frame.template.items:
        scale = frame.template.scale_of(item)
        bands = band_words(scale.options) if scale else ""
        if bands:
            words.append(f"{item.text}：{bands}")
    return wrap("分数段　" + "；　".join(words), "sans", 9, width) if words else []


def _draw_person(canvas: Canvas, subject: Subject, y: float) -> None:
    left = EDGE + NUMBER
    canvas.rect(left, y - ROW, PERSON, ROW)
    draw_text(canvas, left + 4, y - 15, subject.name, font="sans", bold=True, size=13)
    draw_text(canvas, left + PERSON - 4, y - 15, subject.mode, font="sans", size=9, align="right")
    place = wrap(f"{subject.organization} {subject.post}", "sans", 8.5, PERSON - 8)[:2]
    for line_no, line in enumerate(place):
        draw_text(canvas, left + 4, y - 25.5 - 10 * line_no, line, font="sans", size=8.5)


def _draw_comment(canvas: Canvas, y: float, width: float) -> None:
    canvas.rect(EDGE, y - WHOLE_COMMENT + 4, width, WHOLE_COMMENT - 4)
    draw_text(canvas, EDGE + 5, y - 14, "意见和建议：", font="sans", size=10.5)
