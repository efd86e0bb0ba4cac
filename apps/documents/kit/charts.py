"""Charts for official pages: vector drawings, legible in black and white too.

Each value is written beside its bar or point, so that a chart never tells by colour or length alone; what is missing or hidden (``None``)
is a dash on the axis and never a bar of nought. Lengths are points.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import groupby, pairwise

from reportlab.graphics.shapes import Circle, Drawing, Line, Rect, String
from reportlab.lib.colors import Color, HexColor, black, white

from apps.common.domain.formats import MISSING
from apps.documents.domain.axes import as_label, axis_of
from apps.documents.domain.line_breaking import printable
from apps.documents.kit.fonts import typeface
from apps.documents.kit.text import SHARES

Value = Decimal | int | None
WIDTH = 440.0
SIZE = 9.0
INK, GRID = HexColor("#24201c"), HexColor("#d5cec3")
# Dark and light in turn: neighbours differ when printed without colour.
COLOURS = tuple(map(HexColor, ("#2f7d52", "#a9cde6", "#d9992b", "#8c2f2b", "#5f574e")))
LEFT, RIGHT, TOP, BOTTOM = 34.0, 8.0, 16.0, 22.0
LEGEND = 18.0
BAR_SHARE = 0.8  # of the room of one label
WIDEST_BAR = 46.0
ROW, ROW_BAR = 22.0, 14.0
LEAST_SIZE = 6.0
ASIDE = 3.0  # room beside a number inside a bar


def bar_chart(
    labels: Sequence[str], values: Sequence[Value], *, width: float = WIDTH, height: float = 170
) -> Drawing:
    """Return upright bars, one for each label."""
    return grouped_bars(labels, {"": values}, width=width, height=height)


def grouped_bars(
    labels: Sequence[str], series: Mapping[str, Sequence[Value]], *, width: float = WIDTH, height: float = 180
) -> Drawing:
    """Return upright bars, for each label one of every series; a legend if there is more than one series."""
    frame = _Frame(labels, series, width, height)
    n = len(series)
    room = min(frame.step * BAR_SHARE / n, WIDEST_BAR)
    for place, values in enumerate(series.values()):
        for index, value in enumerate(values):
            x = frame.middle(index) + (place - n / 2) * room
            frame.bar(x, room, value, COLOURS[place % len(COLOURS)])
    return frame.drawing


def line_chart(
    labels: Sequence[str], series: Mapping[str, Sequence[Value]], *, width: float = WIDTH, height: float = 170
) -> Drawing:
    """Return one line for each series; it is interrupted where a value is missing."""
    frame = _Frame(labels, series, width, height, starts_at_nought=False)
    for place, values in enumerate(series.values()):
        points = [None if v is None else (frame.middle(i), frame.y(v)) for i, v in enumerate(values)]
        frame.line(points, COLOURS[place % len(COLOURS)])
        for point, value in zip(points, values, strict=True):
            if point is not None:
                _write(frame.drawing, point[0], point[1] + 5, f"{value}", align="center")
    return frame.drawing


def stacked_bars(
    labels: Sequence[str],
    series: Mapping[str, Sequence[int]],
    *,
    width: float = WIDTH,
    label_width: float = 60,
    as_shares: bool = True,
) -> Drawing:
    """Return lying bars, one for each label, made of the parts of the series; the number stands in each part.

    ``as_shares`` gives every bar the full length; otherwise the longest has it.
    """
    drawing = Drawing(width, LEGEND + ROW * len(labels))
    _legend(drawing, list(series), label_width, drawing.height - 12)
    totals = [sum(values) for values in zip(*series.values(), strict=True)]
    most = max(totals, default=0)
    for index, (label, total) in enumerate(zip(labels, totals, strict=True)):
        y = drawing.height - LEGEND - ROW * (index + 1) + (ROW - ROW_BAR) / 2
        _write(drawing, label_width - 6, y + 4, label, align="right")
        whole = total if as_shares else most
        parts = [values[index] for values in series.values()]
        _stack(drawing, label_width, y, width - label_width - 2, parts, whole)
    return drawing


def _stack(drawing: Drawing, x: float, y: float, length: float, parts: Sequence[int], whole: int) -> None:
    if not whole:
        _write(drawing, x + 4, y + 4, MISSING)
    for place, n in enumerate(parts):
        if not n:
            continue
        part = length * n / whole
        colour = COLOURS[place % len(COLOURS)]
        drawing.add(Rect(x, y, part, ROW_BAR, fillColor=colour, strokeColor=white, strokeWidth=0.6))
        if part >= _width(str(n)) + ASIDE:
            _write(drawing, x + part / 2, y + 4, str(n), align="center", colour=_on(colour))
        x += part


class _Frame:
    """Axis, grid, labels and legend of an upright chart."""

    def __init__(
        self,
        labels: Sequence[str],
        series: Mapping[str, Sequence[Value]],
        width: float,
        height: float,
        *,
        starts_at_nought: bool = True,
    ) -> None:
        self.drawing = Drawing(width, height)
        names = [name for name in series if name]
        self.top = height - TOP - (LEGEND if names else 0)
        known = [value for values in series.values() for value in values if value is not None]
        self.marks = axis_of(known or [1], starts_at_nought=starts_at_nought or not known)
        self.step = (width - LEFT - RIGHT) / max(len(labels), 1)
        self._draw_axis(width)
        for index, label in enumerate(labels):
            _write(self.drawing, self.middle(index), BOTTOM - 13, label, align="center")
        _legend(self.drawing, names, LEFT, height - 12)

    def _draw_axis(self, width: float) -> None:
        for mark in self.marks:
            y = self.y(mark)
            colour = INK if mark == self.marks[0] else GRID
            self.drawing.add(Line(LEFT, y, width - RIGHT, y, strokeColor=colour, strokeWidth=0.5))
            _write(self.drawing, LEFT - 4, y - 3, as_label(mark), align="right")

    def middle(self, index: int) -> float:
        """Return where the middle of a label stands."""
        return LEFT + self.step * (index + 0.5)

    def y(self, value: Decimal | int) -> float:
        """Return the height of a value."""
        low, high = self.marks[0], self.marks[-1]
        return BOTTOM + (self.top - BOTTOM) * float((Decimal(value) - low) / (high - low))

    def bar(self, x: float, width: float, value: Value, colour: Color) -> None:
        """Draw one bar with its value above; a dash where there is none."""
        if value is None:
            _write(self.drawing, x + width / 2, BOTTOM + 3, MISSING, align="center")
            return
        height = self.y(value) - BOTTOM
        self.drawing.add(Rect(x + 0.5, BOTTOM, width - 1, height, fillColor=colour, strokeColor=None))
        size = min(
            SIZE, max(SIZE * (width - 1) / _width(f"{value}"), LEAST_SIZE)
        )  # neighbours do not run into each other
        _write(self.drawing, x + width / 2, BOTTOM + height + 3, f"{value}", align="center", size=size)

    def line(self, points: Sequence[tuple[float, float] | None], colour: Color) -> None:
        """Draw a line through neighbouring points, and each point."""
        for one, other in pairwise(points):
            if one and other:
                self.drawing.add(Line(*one, *other, strokeColor=colour, strokeWidth=1.6))
        for point in points:
            if point:
                self.drawing.add(Circle(*point, 2.4, fillColor=colour, strokeColor=white, strokeWidth=0.6))


def _legend(drawing: Drawing, names: Sequence[str], x: float, y: float) -> None:
    for place, name in enumerate(names):
        colour = COLOURS[place % len(COLOURS)]
        drawing.add(Rect(x, y, 9, 9, fillColor=colour, strokeColor=None))
        x += 13 + _write(drawing, x + 13, y + 1, name) + 16


def _on(colour: Color) -> Color:
    """Return the colour that text has on a ground: white on dark, black on light."""
    lightness = 0.299 * colour.red + 0.587 * colour.green + 0.114 * colour.blue
    dark: Color = black
    light: Color = white
    return dark if lightness > 0.6 else light  # noqa: PLR2004 -- black on mid-grey is still read best


def _width(text: str, size: float = SIZE) -> float:
    return sum(typeface("sans").advances(text, size))


def _write(
    drawing: Drawing,
    x: float,
    y: float,
    text: str,
    *,
    align: str = "left",
    colour: Color = INK,
    size: float = SIZE,
) -> float:
    """Write text, each character with a font that has it; return its width.

    :raises MissingGlyph: no font at hand has a character.
    """
    shown = printable(text).replace("\n", " ")
    width = _width(shown, size)
    x -= width * SHARES[align]
    for name, run in _runs(shown):
        drawing.add(String(x, y, run, fontName=name, fontSize=size, fillColor=colour))
        x += _width(run, size)
    return width


def _runs(text: str) -> Iterator[tuple[str, str]]:
    """Yield font name and characters, font by font."""
    face = typeface("sans")
    for name, chars in groupby(text, key=lambda char: face.glyph(char)[0].name):
        yield name, "".join(chars)
