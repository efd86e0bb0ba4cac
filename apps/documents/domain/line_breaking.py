"""Chinese line breaking: where a line may end, and what is done when punctuation would start the next one.

Pure arithmetic on advance widths, any unit. Source: GB/T 15834-2011 (where marks may stand) and the habits of W3C's
"Requirements for Chinese Text Layout": marks that would start a line are pulled up by narrowing the line's own
marks, whose right half is blank; if that does not make enough room, a character goes down with them and the line is spread.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

NO_START = frozenset("，。、；：？！）》」』】〉〕”’…—·,.;:?!)]}%％‰℃～")
NO_END = frozenset("（《“‘「『【〈〔([{￥$№")
HALF_BLANK = frozenset("，。、；：）》」』】〉〕”’")  # full-width marks with a blank right half
OPENING = frozenset("（《“‘「『【〈〔")
TOGETHER = frozenset("—…")
WORD = re.compile(r"[0-9A-Za-z\u00C0-\u024F.,:/\\\-+_@&'#%=?~]")
UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]"
)
BLANK = re.compile(r"[\t\u00a0\u2002-\u200a\u202f]")
TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Line:
    """``text[start:end]``. ``narrowing`` is taken from each narrowable mark; ``room`` is what is left (≥ 0)."""

    start: int
    end: int
    room: float
    narrowing: float
    ends_paragraph: bool


def printable(text: str) -> str:
    """Return the text without what cannot be seen: controls, zero-width and direction marks; odd blanks become blanks."""
    return UNSEEN.sub("", BLANK.sub(" ", text.replace("\r\n", "\n")))


def squeezed(text: str) -> list[bool]:
    """Tell for each character whether it gives up its blank half because another mark follows (”。 or ）（)."""
    pairs = pairwise(text + " ")
    return [a in HALF_BLANK and (b in HALF_BLANK or b in OPENING) for a, b in pairs]


def can_break(text: str, at: int) -> bool:
    """Tell whether a line may end before ``text[at]``."""
    before, after = text[at - 1], text[at]
    if before == " ":
        return after != " "
    if after in NO_START or before in NO_END or (before in TOGETHER and after in TOGETHER):
        return False
    return not (WORD.match(before) and WORD.match(after))


def can_spread(before: str, after: str) -> bool:
    """Tell whether a justified line may put room between two characters: not in words, numbers and dashes."""
    return not ((WORD.match(before) and WORD.match(after)) or (before in TOGETHER and after in TOGETHER))


def break_lines(
    text: str, advances: Sequence[float], *, width: float, first_width: float, em: float
) -> list[Line]:
    """Break one paragraph (no line ends inside) into lines.

    ``advances`` are the widths of its characters, ``em`` that of a full-width one, ``first_width`` that of the first line. A
    half-blank mark narrower than ``em`` has given up its blank already.
    """
    sums = [0.0, *accumulate(advances)]
    marks = [0, *accumulate(is_narrowable(c, a, em) for c, a in zip(text, advances, strict=True))]
    lines: list[Line] = []
    start, n = 0, len(text)
    while start < n:
        room = first_width if not lines else width
        end, narrowing = _line_end(text, sums, marks, start, room, em)
        last = _without_blanks(text, start, end)
        left = room - (sums[last] - sums[start]) + narrowing * (marks[last] - marks[start])
        lines.append(Line(start, last, max(left, 0.0), narrowing, end == n))
        start = end
        while start < n and text[start] == " ":
            start += 1
    return lines or [Line(0, 0, first_width, 0.0, ends_paragraph=True)]


def is_narrowable(char: str, advance: float, em: float) -> bool:
    """Tell whether half of the character is blank and still there."""
    return char in HALF_BLANK and advance > em - TOLERANCE


def _line_end(
    text: str, sums: list[float], marks: list[int], start: int, room: float, em: float
) -> tuple[int, float]:
    """Return where the line ends and how much each of its marks is narrowed."""
    fits = bisect_right(sums, sums[start] + room + TOLERANCE) - 1
    fits = max(fits, start + 1)
    if fits >= len(text) or text[fits] == " " or can_break(text, fits):
        return fits, 0.0
    pulled = _pulled_up(text, sums, marks, start, fits, room, em)
    if pulled is not None:
        return pulled
    for end in range(fits - 1, start, -1):
        if can_break(text, end):
            return end, 0.0
    return fits, 0.0  # one word longer than the line


def _pulled_up(
    text: str, sums: list[float], marks: list[int], start: int, fits: int, room: float, em: float
) -> tuple[int, float] | None:
    """Return the end behind the marks that hang over, if narrowing marks by half an em at most makes room for them."""
    end = fits
    while end < len(text) and text[end] in HALF_BLANK:
        end += 1
    if end == fits or (end < len(text) and not can_break(text, end)):
        return None
    over = sums[end] - sums[start] - room
    n_marks = marks[end] - marks[start]
    return (end, over / n_marks) if n_marks and over <= n_marks * em / 2 else None


def _without_blanks(text: str, start: int, end: int) -> int:
    while end > start and text[end - 1] == " ":
        end -= 1
    return end
