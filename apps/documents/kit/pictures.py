"""Pictures of pages and drawings, for previews and for files that hold no vectors."""

from io import BytesIO

import pypdfium2
from reportlab.graphics import renderPDF
from reportlab.graphics.shapes import Drawing

CHART_SCALE = 3.0  # 216 dpi
PREVIEW_SCALE = 1.3


def page_pictures(pdf: bytes, *, most: int, scale: float = PREVIEW_SCALE) -> list[bytes]:
    """Return the first pages, ``most`` at most, as PNG."""
    book = pypdfium2.PdfDocument(pdf)
    try:
        return [_png(book[number], scale) for number in range(min(len(book), most))]
    finally:
        book.close()


def n_pages(pdf: bytes) -> int:
    """Return how many pages a PDF has."""
    book = pypdfium2.PdfDocument(pdf)
    try:
        return len(book)
    finally:
        book.close()


def picture_of(drawing: Drawing) -> bytes:
    """Return a drawing as PNG."""
    pdf = renderPDF.drawToString(drawing)
    return page_pictures(pdf, most=1, scale=CHART_SCALE)[0]


def _png(page: pypdfium2.PdfPage, scale: float) -> bytes:
    out = BytesIO()
    page.render(scale=scale).to_pil().save(out, format="PNG", optimize=False)
    return out.getvalue()
