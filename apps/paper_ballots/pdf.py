"""The evaluation form on paper: everybody on one form, a box per grade, no code, no name."""

from io import BytesIO

from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from apps.documents.kit.text import draw_text, text_width, wrap
from apps.evaluations.domain.ballot_papers import BallotPaper, Option, Subject

PAGE = landscape(A4)
EDGE = 12 * mm
NUMBER, PERSON = 10 * mm, 62 * mm
TABLE_WIDTH = PAGE[0] - 2 * EDGE
ROW, HEAD = 14 * mm, 13 * mm
BOX = 9
ADVICE = (
    "每项只选一个等次，在方框内打“√”；不选按弃权计，同一项选两个及以上的该项作废。不署名，填好后投入票箱。"
)


def blank_form_pdf(paper: BallotPaper, notes: str = "") -> bytes:
    """Return the form. All copies are equal, so printing more of them tells nothing."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=PAGE, invariant=1, pageCompression=1, lang="zh-CN")
    canvas.setTitle(_title(paper))
    pages = _pages(paper, _top(paper, notes))
    for number, subjects in enumerate(pages, start=1):
        y = _draw_head(canvas, paper, notes)
        y = _draw_columns(canvas, paper, y)
        for subject in subjects:
            y = _draw_row(canvas, paper, subject, y)
        foot = f"第 {number} 页，共 {len(pages)} 页"
        draw_text(canvas, PAGE[0] - EDGE, EDGE - 8, foot, font="sans", size=9, align="right")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _title(paper: BallotPaper) -> str:
    return f"{paper.title.removesuffix('测评')}测评表"


def _pages(paper: BallotPaper, top: float) -> list[tuple[Subject, ...]]:
    per_page = max(1, int((top - HEAD - EDGE - 4) // ROW))
    subjects = paper.subjects
    return [subjects[i : i + per_page] for i in range(0, len(subjects), per_page)] or [()]


def _advice(notes: str) -> list[str]:
    lines = wrap(ADVICE, "sans", 10.5, TABLE_WIDTH)
    return lines + (wrap(notes, "sans", 10.5, TABLE_WIDTH)[:4] if notes else [])


def _top(paper: BallotPaper, notes: str) -> float:
    """Return where the table begins."""
    title_lines = wrap(_title(paper), "sans", 17, TABLE_WIDTH, bold=True)
    return float(PAGE[1] - EDGE - 24 * len(title_lines) - 15 * len(_advice(notes)) - 4)


def _draw_head(canvas: Canvas, paper: BallotPaper, notes: str) -> float:
    y = PAGE[1] - EDGE - 16
    for line in wrap(_title(paper), "sans", 17, TABLE_WIDTH, bold=True):
        draw_text(canvas, PAGE[0] / 2, y, line, font="sans", bold=True, size=17, align="center")
        y -= 24
    for line in _advice(notes):
        draw_text(canvas, EDGE, y + 4, line, font="sans", size=10.5)
        y -= 15
    return _top(paper, notes)


def _item_width(paper: BallotPaper) -> float:
    return float((TABLE_WIDTH - NUMBER - PERSON) / max(1, len(paper.items)))


def _draw_columns(canvas: Canvas, paper: BallotPaper, y: float) -> float:
    canvas.setLineWidth(0.7)
    heads = [("序号", NUMBER), ("姓名、单位", PERSON), *((i.name, _item_width(paper)) for i in paper.items)]
    x = EDGE
    for text, width in heads:
        canvas.rect(x, y - HEAD, width, HEAD)
        lines = wrap(text, "sans", 11, width - 6)[:2]
        for line_no, line in enumerate(lines):
            baseline = y - HEAD / 2 - 4 + 7 * (len(lines) - 1) - 14 * line_no
            draw_text(canvas, x + width / 2, baseline, line, font="sans", bold=True, size=11, align="center")
        x += width
    return y - HEAD


def _draw_row(canvas: Canvas, paper: BallotPaper, subject: Subject, y: float) -> float:
    canvas.rect(EDGE, y - ROW, NUMBER, ROW)
    middle = y - ROW / 2 - 4
    draw_text(canvas, EDGE + NUMBER / 2, middle, str(subject.order_no), font="sans", size=12, align="center")
    canvas.rect(EDGE + NUMBER, y - ROW, PERSON, ROW)
    x = EDGE + NUMBER + 4
    draw_text(canvas, x, y - 16, subject.name, font="sans", bold=True, size=13)
    draw_text(canvas, EDGE + NUMBER + PERSON - 4, y - 16, subject.mode, font="sans", size=9, align="right")
    place = wrap(f"{subject.organization} {subject.post}", "sans", 8.5, PERSON - 8)[:2]
    for line_no, line in enumerate(place):
        draw_text(canvas, x, y - 26.5 - 10 * line_no, line, font="sans", size=8.5)
    x = EDGE + NUMBER + PERSON
    width = _item_width(paper)
    for _ in paper.items:
        canvas.rect(x, y - ROW, width, ROW)
        _draw_boxes(canvas, paper.options, x, y, width)
        x += width
    return y - ROW


def _draw_boxes(canvas: Canvas, options: tuple[Option, ...], x: float, y: float, width: float) -> None:
    """Draw the boxes in one line if they fit, else in two."""
    needed = sum(BOX + 16 + text_width(option.label, font="sans", size=11) for option in options)
    rows = (
        [options]
        if needed <= width
        else [options[: (len(options) + 1) // 2], options[(len(options) + 1) // 2 :]]
    )
    step = ROW / len(rows)
    for row_no, row in enumerate(rows):
        baseline = y - step * row_no - step / 2 - 4
        cell = width / len(rows[0])
        for place, option in enumerate(row):
            left = x + cell * place + 6
            canvas.rect(left, baseline - 0.5, BOX, BOX)
            draw_text(canvas, left + BOX + 3, baseline, option.label, font="sans", size=11)
