"""Drawing and measuring Chinese text on a reportlab canvas, with per-character fallback."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from reportlab.pdfbase import pdfmetrics

from apps.documents.domain.line_breaking import (
    HALF_BLANK,
    Line,
    break_lines,
    can_spread,
    printable,
    squeezed,
)
from apps.documents.kit.fonts import Typeface, typeface

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas
    from reportlab.pdfgen.textobject import PDFTextObject

MOST_SPREAD = 0.5  # em per gap; a line with more room than that stays ragged
SHARES = {"left": 0.0, "center": 0.5, "right": 1.0}


@dataclass(frozen=True, slots=True)
class TextStyle:
    """How text is set. Lengths are points.

    ``cell`` is the width of a full-width character on a grid (``None``: its own). ``indent`` counts characters of the first line.
    """

    font: str = "fangsong"
    size: float = 16
    leading: float = 24
    cell: float | None = None
    indent: float = 0
    align: str = "left"  # left, center, right, justify

    @property
    def em(self) -> float:
        return self.cell if self.cell is not None else self.size


@dataclass(frozen=True, slots=True)
class SetLine:
    """A line ready to be drawn: where it starts, its text, and the space behind each of its characters."""

    text: str
    x: float
    gaps: tuple[float, ...]


def style_of(font: str, *, bold: bool = False) -> str:
    """Return the style of a family: ``("serif", True)`` is ``serif_bold``."""
    return f"{font}_bold" if bold and font in {"serif", "sans"} else font


def text_width(text: str, *, font: str = "serif", size: float, bold: bool = False) -> float:
    """Return the width in points."""
    return sum(typeface(style_of(font, bold=bold)).advances(printable(text), size))


def draw_text(
    canvas: "Canvas",
    x: float,
    y: float,
    text: str,
    *,
    font: str = "serif",
    bold: bool = False,
    size: float,
    align: str = "left",
) -> float:
    """Draw one line with its baseline at ``y`` and return its width in points.

    ``x`` is its left end, middle or right end, as ``align`` says (``left``, ``center``, ``right``).

    :raises MissingGlyph: no font at hand has a character.
    """
    shown = printable(text).replace("\n", " ")
    face = typeface(style_of(font, bold=bold))
    width = sum(face.advances(shown, size))
    pen = canvas.beginText(x - width * SHARES[align], y)
    _write(pen, shown, (0.0,) * len(shown), face, size)
    canvas.drawText(pen)
    return width


def wrap(text: str, font: str, size: float, width: float, *, bold: bool = False) -> list[str]:
    """Break text into lines no wider than ``width`` points, by Chinese rules; line ends in the text are kept."""
    style = TextStyle(style_of(font, bold=bold), size)
    return [line.text for line in set_text(text, style, width)]


def set_text(text: str, style: TextStyle, width: float) -> list[SetLine]:
    """Return the lines of a text, ready to be drawn at ``width``. Each line end in the text starts a paragraph."""
    face = typeface(style.font)
    return [line for part in printable(text).split("\n") for line in _set_paragraph(part, face, style, width)]


@lru_cache(maxsize=256)  # the documents of a batch share their headings, heads of tables, standing phrases
def _set_paragraph(text: str, face: Typeface, style: TextStyle, width: float) -> tuple[SetLine, ...]:
    natural = face.advances(text, style.size)
    extra = style.em - style.size
    gaps = [extra if advance >= style.size else 0.0 for advance in natural]
    for at, is_squeezed in enumerate(squeezed(text)):
        if is_squeezed and natural[at] >= style.size:
            gaps[at] -= style.em / 2
    indent = style.indent * style.em
    advances = [advance + gap for advance, gap in zip(natural, gaps, strict=True)]
    lines = break_lines(text, advances, width=width, first_width=width - indent, em=style.em)
    return tuple(
        _set_line(text, gaps, line, style, indent if number == 0 else 0.0)
        for number, line in enumerate(lines)
    )


def _set_line(text: str, gaps: Sequence[float], line: Line, style: TextStyle, indent: float) -> SetLine:
    shown = text[line.start : line.end]
    behind = list(gaps[line.start : line.end])
    if line.narrowing:
        whole = style.em - style.size  # the gap of a character that gave up nothing
        behind = [
            gap - line.narrowing if char in HALF_BLANK and gap >= whole else gap
            for char, gap in zip(shown, behind, strict=True)
        ]
    if style.align == "justify" and not line.ends_paragraph and line.room:
        behind = _spread(shown, behind, line.room, MOST_SPREAD * style.em)
    x = indent + line.room * SHARES.get(style.align, 0.0)
    return SetLine(shown, x, tuple(behind))


def _spread(shown: str, behind: list[float], room: float, most: float) -> list[float]:
    """Share the room of a justified line among its gaps, unless that would tear it apart."""
    open_at = [i for i, (a, b) in enumerate(pairwise(shown)) if can_spread(a, b)]
    share = room / len(open_at) if open_at else most + 1
    if share <= most:
        for i in open_at:
            behind[i] += share
    return behind


def draw_lines(
    canvas: "Canvas", lines: Sequence[SetLine], style: TextStyle, x: float, baseline: float
) -> None:
    """Draw set lines one below the other, the first with its baseline at ``baseline``."""
    face = typeface(style.font)
    pen, at = canvas.beginText(x, baseline), 0.0
    for number, line in enumerate(lines):
        if number or line.x:
            pen.moveCursor(line.x - at, style.leading if number else 0.0)
        at = line.x
        _write(pen, line.text, line.gaps, face, style.size)
    canvas.drawText(pen)


def _write(pen: "PDFTextObject", text: str, gaps: Sequence[float], face: Typeface, size: float) -> None:
    """Put characters behind each other, those of one font at once."""
    names = face.names(text)
    if len(set(names)) == 1:
        _show(pen, names[0], size, text, gaps)
        return
    start = 0
    for name, run in groupby(names):
        end = start + sum(1 for _ in run)
        _show(pen, name, size, text[start:end], gaps[start:end])
        start = end


def _show(pen: "PDFTextObject", name: str, size: float, text: str, gaps: Sequence[float]) -> None:
    """Write characters of one font: the most common gap as the spacing, whatever differs from it as a step.

    reportlab has no word for the operator TJ, and its own way measures each piece again: ISO 32000-1, 9.4.3.
    """
    canvas, font = pen._canvas, pdfmetrics.getFont(name)  # noqa: SLF001 -- as above
    spacing = max(dict.fromkeys(gaps), key=gaps.count)
    start = 0
    for subset, codes in font.splitString(text, canvas._doc):  # noqa: SLF001 -- as above
        chosen = f"{font.getSubsetInternalName(subset, canvas._doc)} {size:g} Tf {round(spacing, 4):g} Tc"  # noqa: SLF001
        shown = _pieces(codes, [gap - spacing for gap in gaps[start : start + len(codes)]], size)
        written = "".join(f"({canvas._escape(piece)}){step}" for piece, step in shown)  # noqa: SLF001 -- as above
        pen._code.append(f"{chosen} [{written}] TJ")  # noqa: SLF001 -- as above
        start += len(codes)


def _pieces(codes: bytes, more: Sequence[float], size: float) -> Iterator[tuple[bytes, str]]:
    """Yield codes and the step behind the last of them, in thousandths of the size and backwards, as TJ wants it."""
    start = 0
    for end, gap in enumerate(more, start=1):
        if gap:
            yield codes[start:end], f"{-1000 * gap / size:.2f}"
            start = end
    if start < len(codes):
        yield codes[start:], ""
