"""The mark across every paper of a rehearsal, so that none is taken for a real one."""

from reportlab.pdfgen.canvas import Canvas

from apps.documents.kit.text import draw_text

WORDS = "彩排"
GRAY = 0.88


def draw_rehearsal_mark(canvas: Canvas, x: float, y: float, width: float, height: float) -> None:
    """Write the word large and slanting across a rectangle, under what is drawn later."""
    size = min(width / 2.6, height / 1.3)
    canvas.saveState()
    canvas.setFillGray(GRAY)
    canvas.translate(x + width / 2, y + height / 2)
    canvas.rotate(18)
    draw_text(canvas, 0, -size * 0.36, WORDS, font="sans", bold=True, size=size, align="center")
    canvas.restoreState()
