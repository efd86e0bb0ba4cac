"""What stands around the table of a paper form: title, notes, the example mark, the foot. Lengths are points."""

from dataclasses import dataclass

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from apps.cycles.domain.papers.templates import (
    Consequence,
    Item,
    ItemKind,
    Option,
    PaperTemplate,
    RuleKind,
)
from apps.documents.kit.text import draw_text, text_width, wrap
from apps.evaluations.domain.ballot_papers import BallotPaper, Part

EDGE = 12 * mm
BOX = 9.0
TITLE, SUBTITLE, NOTE = 17.0, 12.0, 10.5
TITLE_STEP, SUBTITLE_STEP, NOTE_STEP = 24.0, 17.0, 15.0
FOOT = 16.0
MOST_NOTE_LINES = 6
CHOICES = {ItemKind.GRADE, ItemKind.YES_NO}
MUST = "＊"


@dataclass(frozen=True)
class Frame:
    """Title and words of one part of the form."""

    template: PaperTemplate
    title: str
    subtitle: str
    notes: tuple[str, ...]

    @classmethod
    def of(cls, paper: BallotPaper, part: Part, notes: str) -> "Frame":
        """Return the frame of one part: the session's name, the form's own title, notes of both."""
        template = part.template
        is_named = len(paper.parts) > 1 or template.title not in {"述职评议测评表", "测评表", ""}
        subtitle = "　".join(text for text in (template.title if is_named else "", template.subtitle) if text)
        advice = (_advice(template), *template.notes.splitlines(), *notes.splitlines())
        return cls(
            template,
            f"{paper.title.removesuffix('测评')}测评表",
            subtitle,
            tuple(line for line in advice if line.strip()),
        )

    @property
    def _has_example(self) -> bool:
        """Tell whether there are boxes to tick, and an example is wanted."""
        return self.template.shows_example and any(item.kind in CHOICES for item in self.template.items)

    def note_lines(self, width: float) -> list[str]:
        """Return the notes as lines of this width, a few at most: a form is no leaflet."""
        lines = [line for note in self.notes for line in wrap(note, "sans", NOTE, width)]
        return lines[:MOST_NOTE_LINES]

    def height(self, width: float) -> float:
        """Return how much of a page this wide stands above the table."""
        n_title = len(wrap(self.title, "sans", TITLE, width, bold=True))
        n_subtitle = 1 if self.subtitle else 0
        example = NOTE_STEP + 2 if self._has_example else 0
        notes = len(self.note_lines(width)) * NOTE_STEP
        return TITLE_STEP * n_title + SUBTITLE_STEP * n_subtitle + notes + example + 6

    def draw(self, canvas: Canvas, page: tuple[float, float], number: str) -> float:
        """Draw it and return where the table may begin."""
        width = page[0] - 2 * EDGE
        y = page[1] - EDGE - TITLE
        for line in wrap(self.title, "sans", TITLE, width, bold=True):
            draw_text(canvas, page[0] / 2, y, line, font="sans", bold=True, size=TITLE, align="center")
            y -= TITLE_STEP
        if self.subtitle:
            draw_text(canvas, page[0] / 2, y + 4, self.subtitle, font="sans", size=SUBTITLE, align="center")
            y -= SUBTITLE_STEP
        for line in self.note_lines(width):
            draw_text(canvas, EDGE, y + 4, line, font="sans", size=NOTE)
            y -= NOTE_STEP
        if self._has_example:
            self._draw_example(canvas, y + 3)
        self._draw_foot(canvas, page, number)
        return page[1] - EDGE - self.height(width)

    def _draw_example(self, canvas: Canvas, y: float) -> None:
        words = "填写示例："
        draw_text(canvas, EDGE, y, words, font="sans", size=NOTE)
        x = EDGE + text_width(words, font="sans", size=NOTE)
        canvas.setLineWidth(0.7)
        canvas.roundRect(x, y - 1, BOX, BOX, 0)
        canvas.setLineWidth(1.6)
        canvas.lines([(x + 1.5, y + 3.5, x + 3.8, y + 0.8), (x + 3.8, y + 0.8, x + 9.5, y + 8.5)])
        canvas.setLineWidth(0.7)
        draw_text(canvas, x + BOX + 5, y, "在所选的方框里打“√”", font="sans", size=NOTE)

    def _draw_foot(self, canvas: Canvas, page: tuple[float, float], number: str) -> None:
        draw_text(canvas, EDGE, EDGE - 8, self.template.footer, font="sans", size=9)
        draw_text(canvas, page[0] - EDGE, EDGE - 8, number, font="sans", size=9, align="right")


def _advice(template: PaperTemplate) -> str:
    kinds = {item.kind for item in template.items}
    parts = []
    if kinds & CHOICES:
        void = _consequence(template, RuleKind.MULTI_MARK)
        parts.append(f"每项只选一个，在方框内打“√”；同一项选两个及以上的，{void.label}")
    if ItemKind.NUMBER in kinds:
        parts.append("打分项填写数字，不超出标明的范围")
    if ItemKind.RANK in kinds:
        parts.append("名次填 1、2、3……，不重复、不跳号")
    return "；".join([*parts, f"{_blank_words(template)}。不署名，填好后投入票箱。"])


def _consequence(template: PaperTemplate, kind: RuleKind) -> Consequence:
    """Return what a breach of rules of this kind makes void at worst; without a rule, the item alone."""
    found = {rule.consequence for rule in template.rules if rule.kind is kind}
    worst_first = (Consequence.BALLOT, Consequence.REVIEWEE)
    return next((one for one in worst_first if one in found), Consequence.ITEM)


def _blank_words(template: PaperTemplate) -> str:
    void = _consequence(template, RuleKind.BLANK)
    if void is Consequence.ITEM:
        return "不填按弃权计"
    if all(item.is_required for item in template.items if item.kind is not ItemKind.TEXT):
        return f"每项必填，漏填的，{void.label}"
    return f"带{MUST}的必填，漏填的，{void.label}；其余不填按弃权计"


def item_words(template: PaperTemplate, item: Item) -> str:
    """Return the item's words, marked if it must be answered and others need not."""
    is_marked = item.is_required and MUST in _blank_words(template)
    return f"{item.text}{MUST}" if is_marked else item.text


def range_words(item: Item) -> str:
    """Return the range of a number item: ``0–20分``."""
    return f"{item.minimum.normalize():f}–{item.maximum.normalize():f}分"


def band_words(options: tuple[Option, ...]) -> str:
    """Return the printed bands of a scale: ``好16–20、较好11–15``; empty if it has none."""
    return "、".join(
        f"{o.label}{o.low.normalize():f}–{o.high.normalize():f}"
        for o in options
        if o.low is not None and o.high is not None
    )


def draw_box(canvas: Canvas, x: float, y: float) -> None:
    """Draw one empty box, its lower left corner at (x, y)."""
    canvas.rect(x, y, BOX, BOX)


def draw_cell(
    canvas: Canvas, x: float, y: float, size: tuple[float, float], text: str, *, font: float = 10.5, bold: bool = False,
    align: str = "center",
) -> None:  # fmt: skip
    """Draw a ruled cell, its upper left corner at (x, y), with words in its middle, set smaller if they need the room."""
    width, height = size
    canvas.rect(x, y - height, width, height)
    if not text:
        return
    lines = wrap(text, "sans", font, width - 4, bold=bold)
    while font > 7 and len(lines) * font * 1.25 > height - 2:  # noqa: PLR2004 -- 7 pt is the least that is read
        font -= 0.5
        lines = wrap(text, "sans", font, width - 4, bold=bold)
    step = font * 1.25
    baseline = y - height / 2 + (len(lines) - 1) * step / 2 - font * 0.36
    for line in lines:
        at = x + width / 2 if align == "center" else x + 3
        draw_text(canvas, at, baseline, line, font="sans", bold=bold, size=font, align=align)
        baseline -= step
