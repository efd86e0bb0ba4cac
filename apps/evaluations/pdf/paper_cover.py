"""The cover sheet of a batch of paper forms: heads, the code for entering the totals, and how it is done. Printed once."""

from dataclasses import dataclass
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from apps.documents.kit.text import draw_text, wrap
from apps.evaluations.domain.crockford import in_fours

EDGE = 25 * mm
WIDTH = A4[0] - 2 * EDGE
HEADS = ("发出（张）", "收回（张）", "作废（张）", "未交回（张）")
STEPS = (
    "1. 计票完毕，把本批次收回的纸质测评表连同计票底稿放入封套，本页放在最上面。",
    "2. 两位录入人分别、独立地把计票结果录入“纸质统计”页，各自输入下面的批次码。",
    "3. 系统只比较两次录入是否相同，不显示数字；有不同的，各自对照原表改正。",
    "4. 本页只打印一次，系统不保存批次码。遗失的，重新打印封面后两人重新录入。",
)


@dataclass(frozen=True, slots=True)
class Cover:
    """What the sheet says. ``hall`` is empty for a session without halls."""

    title: str
    group: str
    hall: str
    code: str


def cover_pdf(cover: Cover) -> bytes:
    """Return one page."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4, pageCompression=1, lang="zh-CN")
    canvas.setTitle("纸质测评表批次封面")
    y = A4[1] - EDGE - 20
    draw_text(canvas, A4[0] / 2, y, "纸质测评表批次封面", font="sans", bold=True, size=24, align="center")
    y -= 44
    for line in [*wrap(cover.title, "sans", 15, WIDTH), *_place(cover)]:
        draw_text(canvas, EDGE, y, line, font="sans", size=15)
        y -= 24
    y = _draw_heads(canvas, y - 10)
    y = _draw_code(canvas, y - 24, cover.code)
    for step in STEPS:
        for line in wrap(step, "sans", 12, WIDTH):
            draw_text(canvas, EDGE, y, line, font="sans", size=12)
            y -= 19
        y -= 4
    _draw_signatures(canvas, y - 24)
    canvas.save()
    return out.getvalue()


def _place(cover: Cover) -> list[str]:
    return [f"类别：{cover.group}"] + ([f"会场：{cover.hall}"] if cover.hall else [])


def _draw_heads(canvas: Canvas, y: float) -> float:
    """Boxes to be filled in by hand."""
    width, height = WIDTH / len(HEADS), 22 * mm
    for place, head in enumerate(HEADS):
        x = EDGE + place * width
        canvas.rect(x, y - height, width, height)
        draw_text(canvas, x + width / 2, y - 18, head, font="sans", size=12, align="center")
    return float(y - height)


def _draw_code(canvas: Canvas, y: float, code: str) -> float:
    canvas.setLineWidth(1.2)
    canvas.rect(EDGE, y - 62, WIDTH, 62)
    draw_text(
        canvas, EDGE + 12, y - 22, "批次码（录入统计时输入，没有字母 I、L、O、U）", font="sans", size=11
    )
    draw_text(canvas, A4[0] / 2, y - 50, in_fours(code), font="sans", bold=True, size=24, align="center")
    canvas.setLineWidth(1)
    return float(y - 62 - 30)


def _draw_signatures(canvas: Canvas, y: float) -> None:
    for place, who in enumerate(("计票人", "监票人")):
        x = EDGE + place * WIDTH / 2
        draw_text(canvas, x, y, f"{who}（签名）＿＿＿＿＿＿＿＿", font="sans", size=12)
    draw_text(canvas, EDGE, y - 28, "日期　　　　年　　月　　日", font="sans", size=12)
