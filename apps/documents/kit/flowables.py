"""Blocks of a page: paragraphs and tables. They follow platypus' protocol (``wrap``, ``split``, ``drawOn``), so they stand in any
platypus story too. Text is never read as mark-up.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus.flowables import Flowable

from apps.documents.domain.titles import break_title
from apps.documents.kit.text import SetLine, TextStyle, draw_lines, draw_text, set_text


class Block(Flowable):
    """A block of a page, in points. ``keep_with_next`` keeps it off the foot of a page."""

    width: float  # type: ignore[assignment]  # reportlab starts it with a whole 0
    height: float  # type: ignore[assignment]  # as above
    keep_with_next = False

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # reportlab has no types

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        """Return the size it takes in this width."""
        raise NotImplementedError

    def draw(self) -> None:
        """Draw on ``self.canv``, the origin being the lower left corner."""
        raise NotImplementedError

    def draw_at(self, canvas: Canvas, x: float, y: float) -> None:
        """Draw with the lower left corner at (x, y): what ``drawOn`` does, without a copy of reportlab's whole state."""
        self.canv = canvas
        canvas._code.append(f"q 1 0 0 1 {x:.4f} {y:.4f} cm")  # noqa: SLF001 -- as above
        self.draw()
        canvas._code.append("Q")  # noqa: SLF001 -- as above

    def split(self, available_width: float, available_height: float) -> "Sequence[Block]":  # noqa: ARG002 -- platypus
        """Return what fits and the rest; nothing if it cannot be cut there."""
        return []


ASCENT = 0.88  # of the em box above the baseline, as in all Chinese fonts


class CJKParagraph(Block):
    """A paragraph set by Chinese rules. ``lines`` is for the parts of a split one."""

    def __init__(self, text: str, style: TextStyle, *, lines: Sequence[SetLine] = ()) -> None:
        super().__init__()
        self.text = text
        self.style = style
        self.lines = list(lines)
        self._set_width: float | None = None
        self._is_part = bool(lines)

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:  # noqa: ARG002 -- platypus
        if not self._is_part and self._set_width != available_width:
            self.lines = set_text(self.text, self.style, available_width)
            self._set_width = available_width
        self.width, self.height = available_width, len(self.lines) * self.style.leading
        return self.width, self.height

    def split(self, available_width: float, available_height: float) -> list["CJKParagraph"]:
        self.wrap(available_width, available_height)
        n_fitting = int((available_height + 0.01) // self.style.leading)
        if n_fitting <= 0:
            return []
        if n_fitting >= len(self.lines):
            return [self]
        return list(self.cut(n_fitting))

    def cut(self, n_lines: int) -> tuple["CJKParagraph", "CJKParagraph"]:
        """Return the first ``n_lines`` lines and the rest."""
        head, tail = self.lines[:n_lines], self.lines[n_lines:]
        return CJKParagraph(self.text, self.style, lines=head), CJKParagraph(
            self.text, self.style, lines=tail
        )

    def draw(self) -> None:
        top = self.height - self.style.size * ASCENT
        draw_lines(self.canv, self.lines, self.style, 0, top)


CELL_TEXT = TextStyle(font="fangsong", size=10.5, leading=14)
HEAD_TEXT = TextStyle(font="heading", size=10.5, leading=14, align="center")
CAPTION_TEXT = TextStyle(font="serif_bold", size=12, leading=20, align="center")


@dataclass(frozen=True, slots=True)
class TableStyle:
    """Lengths are points. Source: domain reference section 6: table text 五号 仿宋, head 黑体, title 小四 bold centred."""

    cell: TextStyle = CELL_TEXT
    head: TextStyle = HEAD_TEXT
    caption: TextStyle = CAPTION_TEXT
    padding_x: float = 3.5
    padding_y: float = 4
    least_height: float = 24
    rule: float = 0.5


CENTRED_UP_TO = 6  # characters; longer cells stand left
NOTE_HEIGHT = 18.0
NOTE = "续表"
LEAST_PART = 3  # lines of a cut row that may stand alone
ALIGN_NAMES = {"l": "left", "c": "center", "r": "right"}
Cells = list[list[SetLine]]


class OfficialTable(Block):
    """A ruled table. A part that goes on another page repeats the head and says 续表; a row higher than a page is cut."""

    def __init__(
        self,
        head: Sequence[str],
        rows: Sequence[Sequence[object]],
        widths: Sequence[float],
        *,
        align: str = "",
        caption: str = "",
        style: TableStyle | None = None,
    ) -> None:
        super().__init__()
        self.style = style or TableStyle()
        self.widths = list(widths)
        self.caption = caption
        self.is_continued = False
        texts = [[_cell_text(value) for value in row] for row in rows]
        self.aligns = _aligns(texts, len(head), align)
        self.head = self._set_row(self._broken_head(head), [self.style.head] * len(head))
        styles = [replace(self.style.cell, align=one) for one in self.aligns]
        self.rows = [self._set_row(row, styles) for row in texts]

    def _broken_head(self, head: Sequence[str]) -> list[str]:
        """Break heads by meaning, into lines of like length."""
        size, padding = self.style.head.size, 2 * self.style.padding_x
        most = [max(int((width - padding) // size), 1) for width in self.widths]
        return ["\n".join(break_title(text, n)) for text, n in zip(head, most, strict=True)]

    def _set_row(self, texts: Sequence[str], styles: Sequence[TextStyle]) -> Cells:
        return [
            set_text(text, style, width - 2 * self.style.padding_x)
            for text, style, width in zip(texts, styles, self.widths, strict=True)
        ]

    def _row_height(self, row: Cells) -> float:
        n_lines = max((len(cell) for cell in row), default=1)
        return max(n_lines * self.style.cell.leading + 2 * self.style.padding_y, self.style.least_height)

    @property
    def _above(self) -> float:
        """Height of what stands over the ruled part."""
        if self.is_continued:
            return NOTE_HEIGHT
        return self._n_caption_lines() * self.style.caption.leading if self.caption else 0.0

    def _n_caption_lines(self) -> int:
        return len(set_text(self.caption, self.style.caption, sum(self.widths)))

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:  # noqa: ARG002 -- platypus
        ruled = self._row_height(self.head) + sum(self._row_height(row) for row in self.rows)
        self.width, self.height = sum(self.widths), self._above + ruled
        return self.width, self.height

    def split(self, available_width: float, available_height: float) -> list["OfficialTable"]:
        self.wrap(available_width, available_height)
        room = available_height - self._above - self._row_height(self.head) + 0.01
        n_fitting = 0
        for row in self.rows:
            room -= self._row_height(row)
            if room < 0:
                room += self._row_height(row)
                break
            n_fitting += 1
        if n_fitting == len(self.rows):
            return [self]
        return self._parts(n_fitting, room)

    def _parts(self, n_fitting: int, room: float) -> list["OfficialTable"]:
        """Return the part that fits and the rest. A row is cut only if it stands alone and is high."""
        first, rest = self.rows[:n_fitting], self.rows[n_fitting:]
        n_lines = int((room - 2 * self.style.padding_y) // self.style.cell.leading)
        if not first and n_lines >= LEAST_PART:
            cut = rest[0]
            first = [[cell[:n_lines] for cell in cut]]
            rest = [[cell[n_lines:] for cell in cut], *rest[1:]]
        return [self._part(first), self._part(rest, is_continued=True)] if first else []

    def _part(self, rows: list[Cells], *, is_continued: bool = False) -> "OfficialTable":
        part = OfficialTable((), (), (), style=self.style)
        part.widths, part.aligns, part.head, part.rows = self.widths, self.aligns, self.head, rows
        part.caption = self.caption
        part.is_continued = is_continued or self.is_continued
        return part

    def draw(self) -> None:
        y = self._draw_above()
        heights = [self._row_height(self.head), *(self._row_height(row) for row in self.rows)]
        self._draw_rules(y, heights)
        styles = [self.style.head] * len(self.widths)
        for row, height in zip([self.head, *self.rows], heights, strict=True):
            self._draw_row(row, y, height, styles)
            styles = [self.style.cell] * len(self.widths)
            y -= height

    def _draw_above(self) -> float:
        """Draw the caption, or 续表 over a continued part; return the top of the ruled part."""
        if self.is_continued:
            baseline = self.height - self.style.cell.size * ASCENT
            draw_text(
                self.canv,
                self.width,
                baseline,
                NOTE,
                font="fangsong",
                size=self.style.cell.size,
                align="right",
            )
        elif self.caption:
            style = self.style.caption
            lines = set_text(self.caption, style, self.width)
            draw_lines(self.canv, lines, style, 0, self.height - style.size * ASCENT)
        return float(self.height - self._above)

    def _draw_rules(self, top: float, heights: Sequence[float]) -> None:
        self.canv.setLineWidth(self.style.rule)
        ys, xs = [top], [0.0]
        for height in heights:
            ys.append(ys[-1] - height)
        for width in self.widths:
            xs.append(xs[-1] + width)
        self.canv.grid(xs, ys)

    def _draw_row(self, row: Cells, top: float, height: float, styles: Sequence[TextStyle]) -> None:
        x = self.style.padding_x
        for cell, style, width in zip(row, styles, self.widths, strict=True):
            text_height = (len(cell) - 1) * style.leading + style.size
            baseline = top - (height - text_height) / 2 - style.size * ASCENT
            draw_lines(self.canv, cell, style, x, baseline)
            x += width


def _cell_text(value: object) -> str:
    return "" if value is None else str(value)


def _aligns(rows: Sequence[Sequence[str]], n_columns: int, align: str) -> list[str]:
    """Return one alignment per column: as told ("lcr"), else short columns centred and long ones left."""
    if align:
        if len(align) != n_columns:
            raise ValueError(f"{len(align)} alignments for {n_columns} columns")
        return [ALIGN_NAMES[one] for one in align]
    longest = [max((len(row[i]) for row in rows), default=0) for i in range(n_columns)]
    return ["center" if length <= CENTRED_UP_TO else "left" for length in longest]


class Gap(Block):
    """Blank height; it vanishes at the top of a page."""

    def __init__(self, height: float) -> None:
        super().__init__()
        self.height = height

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:  # noqa: ARG002 -- platypus
        self.width = available_width
        return available_width, self.height

    def draw(self) -> None:
        """Nothing is drawn."""


class PageBreak(Gap):
    """What follows stands on a new page."""

    def __init__(self) -> None:
        super().__init__(0)
