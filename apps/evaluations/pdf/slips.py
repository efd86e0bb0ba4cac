"""Slips, eight to an A4 sheet, each with a stub that carries only the slip's number."""

from collections.abc import Sequence
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from apps.documents.kit.text import draw_text, wrap
from apps.evaluations.domain.slips import Slip
from apps.evaluations.pdf.qr import draw_qr

COLUMNS, ROWS = 2, 4
WIDTH, HEIGHT = A4[0] / COLUMNS, A4[1] / ROWS
STUB = 17 * mm
EDGE = 6 * mm
QR_SIDE = 33 * mm
STEPS = (
    "1 用手机相机扫二维码，选“浏览器打开”。",
    "2 逐人逐项选等次，核对后点“提交选票”。",
    "3 看到“已送达”就完成了。",
)


def slips_pdf(title: str, address: str, slips: Sequence[Slip]) -> bytes:
    """Return the sheets. ``address`` is that of the casting page, to which each slip adds its secret behind ``#``."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4, pageCompression=1, lang="zh-CN")
    canvas.setTitle(f"测评票 {title}")
    for place, slip in enumerate(slips):
        on_page = place % (COLUMNS * ROWS)
        if place and on_page == 0:
            canvas.showPage()
        x = on_page % COLUMNS * WIDTH
        y = A4[1] - (on_page // COLUMNS + 1) * HEIGHT
        _draw_slip(canvas, x, y, title, address, slip)
    canvas.save()
    return out.getvalue()


def _draw_slip(canvas: Canvas, x: float, y: float, title: str, address: str, slip: Slip) -> None:
    _draw_cuts(canvas, x, y)
    left, right, top = x + EDGE, x + WIDTH - STUB - EDGE / 2, y + HEIGHT - EDGE
    for line_no, line in enumerate(wrap(title, "sans", 10, right - left)[:2]):
        draw_text(canvas, left, top - 9 - 13 * line_no, line, font="sans", size=10)
    draw_text(canvas, left, top - 42, slip.group_name, font="sans", bold=True, size=15)
    qr_y = y + HEIGHT - EDGE - 48 - QR_SIDE
    draw_qr(canvas, f"{address}#{slip.fragment}", left - 2 * mm, qr_y, QR_SIDE)
    _draw_steps(canvas, left + QR_SIDE + 1 * mm, qr_y + QR_SIDE - 14, right)
    draw_text(canvas, left, y + 37, "票码", font="sans", size=10)
    draw_text(canvas, left + 24, y + 35, slip.typed_code, font="sans", bold=True, size=16)
    by_hand = f"不能扫码时，打开 {_short(address)} 输入票码。"
    for line_no, line in enumerate(wrap(by_hand, "sans", 8.5, right - left)[:2]):
        draw_text(canvas, left, y + 21 - 11 * line_no, line, font="sans", size=8.5)
    _draw_stub(canvas, x + WIDTH - STUB, y, slip)


def _draw_steps(canvas: Canvas, x: float, y: float, right: float) -> None:
    for step in STEPS:
        for line in wrap(step, "sans", 10, right - x):
            draw_text(canvas, x, y, line, font="sans", size=10)
            y -= 14
        y -= 3


def _draw_stub(canvas: Canvas, x: float, y: float, slip: Slip) -> None:
    """The stub stays with the scrutineers when the slip is exchanged or voided; it cannot cast."""
    middle = x + STUB / 2
    draw_text(canvas, middle, y + HEIGHT - 40, "副券", font="sans", size=10, align="center")
    draw_text(canvas, middle, y + HEIGHT - 70, "票号", font="sans", size=9, align="center")
    draw_text(canvas, middle, y + HEIGHT - 88, slip.selector, font="sans", bold=True, size=14, align="center")
    for line_no, line in enumerate(wrap(slip.group_name, "sans", 8, STUB - 8)[:4]):
        draw_text(canvas, middle, y + HEIGHT - 112 - 11 * line_no, line, font="sans", size=8, align="center")


def _draw_cuts(canvas: Canvas, x: float, y: float) -> None:
    canvas.saveState()
    canvas.setLineWidth(0.4)
    canvas.setStrokeGray(0.6)
    canvas.rect(x, y, WIDTH, HEIGHT)
    canvas.setDash(3, 3)
    canvas.line(x + WIDTH - STUB, y, x + WIDTH - STUB, y + HEIGHT)
    canvas.restoreState()


def _short(address: str) -> str:
    return address.split("://", 1)[-1]
