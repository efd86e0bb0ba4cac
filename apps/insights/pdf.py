"""The secretary's card as a PDF: exactly one A4 page, drawn line by line, so that nothing can push it over.

Lengths are points. A text that does not fit its cell is first set smaller, then cut with an ellipsis.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from apps.common.domain.chinese_dates import chinese_date
from apps.documents.kit.text import draw_text, text_width, wrap
from apps.secretaries.domain.card import NOTHING, Card, PostLine

WIDTH, HEIGHT = A4
LEFT, TOP = 15 * mm, 14 * mm
ROOM = WIDTH - 2 * LEFT
SIZE, LEAST_SIZE, LEADING = 9.5, 6.0, 1.3
LINE, PAD = 0.5, 3.0
ROW, TALL_ROW, UNIT_ROW = 20.0, 28.0, 40.0
PHOTO_WIDTH = 82.0
LABEL = 58.0


@dataclass(frozen=True, slots=True)
class Cell:
    """A text in a box. ``is_head`` draws it bold on grey."""

    text: str
    width: float
    is_head: bool = False
    align: str = "left"
    size: float = SIZE


def card_pdf(card: Card, photo: bytes | None, on: date) -> bytes:
    """Return the card; the same card and day give the same bytes.

    :raises MissingGlyph: no font at hand has one of the characters.
    """
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1, pageCompression=1, lang="zh-CN")
    canvas.setTitle(f"{card.person.name} 书记卡片")
    canvas.setCreator("述评考")
    canvas.setLineWidth(LINE)
    sheet = _Sheet(canvas)
    sheet.title("党组织书记卡片")
    _draw_person(sheet, card, photo)
    sheet.heading("任职经历")
    _draw_posts(sheet, card.posts)
    sheet.heading("历年述职评议")
    _draw_years(sheet, card)
    for note in card.notes:
        sheet.note(note)
    sheet.note(f"制表日期：{chinese_date(on)}", align="right")
    canvas.showPage()
    canvas.save()
    return out.getvalue()


class _Sheet:
    """A page that is filled from the top."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        self.y = HEIGHT - TOP

    def title(self, text: str) -> None:
        self.y -= 18
        draw_text(self.canvas, WIDTH / 2, self.y, text, font="title", size=17, align="center")
        self.y -= 10

    def heading(self, text: str) -> None:
        self.y -= 20
        draw_text(self.canvas, LEFT, self.y, text, font="sans_bold", size=11)
        self.y -= 6

    def note(self, text: str, *, align: str = "left") -> None:
        for line in wrap(text, "serif", 8, ROOM)[:3]:
            self.y -= 12
            x = LEFT if align == "left" else LEFT + ROOM
            draw_text(self.canvas, x, self.y, line, size=8, align=align)

    def row(self, cells: Sequence[Cell], height: float, x: float = LEFT) -> None:
        """Draw a row of boxes and go below it."""
        self.y -= height
        for cell in cells:
            self.box(cell, x, self.y, height)
            x += cell.width

    def box(self, cell: Cell, x: float, y: float, height: float) -> None:
        """Draw one box with its text in the middle of its height."""
        if cell.is_head:
            self.canvas.setFillGray(0.93)
            self.canvas.rect(x, y, cell.width, height, stroke=0, fill=1)
            self.canvas.setFillGray(0)
        self.canvas.rect(x, y, cell.width, height, stroke=1, fill=0)
        font = "sans_bold" if cell.is_head else "serif"
        lines, size = fitted(cell.text, font, cell.size, cell.width - 2 * PAD, height - 3)
        leading = size * LEADING
        baseline = y + height / 2 + leading * len(lines) / 2 - size
        for line in lines:
            place = {"left": x + PAD, "center": x + cell.width / 2}[cell.align]
            draw_text(self.canvas, place, baseline, line, font=font, size=size, align=cell.align)
            baseline -= leading


def fitted(text: str, font: str, size: float, width: float, height: float) -> tuple[list[str], float]:
    """Return the lines of a text and the size at which they fit a box; at the smallest size the rest is cut, with an ellipsis."""
    while True:
        lines = wrap(text, font, size, width)
        most = max(1, int(height // (size * LEADING)))
        if len(lines) <= most:
            return lines, size
        if size <= LEAST_SIZE:
            return [*lines[: most - 1], _cut(lines[most - 1], font, size, width)], size
        size -= 0.5


def _cut(line: str, font: str, size: float, width: float) -> str:
    """Return the beginning of a line with an ellipsis, no wider than ``width``."""
    while line and text_width(f"{line}…", font=font, size=size) > width:
        line = line[:-1]
    return f"{line}…"


def _draw_person(sheet: _Sheet, card: Card, photo: bytes | None) -> None:
    person, top = card.person, sheet.y
    half = (ROOM - PHOTO_WIDTH - 2 * LABEL) / 2
    pairs = (
        (("姓名", person.name), ("性别", person.gender)),
        (("出生年月", person.born), ("手机", person.phone)),
    )
    for pair in pairs:
        cells = [
            cell for label, text in pair for cell in (Cell(label, LABEL, is_head=True), Cell(text, half))
        ]
        sheet.row(cells, TALL_ROW)
    wide = ROOM - PHOTO_WIDTH - LABEL
    sheet.row([Cell("现任", LABEL, is_head=True), Cell(person.present, wide)], 52)
    height, x = top - sheet.y, LEFT + ROOM - PHOTO_WIDTH
    sheet.box(Cell("" if photo else "照片", PHOTO_WIDTH, align="center"), x, sheet.y, height)
    if photo:
        sheet.canvas.drawImage(
            ImageReader(BytesIO(photo)), x + PAD, sheet.y + PAD, PHOTO_WIDTH - 2 * PAD, height - 2 * PAD,
            preserveAspectRatio=True,
        )  # fmt: skip


def _draw_posts(sheet: _Sheet, posts: Sequence[PostLine]) -> None:
    widths = (96.0, ROOM - 96 - 130 - 80, 130.0, 80.0)
    heads = ("起止", "党组织", "职务", "免职原因")
    sheet.row([Cell(*one, is_head=True) for one in zip(heads, widths, strict=True)], ROW)
    for one in posts:
        texts = (one.days, one.organization, one.post, one.reason)
        sheet.row([Cell(*pair) for pair in zip(texts, widths, strict=True)], ROW)
    if not posts:
        sheet.row([Cell("还没有任职记录", ROOM)], ROW)


def _draw_years(sheet: _Sheet, card: Card) -> None:
    if not card.years:
        sheet.row([Cell("没有可以列出的年度。", ROOM)], ROW)
        return
    width = (ROOM - LABEL) / len(card.years)
    years = [Cell(str(one.year), width, is_head=True, align="center") for one in card.years]
    sheet.row([Cell("年度", LABEL, is_head=True), *years], ROW)
    units = [Cell(one.unit, width, align="center", size=8) for one in card.years]
    sheet.row([Cell("党组织", LABEL, is_head=True), *units], UNIT_ROW)
    for label, texts in card.rows:
        cells = [Cell(text or NOTHING, width, align="center") for text in texts]
        sheet.row([Cell(label, LABEL, is_head=True), *cells], ROW)
