"""The page of GB/T 9704-2012 《党政机关公文格式》: A4, top 37 mm, left 28 mm, type area 156 × 225 mm, 22 lines of 28 characters."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from io import BytesIO

from reportlab.graphics.shapes import Drawing
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from apps.documents.domain.line_breaking import printable
from apps.documents.domain.titles import break_title
from apps.documents.kit.flowables import (
    ASCENT,
    Block,
    CJKParagraph,
    Figure,
    Gap,
    OfficialTable,
    PageBreak,
    Signature,
)
from apps.documents.kit.text import TextStyle, draw_text

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
EPSILON = 0.5
N_ALONG = 2  # lines of text that go over to the next page with a signature

BODY = TextStyle("fangsong", BODY_SIZE, LEADING, CELL, indent=2, align="justify")
FLUSH = replace(BODY, indent=0)
TITLE = TextStyle("title", TITLE_SIZE, LEADING, align="center")
LEVELS = {1: replace(BODY, font="heading"), 2: replace(BODY, font="kai"), 3: BODY}


@dataclass(frozen=True, slots=True)
class Placed:
    """A block and where its top left corner stands in the type area (``y`` grows downwards)."""

    block: Block
    y: float
    height: float


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
        longest = max((len(label) for label in labels), default=0)
        for label in labels:
            spaced = label + "　" * (longest - len(label))
            self._blocks.append(CJKParagraph(f"{spaced}：　　　　　　　　　　　　年　　月　　日", BODY))

    def signature(self, organization: str, on: date) -> None:
        """Add the signing organization and the date. It never stands on a page without text."""
        self._blocks.append(Signature(organization, f"{on.year}年{on.month}月{on.day}日", FLUSH))

    def page_break(self) -> None:
        """Go on with a new page."""
        self._blocks.append(PageBreak())

    def build(self) -> bytes:
        """Return the PDF.

        :raises MissingGlyph: no font at hand has one of the characters.
        """
        out = BytesIO()
        canvas = Canvas(out, pagesize=A4, invariant=1, pageCompression=1, lang="zh-CN")
        canvas.setTitle(printable(self.title).replace("\n", ""))
        canvas.setSubject(self.number)
        canvas.setCreator("述评考")
        canvas.setViewerPreference("DisplayDocTitle", "true")
        for number, page in enumerate(lay_out(self._blocks, self.width, self.height), start=1):
            self._draw_page(canvas, page, number)
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
            y = self.height - placed.y - placed.height
            placed.block.drawOn(canvas, 0, y)  # type: ignore[no-untyped-call]  # reportlab has no types
        canvas.restoreState()
        draw_page_number(canvas, number)
        canvas.showPage()


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


def lay_out(blocks: Sequence[Block], width: float, height: float) -> list[list[Placed]]:
    """Share the blocks out over pages of the given type area."""
    pages = _Pages(width, height)
    waiting = list(reversed(blocks))
    while waiting:
        pages.place(waiting.pop(), waiting)
    return [page for page in pages.pages if page] or [[]]


class _Pages:
    """Pages in the making."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self.pages: list[list[Placed]] = [[]]
        self.y = 0.0

    @property
    def room(self) -> float:
        return self.height - self.y + EPSILON

    def place(self, block: Block, waiting: list[Block]) -> None:
        """Place a block on this page, or what fits of it; what is left goes back on top of ``waiting``."""
        height = block.wrap(self.width, self.room)[1]
        if isinstance(block, PageBreak):
            self.turn()
        elif isinstance(block, Gap) and (not self.pages[-1] or height > self.room):
            return
        elif height <= self.room and not self._stays_behind(block, height, waiting):
            self._put(block, height)
        elif isinstance(block, Signature) and block.n_blank > 1:
            waiting.append(block.tighter())
        else:
            self._place_over_pages(block, height, waiting)

    def _stays_behind(self, block: Block, height: float, waiting: list[Block]) -> bool:
        """Tell whether a heading would be left behind at the foot of the page."""
        is_last_line = self.room - height < LEADING
        return bool(block.keep_with_next and waiting and self.pages[-1] and is_last_line)

    def _place_over_pages(self, block: Block, height: float, waiting: list[Block]) -> None:
        parts = [] if block.keep_with_next else block.split(self.width, self.room)
        if len(parts) > 1:
            self._put(parts[0], parts[0].wrap(self.width, self.room)[1])
            waiting.extend(reversed(parts[1:]))
        elif self.pages[-1]:
            along = self._lines_to_take_along() if isinstance(block, Signature) else []
            self.turn()
            waiting += [block, *along]
        else:
            self._put(block, height)  # higher than a whole page and not to be cut

    def _lines_to_take_along(self) -> list[Block]:
        """Take the last lines of the text off this page: a signature must not stand on a page without text."""
        page = self.pages[-1]
        last = page[-1]
        if not isinstance(last.block, CJKParagraph):
            return []
        if len(last.block.lines) > N_ALONG:
            kept, along = last.block.cut(len(last.block.lines) - N_ALONG)
            page[-1] = Placed(kept, last.y, kept.wrap(self.width, last.height)[1])
            return [along]
        return [page.pop().block] if len(page) > 1 else []

    def _put(self, block: Block, height: float) -> None:
        self.pages[-1].append(Placed(block, self.y, height))
        self.y += height

    def turn(self) -> None:
        """Start a new page, unless this one is still empty."""
        if self.pages[-1]:
            self.pages.append([])
        self.y = 0.0
