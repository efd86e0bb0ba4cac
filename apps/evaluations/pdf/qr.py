"""QR codes drawn as vectors, so that every printer keeps them sharp."""

import segno
from reportlab.pdfgen.canvas import Canvas

QUIET = 2  # modules of white around the code; the paper adds more


def draw_qr(canvas: Canvas, text: str, x: float, y: float, side: float) -> None:
    """Draw the code for ``text`` with its lower left corner at (x, y); lengths in points."""
    rows = [list(row) for row in segno.make(text, error="m", micro=False).matrix]
    module = side / (len(rows) + 2 * QUIET)
    canvas.saveState()
    canvas.setFillGray(1)
    canvas.rect(x, y, side, side, stroke=0, fill=1)
    canvas.setFillGray(0)
    for row_no, row in enumerate(rows):
        top = y + side - (QUIET + row_no + 1) * module
        for start, length in _runs(row):
            canvas.rect(x + (QUIET + start) * module, top, length * module, module, stroke=0, fill=1)
    canvas.restoreState()


def _runs(row: list[int]) -> list[tuple[int, int]]:
    """Return ``(start, length)`` of the dark runs; drawn as one bar they leave no hairlines."""
    runs: list[tuple[int, int]] = []
    start = None
    for place, dark in enumerate([*row, 0]):
        if dark and start is None:
            start = place
        elif not dark and start is not None:
            runs.append((start, place - start))
            start = None
    return runs
