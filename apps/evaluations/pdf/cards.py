"""Key cards: three pages, one card each, to be sealed apart."""

from collections.abc import Sequence
from io import BytesIO

from reportlab.lib.pagesizes import A5, landscape
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from apps.documents.kit.text import draw_text, wrap
from apps.evaluations.domain.key_cards import N_CARDS, KeyCard
from apps.evaluations.pdf.qr import draw_qr

PAGE = landscape(A5)
EDGE = 14 * mm
QR_SIDE = 52 * mm
GROUPS_PER_LINE = 5
ADVICE = (
    "本卡由监票人本人当场密封保管，不拍照、不复印、不转交。",
    "三张钥匙卡中任意两张合用才能开箱；单独一张没有用处。",
    "开箱时扫描二维码，或逐组输入右侧字符（没有字母 I、L、O、U）。",
)


def cards_pdf(title: str, fingerprint: str, cards: Sequence[KeyCard]) -> bytes:
    """Return one page per card."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=PAGE, pageCompression=1, lang="zh-CN")
    canvas.setTitle(f"钥匙卡 {title}")
    for card in cards:
        _draw_card(canvas, title, fingerprint, card)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _draw_card(canvas: Canvas, title: str, fingerprint: str, card: KeyCard) -> None:
    width, height = PAGE
    right_column = EDGE + QR_SIDE + 8 * mm
    canvas.setLineWidth(1)
    canvas.rect(EDGE / 2, EDGE / 2, width - EDGE, height - EDGE)
    head = f"钥匙卡　第 {card.number} 张（共 {N_CARDS} 张）"
    draw_text(canvas, EDGE, height - EDGE - 14, head, font="sans", bold=True, size=20)
    y = height - EDGE - 38
    for line in wrap(f"{title}（场次 {card.session_id}）", "sans", 13, width - 2 * EDGE)[:2]:
        draw_text(canvas, EDGE, y, line, font="sans", size=13)
        y -= 18
    draw_text(canvas, EDGE, y, f"公钥指纹　{fingerprint}", font="sans", size=11)
    top = y - 12
    draw_qr(canvas, card.text, EDGE - 2 * mm, top - QR_SIDE, QR_SIDE)
    _draw_groups(canvas, right_column, top - 22, card.text)
    _draw_foot(canvas, width)


def _draw_groups(canvas: Canvas, x: float, y: float, text: str) -> None:
    groups = text.split("-")
    for start in range(0, len(groups), GROUPS_PER_LINE):
        for place, group in enumerate(groups[start : start + GROUPS_PER_LINE]):
            draw_text(canvas, x + place * 23 * mm, y, group, font="sans", bold=True, size=17)
        y -= 30


def _draw_foot(canvas: Canvas, width: float) -> None:
    y = EDGE + 50
    for line in ADVICE:
        draw_text(canvas, EDGE, y, line, font="sans", size=10.5)
        y -= 16
    sign = "监票人（签名）＿＿＿＿＿＿＿＿　　　　年　　月　　日"
    draw_text(canvas, width - EDGE, EDGE - 4, sign, font="sans", size=11, align="right")
