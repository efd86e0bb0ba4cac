"""Slips, eight to an A4 sheet, each with a stub that carries only the slip's number."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from apps.documents.kit.figures import draw_qr
from apps.documents.kit.text import draw_text, text_width, wrap
from apps.evaluations.domain.slips import Slip
from apps.evaluations.pdf.marks import draw_rehearsal_mark

COLUMNS, ROWS = 2, 4
WIDTH, HEIGHT = A4[0] / COLUMNS, A4[1] / ROWS
STUB = 19 * mm
EDGE = 6 * mm
TOP = 4 * mm
BAND = 11 * mm
QR_SIDE = 31 * mm
CUT = 4 * mm
# Dark enough for white letters on a colour printer, and apart from one another in grey.
BANDS = ("#8c1d18", "#1d4f80", "#1d6b3a", "#6b4a00", "#5b2a6e", "#3c3c3c", "#0f6b6b", "#84422b")
STEPS = (
    "用手机相机扫码，浏览器打开",
    "逐人填写，核对后提交",
    "看到“已计入箱”即可",
)


@dataclass(frozen=True, slots=True)
class SlipSheet:
    """What all slips of one printing have in common.

    ``address`` is that of the casting page, to which each slip adds its secret behind ``#``. ``group_no`` chooses the colour.
    """

    title: str
    address: str
    group_no: int = 1
    hall: str = ""
    is_rehearsal: bool = False


def slips_pdf(sheet: SlipSheet, slips: Sequence[Slip]) -> bytes:
    """Return the sheets to be printed and cut."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4, pageCompression=1, lang="zh-CN")
    canvas.setTitle(f"测评票 {sheet.title}")
    for place, slip in enumerate(slips):
        on_page = place % (COLUMNS * ROWS)
        if place and on_page == 0:
            canvas.showPage()
        if on_page == 0:
            _draw_cuts(canvas)
        x = on_page % COLUMNS * WIDTH
        y = A4[1] - (on_page // COLUMNS + 1) * HEIGHT
        _draw_slip(canvas, x, y, sheet, slip)
    canvas.save()
    return out.getvalue()


def _draw_slip(canvas: Canvas, x: float, y: float, sheet: SlipSheet, slip: Slip) -> None:
    left, right = x + EDGE, x + WIDTH - STUB - EDGE
    if sheet.is_rehearsal:
        draw_rehearsal_mark(canvas, x, y, WIDTH - STUB, HEIGHT - BAND)
    _draw_band(canvas, x, y + HEIGHT - TOP - BAND, sheet, slip)
    words = f"{sheet.title}　{sheet.hall}".strip()
    for line_no, line in enumerate(wrap(words, "sans", 9, right - left)[:2]):
        draw_text(canvas, left, y + HEIGHT - TOP - BAND - 12 - 12 * line_no, line, font="sans", size=9)
    qr_y = y + 49
    draw_qr(canvas, f"{sheet.address}#{slip.fragment}", left - 2 * mm, qr_y, QR_SIDE)
    _draw_steps(canvas, left + QR_SIDE + 2 * mm, qr_y + QR_SIDE - 16, right)
    draw_text(canvas, left, y + 37, "票码", font="sans", size=10)
    draw_text(canvas, left + 24, y + 35, slip.typed_code, font="sans", bold=True, size=15)
    by_hand = f"不能扫码时，打开 {_short(sheet.address)} 输入票码。"
    for line_no, line in enumerate(wrap(by_hand, "sans", 8, right - left)[:2]):
        draw_text(canvas, left, y + 22 - 10 * line_no, line, font="sans", size=8)
    _draw_stub(canvas, x + WIDTH - STUB, y, sheet, slip)


def _draw_band(canvas: Canvas, x: float, y: float, sheet: SlipSheet, slip: Slip) -> None:
    """The group's band: colour and name, so that the colour is never the only sign."""
    room = WIDTH - STUB - 2 * EDGE
    is_short = len(wrap(slip.group_name, "sans_bold", 15, room)) == 1
    size = 15 if is_short else 10.5
    lines = wrap(slip.group_name, "sans_bold", size, room)[:2]
    canvas.saveState()
    canvas.setFillColor(HexColor(BANDS[(sheet.group_no - 1) % len(BANDS)]))
    canvas.rect(x + EDGE / 2, y, WIDTH - STUB - EDGE, BAND, stroke=0, fill=1)
    canvas.setFillGray(1)
    base = y + BAND / 2 + (len(lines) - 1) * 6.5 - size * 0.36
    for line_no, line in enumerate(lines):
        draw_text(canvas, x + EDGE, base - 13 * line_no, line, font="sans", bold=True, size=size)
    canvas.restoreState()


def _draw_steps(canvas: Canvas, x: float, y: float, right: float) -> None:
    for number, step in enumerate(STEPS, start=1):
        draw_text(canvas, x, y, str(number), font="sans", bold=True, size=10)
        for line in wrap(step, "sans", 10, right - x - 10):
            draw_text(canvas, x + 10, y, line, font="sans", size=10)
            y -= 13.5
        y -= 4


def _draw_stub(canvas: Canvas, x: float, y: float, sheet: SlipSheet, slip: Slip) -> None:
    """The stub stays with the scrutineers when the slip is exchanged or voided; it cannot cast."""
    middle = x + (STUB - EDGE / 2) / 2
    draw_text(canvas, middle, y + HEIGHT - 34, "副券", font="sans", size=10, align="center")
    draw_text(canvas, middle, y + HEIGHT - 62, "票号", font="sans", size=9, align="center")
    size = 12.0
    while text_width(slip.selector, font="sans", size=size, bold=True) > STUB - EDGE / 2 - 8:
        size -= 0.5
    draw_text(
        canvas, middle, y + HEIGHT - 80, slip.selector, font="sans", bold=True, size=size, align="center"
    )
    words = [
        slip.group_name,
        *([sheet.hall] if sheet.hall else []),
        *(["彩排"] if sheet.is_rehearsal else []),
    ]
    lines = [line for word in words for line in wrap(word, "sans", 8, STUB - EDGE)[:4]]
    for line_no, line in enumerate(lines[:8]):
        draw_text(canvas, middle, y + HEIGHT - 102 - 11 * line_no, line, font="sans", size=8, align="center")


def _draw_cuts(canvas: Canvas) -> None:
    """Cutting marks along the edges and crosses where the cuts meet; a dashed line to tear off each stub."""
    canvas.saveState()
    canvas.setLineWidth(0.4)
    canvas.setStrokeGray(0.45)
    for column in range(COLUMNS + 1):
        for row in range(ROWS + 1):
            x, y = column * WIDTH, row * HEIGHT
            canvas.line(x - CUT, y, x + CUT, y)
            canvas.line(x, y - CUT, x, y + CUT)
    canvas.setDash(2, 3)
    for column in range(COLUMNS):
        x = (column + 1) * WIDTH - STUB
        canvas.line(x, CUT, x, A4[1] - CUT)
    canvas.restoreState()


def _short(address: str) -> str:
    return address.split("://", 1)[-1]
