"""The page of GB/T 9704-2012 《党政机关公文格式》: A4, top 37 mm, left 28 mm, type area 156 × 225 mm, 22 lines of 28 characters."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import IO

from reportlab.graphics.shapes import Drawing
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from apps.common.domain.chinese_dates import chinese_date
from apps.documents.domain.line_breaking import printable
from apps.documents.domain.titles import break_title
from apps.documents.kit.endings import Imprint, Signature, SignatureLines
from apps.documents.kit.figures import Figure, draw_qr
from apps.documents.kit.flowables import ASCENT, Block, CJKParagraph, Gap, OfficialTable, PageBreak
from apps.documents.kit.fonts import typeface
from apps.documents.kit.layout import Placed, lay_out
from apps.documents.kit.text import TextStyle, draw_text
from apps.documents.kit.written import write_pages

PAGE_WIDTH, PAGE_HEIGHT = A4
LEFT, TOP = 28 * mm, 37 * mm
WIDTH, HEIGHT = 156 * mm, 225 * mm
BOTTOM = PAGE_HEIGHT - TOP - HEIGHT
N_LINES, N_CHARS = 22, 28
LEADING = HEIGHT / N_LINES
CELL = WIDTH / N_CHARS
BODY_SIZE, TITLE_SIZE, NUMBER_SIZE = 16, 22, 14  # 三号、二号、四号
NUMBER_BELOW = 7 * mm  # the dash of the page number stands this far below the type area
DASH_HEIGHT = 0.36  # of the size, above the baseline
MARK_SIDE, MARK_SIZE = 17 * mm, 8  # the QR code, and the words beside it
QR_MASK = 2
MARK_BELOW = 9.5 * mm  # its top stands this far below the type area

BODY = TextStyle("fangsong", BODY_SIZE, LEADING, CELL, indent=2, align="justify")
FLUSH = replace(BODY, indent=0)
TITLE = TextStyle("title", TITLE_SIZE, LEADING, align="center")
LEVELS = {1: replace(BODY, font="heading"), 2: replace(BODY, font="kai"), 3: BODY}


class OfficialDocument:
    """Put a document together block by block, then ``build()`` it: the same blocks give the same bytes.

    Texts are plain: nothing in them is read as mark-up. ``landscape`` turns the type area for wide tables; the page number
    stays where it is on an upright page and the head of a table lies on the left, as the standard wants it for binding.
    """

    def __init__(
        self, title: str, *, number: str = "", recipient: str = "", secrecy: str = "", landscape: bool = False
    ) -> None:
        self.title = title
        self.number = number
        self.secrecy = secrecy
        self.landscape = landscape
        self.width, self.height = (HEIGHT, WIDTH) if landscape else (WIDTH, HEIGHT)
        self._blocks: list[Block] = []
        self._mark: tuple[str, str] | None = None
        self._open(recipient)

    def _open(self, recipient: str) -> None:
        """Place what stands over the text: a line for secrecy and number, the title, a blank line, the recipient."""
        if self.secrecy or self.number:
            self._blocks += [_Marks(self.secrecy, self.number), Gap(LEADING)]
        per_line = int(self.width // TITLE_SIZE)
        lines = break_title(printable(self.title).strip(), per_line)
        self._blocks += [CJKParagraph("\n".join(lines), TITLE), Gap(LEADING)]
        if recipient:
            self._blocks.append(CJKParagraph(recipient.rstrip("：:") + "：", FLUSH))

    def heading(self, text: str, level: int = 1) -> None:
        """Add a heading: level 1 黑体 (一、), 2 楷体 (（一）), 3 仿宋 (1.). It never ends a page."""
        block = CJKParagraph(text, LEVELS[level])
        block.keep_with_next = True
        self._blocks.append(block)

    def paragraph(self, text: str) -> None:
        """Add text, indented by two characters; every line end in it starts a paragraph."""
        parts = [part.strip() for part in printable(text).split("\n")]
        self._blocks += [CJKParagraph(part, BODY) for part in parts if part]

    def table(
        self,
        head: Sequence[str],
        rows: Sequence[Sequence[object]],
        widths_mm: Sequence[float] | None = None,
        align: str = "",
        *,
        caption: str = "",
    ) -> None:
        """Add a table. Widths that do not fill the type area are stretched or shrunk alike; ``align`` is like ``"lccr"``."""
        given = list(widths_mm) if widths_mm else [1.0] * len(head)
        widths = [width * self.width / sum(given) for width in given]
        table = OfficialTable(head, rows, widths, align=align, caption=caption)
        self._blocks += [table, Gap(LEADING / 2)]

    def figure(self, drawing: Drawing, *, caption: str = "") -> None:
        """Add a chart, shrunk to the type area if it is wider."""
        self._blocks += [Figure(drawing, caption=caption), Gap(LEADING / 2)]

    def attachments(self, names: Sequence[str]) -> None:
        """Name what is attached: a blank line, then 附件：1. …, no full stop (GB/T 9704-2012, 7.3.4)."""
        self._blocks += [Gap(LEADING), *(CJKParagraph(line, BODY) for line in attachment_lines(names))]

    def signature_lines(self, labels: Sequence[str]) -> None:
        """Add lines to be signed by hand, the labels of one width."""
        if labels:
            self._blocks += [Gap(LEADING), SignatureLines(labels, FLUSH)]

    def signature(self, organization: str, on: date, *, has_seal: bool = True) -> None:
        """Add the signing organization and the date. It never stands on a page without text."""
        self._blocks.append(Signature(organization, chinese_date(on), FLUSH, has_seal=has_seal))

    def imprint(self, copies_to: str, printer: str, on: date) -> None:
        """Add 抄送 and 印发机关 at the foot of the last page; nothing if both are empty."""
        if copies_to or printer:
            self._blocks.append(Imprint(copies_to, printer, chinese_date(on)))

    def mark(self, code: str, qr_text: str) -> None:
        """Print a short code and its QR code below the type area of the first page."""
        self._mark = (code, qr_text)

    def page_break(self) -> None:
        """Go on with a new page."""
        self._blocks.append(PageBreak())

    def build(self) -> bytes:
        """Return the PDF.

        :raises MissingGlyph: no font at hand has one of the characters.
        """
        out = BytesIO()
        canvas = new_canvas(out)
        canvas.setTitle(printable(self.title).replace("\n", ""))
        canvas.setSubject(self.number)
        canvas.setCreator("述评考")
        canvas.setViewerPreference("DisplayDocTitle", "true")
        for number, page in enumerate(lay_out(self._blocks, self.width, self.height), start=1):
            self._draw_page(canvas, page, number)
        write_pages(canvas._doc)  # noqa: SLF001 -- reportlab has no other word for it
        canvas.save()
        return out.getvalue()

    def _draw_page(self, canvas: Canvas, page: Sequence[Placed], number: int) -> None:
        canvas.saveState()
        if self.landscape:
            # The content's top lies along the left edge of the upright page; viewers turn the page back.
            canvas.translate(LEFT, BOTTOM)
            canvas.rotate(90)
            canvas.translate(0, -self.height)
            canvas.setPageRotation(90)
            canvas.setPageSize((PAGE_HEIGHT, PAGE_WIDTH))  # reportlab swaps the sides of a turned page
        else:
            canvas.translate(LEFT, BOTTOM)
        for placed in page:
            if isinstance(placed.block, Gap):
                continue
            y = self.height - placed.y - placed.height
            placed.block.draw_at(canvas, 0, y)
        canvas.restoreState()
        draw_page_number(canvas, number)
        if self._mark and number == 1:
            draw_mark(canvas, *self._mark)
        canvas.showPage()


def new_canvas(out: IO[bytes]) -> Canvas:
    """Return a canvas of A4 pages whose bytes depend on nothing but what is drawn.

    It starts with a font that is embedded; reportlab would name another one in every file, which nothing is set in.
    """
    first = typeface("serif").glyph("—")[0].name
    return Canvas(out, pagesize=A4, invariant=1, pageCompression=1, lang="zh-CN", initialFontName=first)


def attachment_lines(names: Sequence[str]) -> list[str]:
    """Return the lines of the list of attachments; a single one has no number."""
    tidy = [printable(name).strip().rstrip("。.；;") for name in names]
    if len(tidy) == 1:
        return [f"附件：{tidy[0]}"]
    return [
        f"{'附件：' if place == 1 else '　　　'}{place}.{name}" for place, name in enumerate(tidy, start=1)
    ]


class _Marks(CJKParagraph):
    """The first line: secrecy on the left in 黑体, document number on the right."""

    def __init__(self, secrecy: str, number: str) -> None:
        super().__init__(secrecy, replace(FLUSH, font="heading"))
        self.number = number

    def draw(self) -> None:
        super().draw()
        baseline = self.height - BODY_SIZE * ASCENT
        draw_text(
            self.canv, self.width, baseline, self.number, font="fangsong", size=BODY_SIZE, align="right"
        )


def draw_page_number(canvas: Canvas, number: int) -> None:
    """Draw — n — below the type area: odd pages on the right, even ones on the left, one character in."""
    baseline = BOTTOM - NUMBER_BELOW - DASH_HEIGHT * NUMBER_SIZE
    is_odd = number % 2 == 1
    x = LEFT + WIDTH - NUMBER_SIZE if is_odd else LEFT + NUMBER_SIZE
    draw_text(
        canvas,
        x,
        baseline,
        f"— {number} —",
        font="serif",
        size=NUMBER_SIZE,
        align="right" if is_odd else "left",
    )


def draw_mark(canvas: Canvas, code: str, qr_text: str) -> None:
    """Draw the QR code on the left, below the line of the page number, with the code in words beside it."""
    bottom = BOTTOM - MARK_BELOW - MARK_SIDE
    draw_qr(canvas, qr_text, LEFT, bottom, MARK_SIDE, mask=QR_MASK)
    x, baseline = LEFT + MARK_SIDE + 2 * mm, bottom + MARK_SIDE / 2 + 1
    draw_text(canvas, x, baseline, f"核验码 {code}", font="serif", size=MARK_SIZE)
    words = "扫码或在“文书核验”页面输入，可核对真伪、是否已被替换"
    draw_text(canvas, x, baseline - MARK_SIZE * 1.5, words, font="serif", size=MARK_SIZE)
