"""Key cards: three pages, one card each, and a fourth with the hold; all four are sealed apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from reportlab.lib.pagesizes import A5, landscape
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from apps.documents.kit.figures import draw_qr
from apps.documents.kit.text import draw_text, wrap
from apps.evaluations.domain.key_cards import N_CARDS, KeyPrint
from apps.evaluations.pdf.marks import draw_rehearsal_mark

PAGE = landscape(A5)
EDGE = 14 * mm
QR_SIDE = 50 * mm
GROUPS_PER_LINE = 5
CARD_ADVICE = (
    "本卡由监票人本人当场密封保管，不拍照、不复印、不转交。",
    "三张钥匙卡中任意两张合用才能开箱；单独一张没有用处。",
    "开箱时扫描二维码，或逐组输入右侧字符（没有字母 I、L、O、U）。",
)
HOLD_ADVICE = (
    "本页与三张钥匙卡分开，单独装入信封密封，由保密柜保管。",
    "平时不用：只在服务器损坏、更换，开箱提示缺少封存钥匙时取出录入。",
    "只有本页不能开箱，仍须两张钥匙卡。销毁选票时连同钥匙卡一起销毁。",
)
CARD_SIGN = "监票人（签名）＿＿＿＿＿＿＿＿　　　　年　　月　　日"
HOLD_SIGN = "封存人（签名）＿＿＿＿＿＿＿＿　　　　年　　月　　日"


@dataclass(frozen=True, slots=True)
class _Page:
    head: str
    text: str
    advice: Sequence[str]
    sign: str


def cards_pdf(title: str, fingerprint: str, printed: KeyPrint, *, is_rehearsal: bool = False) -> bytes:
    """Return one page per card and the page of the hold."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=PAGE, pageCompression=1, lang="zh-CN")
    canvas.setTitle(f"钥匙卡 {title}")
    session_id = printed.cards[0].session_id
    pages = [
        _Page(f"钥匙卡　第 {card.number} 张（共 {N_CARDS} 张）", card.text, CARD_ADVICE, CARD_SIGN)
        for card in printed.cards
    ]
    pages.append(_Page("封存页　与钥匙卡分开密封", printed.hold_text, HOLD_ADVICE, HOLD_SIGN))
    for page in pages:
        if is_rehearsal:
            draw_rehearsal_mark(canvas, 0, 0, *PAGE)
        _draw_page(canvas, f"{title}（场次 {session_id}）", fingerprint, page)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _draw_page(canvas: Canvas, title: str, fingerprint: str, page: _Page) -> None:
    width, height = PAGE
    canvas.setLineWidth(1)
    canvas.rect(EDGE / 2, EDGE / 2, width - EDGE, height - EDGE)
    draw_text(canvas, EDGE, height - EDGE - 14, page.head, font="sans", bold=True, size=20)
    y = height - EDGE - 38
    for line in wrap(title, "sans", 13, width - 2 * EDGE)[:2]:
        draw_text(canvas, EDGE, y, line, font="sans", size=13)
        y -= 18
    draw_text(canvas, EDGE, y, f"公钥指纹　{fingerprint}", font="sans", size=11)
    top = y - 12
    draw_qr(canvas, page.text, EDGE - 2 * mm, top - QR_SIDE, QR_SIDE)
    _draw_groups(canvas, EDGE + QR_SIDE + 8 * mm, top - 22, page.text)
    _draw_foot(canvas, width, page)


def _draw_groups(canvas: Canvas, x: float, y: float, text: str) -> None:
    groups = text.split("-")
    for start in range(0, len(groups), GROUPS_PER_LINE):
        for place, group in enumerate(groups[start : start + GROUPS_PER_LINE]):
            draw_text(canvas, x + place * 23 * mm, y, group, font="sans", bold=True, size=17)
        y -= 30


def _draw_foot(canvas: Canvas, width: float, page: _Page) -> None:
    y = EDGE + 50
    for line in page.advice:
        draw_text(canvas, EDGE, y, line, font="sans", size=10.5)
        y -= 16
    draw_text(canvas, width - EDGE, EDGE - 4, page.sign, font="sans", size=11, align="right")
