"""Pictures on a page: charts, and QR codes drawn as vectors, so that every printer keeps them sharp."""

from reportlab.graphics import renderPDF
from reportlab.graphics.shapes import Drawing
from reportlab.pdfgen.canvas import Canvas

from apps.common.kit.qr import QUIET, dark_runs, qr_rows
from apps.documents.kit.flowables import ASCENT, CAPTION_TEXT, Block
from apps.documents.kit.text import draw_text


class Figure(Block):
    """A drawing in the middle of the line, shrunk to the width if need be, its caption below."""

    def __init__(self, drawing: Drawing, *, caption: str = "") -> None:
        super().__init__()
        self.drawing, self.caption = drawing, caption
        self.scale = 1.0

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:  # noqa: ARG002 -- platypus
        self.width = available_width
        self.scale = min(1.0, available_width / self.drawing.width)
        self.height = self.drawing.height * self.scale + (CAPTION_TEXT.leading if self.caption else 0)
        return self.width, self.height

    def draw(self) -> None:
        below = CAPTION_TEXT.leading if self.caption else 0
        self.canv.saveState()
        self.canv.translate((self.width - self.drawing.width * self.scale) / 2, below)
        self.canv.scale(self.scale, self.scale)
        renderPDF.draw(self.drawing, self.canv, 0, 0)
        self.canv.restoreState()
        if self.caption:
            baseline = CAPTION_TEXT.leading - CAPTION_TEXT.size * ASCENT - 2
            draw_text(
                self.canv,
                self.width / 2,
                baseline,
                self.caption,
                font="serif_bold",
                size=CAPTION_TEXT.size,
                align="center",
            )


class QRCode(Block):
    """A QR code as a block of its own, on the left."""

    def __init__(self, text: str, side: float) -> None:
        super().__init__()
        self.text, self.side = text, side

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:  # noqa: ARG002 -- platypus
        self.width, self.height = available_width, self.side
        return self.width, self.height

    def draw(self) -> None:
        draw_qr(self.canv, self.text, 0, 0, self.side)


def draw_qr(canvas: Canvas, text: str, x: float, y: float, side: float, *, mask: int | None = None) -> None:
    """Draw the code for ``text`` with its lower left corner at (x, y); lengths in points.

    A given ``mask`` (0-7) spares the search for the best one, which takes most of the time; any mask can be read.
    """
    rows = qr_rows(text, mask)
    module = side / (len(rows) + 2 * QUIET)
    canvas.saveState()
    canvas.setFillGray(1)
    canvas.rect(x, y, side, side, stroke=0, fill=1)
    canvas.setFillGray(0)
    canvas.translate(x + QUIET * module, y + side - QUIET * module)
    canvas.scale(module, -module)  # from here on in modules, downwards
    bars = [f"{start} {row} {length} 1 re" for row, start, length in dark_runs(rows)]
    # Hundreds of bars at once: reportlab would write them number by number.
    canvas._code.append(" ".join((*bars, "f")))  # noqa: SLF001 -- as above
    canvas.restoreState()
