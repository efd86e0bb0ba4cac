"""A block per person: items down, options across (reference layouts T1, T9, T23). Short blocks share a page."""

from itertools import takewhile

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from apps.cycles.domain.papers.templates import CommentPolicy, Item, ItemKind, Option
from apps.documents.kit.text import draw_text, wrap
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

WIDTH = A4[0] - 2 * EDGE
PERSON, HEAD, ROW, TALL = 11 * mm, 8 * mm, 9.5 * mm, 20 * mm
SECTION, TEXT = 24 * mm, 66 * mm
BETWEEN = 7 * mm
INLINE_STEP = 13.0


class Sheets:
    """The blocks on A4 pages."""

    def __init__(self, frame: Frame, subjects: tuple[Subject, ...]) -> None:
        self.frame, self.subjects = frame, subjects
        self.template = frame.template
        self.has_sections = any(item.section for item in self.template.items)
        self.shared = self._shared_options()

    def _shared_options(self) -> tuple[Option, ...]:
        """Return the options all choice items have in common, so that they stand in the head once."""
        scales = {
            self.template.options_of(item) for item in self.template.items if self.template.options_of(item)
        }
        return scales.pop() if len(scales) == 1 else ()

    @property
    def _left(self) -> float:
        return (SECTION if self.has_sections else 0) + TEXT

    def _row_height(self, item: Item) -> float:
        n_lines = len(wrap(self._words(item), "sans", 10.5, TEXT - 6))
        return max(TALL if item.kind is ItemKind.TEXT else ROW, n_lines * INLINE_STEP + 6)

    def _words(self, item: Item) -> str:
        words = item_words(self.template, item)
        return f"{words}：{item.hint}" if item.hint else words

    @property
    def block(self) -> float:
        """Height of one person's block."""
        rows = sum(self._row_height(item) for item in self.template.items)
        comment = TALL if self.template.comments is CommentPolicy.PER_PERSON else 0
        return PERSON + HEAD + rows + comment

    @property
    def per_page(self) -> int:
        """How many blocks stand on a page below title and notes, with room for words about the whole."""
        whole = TALL if self.template.comments is CommentPolicy.WHOLE else 0
        room = A4[1] - 2 * EDGE - FOOT - self.frame.height(WIDTH) - whole
        return max(1, int((room + BETWEEN) // (self.block + BETWEEN)))

    @property
    def n_pages(self) -> int:
        return max(1, -(-len(self.subjects) // self.per_page))

    def draw_page(self, canvas: Canvas, page: int, number: str) -> None:
        """Draw one page of blocks."""
        canvas.setPageSize(A4)
        canvas.setLineWidth(0.7)
        y = self.frame.draw(canvas, A4, number)
        for subject in self.subjects[page * self.per_page : (page + 1) * self.per_page]:
            y = self._draw_block(canvas, subject, y) - BETWEEN
        if self.template.comments is CommentPolicy.WHOLE and page == self.n_pages - 1:
            draw_cell(canvas, EDGE, y + BETWEEN, (WIDTH, TALL), "")
            draw_text(canvas, EDGE + 5, y + BETWEEN - 14, "意见和建议：", font="sans", size=10.5)

    def _draw_block(self, canvas: Canvas, subject: Subject, y: float) -> float:
        canvas.rect(EDGE, y - PERSON, WIDTH, PERSON)
        draw_text(
            canvas, EDGE + 5, y - 20, f"{subject.order_no}　{subject.name}", font="sans", bold=True, size=14
        )
        place = wrap(f"{subject.organization} {subject.post}（{subject.mode}）", "sans", 10, WIDTH - 120)[:2]
        for line_no, line in enumerate(place):
            below = 6 if len(place) == 1 else 0
            at = y - 13 - below - 12 * line_no
            draw_text(canvas, EDGE + WIDTH - 5, at, line, font="sans", size=10, align="right")
        y = self._draw_head(canvas, y - PERSON)
        for item in self.template.items:
            y = self._draw_item(canvas, item, y)
        if self.template.comments is CommentPolicy.PER_PERSON:
            draw_cell(canvas, EDGE, y, (self._left, TALL), "对该同志的意见和建议")
            draw_cell(canvas, EDGE + self._left, y, (WIDTH - self._left, TALL), "")
            y -= TALL
        return y

    def _draw_head(self, canvas: Canvas, y: float) -> float:
        x = EDGE
        if self.has_sections:
            draw_cell(canvas, x, y, (SECTION, HEAD), "类别", bold=True)
            x += SECTION
        draw_cell(canvas, x, y, (TEXT, HEAD), "测评内容", bold=True)
        x, width = EDGE + self._left, WIDTH - self._left
        labels = [option.label for option in self.shared] or ["评价"]
        for place, label in enumerate(labels):
            step = width / len(labels)
            draw_cell(canvas, x + place * step, y, (step, HEAD), label, bold=True)
        return y - HEAD

    def _draw_item(self, canvas: Canvas, item: Item, y: float) -> float:
        height = self._row_height(item)
        x = EDGE
        if self.has_sections:
            rows = self._rows_of_section(item)
            if rows:
                draw_cell(canvas, x, y, (SECTION, rows), item.section, bold=True)
            x += SECTION
        draw_cell(canvas, x, y, (TEXT, height), self._words(item), bold=item.is_overall, align="left")
        self._draw_answer(canvas, item, y, height)
        return y - height

    def _rows_of_section(self, item: Item) -> float:
        """Return the height of the section that begins with this item, 0 if it began above."""
        items = self.template.items
        place = items.index(item)
        if place and items[place - 1].section == item.section:
            return 0
        same = takewhile(lambda one: one.section == item.section, items[place:])
        return sum(self._row_height(one) for one in same)

    def _draw_answer(self, canvas: Canvas, item: Item, y: float, height: float) -> None:
        left, width = EDGE + self._left, WIDTH - self._left
        options = self.template.options_of(item)
        if options and options == self.shared:
            step = width / len(options)
            for place in range(len(options)):
                canvas.rect(left + place * step, y - height, step, height)
                draw_box(canvas, left + (place + 0.5) * step - BOX / 2, y - height / 2 - BOX / 2)
            return
        canvas.rect(left, y - height, width, height)
        if options:
            self._draw_inline(canvas, options, left, y - height / 2 - 4)
        elif item.kind is not ItemKind.TEXT:
            self._draw_blank(canvas, item, left, y - height / 2 - 4)

    def _draw_inline(self, canvas: Canvas, options: tuple[Option, ...], x: float, baseline: float) -> None:
        """Draw boxes with their labels in equal steps; a label too long for its step takes two smaller lines."""
        step = (WIDTH - self._left - 8) / len(options)
        for place, option in enumerate(options):
            left = x + 8 + place * step
            draw_box(canvas, left, baseline - 0.5)
            lines = wrap(option.label, "sans", 10.5, step - BOX - 6)
            size = 10.5 if len(lines) == 1 else 8.5
            if len(lines) > 1:
                lines = wrap(option.label, "sans", size, step - BOX - 6)[:2]
            for line_no, line in enumerate(lines):
                at = baseline + 5.5 * (len(lines) - 1) - 11 * line_no
                draw_text(canvas, left + BOX + 3, at, line, font="sans", size=size)

    def _draw_blank(self, canvas: Canvas, item: Item, x: float, baseline: float) -> None:
        if item.kind is ItemKind.RANK:
            draw_text(canvas, x + 8, baseline, "第＿＿＿＿名", font="sans", size=10.5)
            return
        scale = self.template.scale_of(item)
        bands = band_words(scale.options) if scale else ""
        draw_text(canvas, x + 8, baseline, f"＿＿＿＿＿分（{range_words(item)}）", font="sans", size=10.5)
        if bands:
            room = WIDTH - self._left - 140
            for line_no, line in enumerate(wrap(bands, "sans", 8.5, room)[:2]):
                draw_text(canvas, x + 135, baseline + 4 - 10 * line_no, line, font="sans", size=8.5)
