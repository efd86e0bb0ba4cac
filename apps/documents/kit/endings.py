"""What closes a document: signature and date, and the imprint (版记) at the foot of the last page."""

from collections.abc import Sequence
from dataclasses import replace

from reportlab.lib.units import mm

from apps.documents.kit.flowables import ASCENT, Block
from apps.documents.kit.text import SetLine, TextStyle, draw_lines, draw_text, set_text, text_width

IMPRINT_SIZE = 14  # 四号
IMPRINT_LEADING = 22.0
OUTER_RULE, INNER_RULE = 0.35 * mm, 0.25 * mm
PADDING = 4.0


class Signature(Block):
    """署名和成文日期. With a seal the date ends four characters from the right and the organization is centred over it; a name
    too long for that pushes both to the left. Without a seal the name ends two characters from the right and the date starts two
    characters behind the start of the name. Source: GB/T 9704-2012, 7.3.5.
    """

    def __init__(
        self, organization: str, date_text: str, style: TextStyle, *, n_blank: int = 2, has_seal: bool = True
    ) -> None:
        super().__init__()
        self.organization, self.date_text, self.style, self.n_blank = organization, date_text, style, n_blank
        self.has_seal = has_seal

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:  # noqa: ARG002 -- platypus
        self.width, self.height = available_width, (self.n_blank + 2) * self.style.leading
        return self.width, self.height

    def tighter(self) -> "Signature":
        """Return the same with one blank line above, for a page that is nearly full."""
        return Signature(self.organization, self.date_text, self.style, n_blank=1, has_seal=self.has_seal)

    def draw(self) -> None:
        style = self.style
        names, dates = self._width_of(self.organization), self._width_of(self.date_text)
        places = self._sealed(names, dates) if self.has_seal else self._unsealed(names, dates)
        baseline = style.leading * 2 - style.size * ASCENT
        for text, x in zip((self.organization, self.date_text), places, strict=True):
            draw_text(self.canv, x, baseline, text, font=style.font, size=style.size)
            baseline -= style.leading

    def _sealed(self, names: float, dates: float) -> tuple[float, float]:
        em = self.style.em
        middle = self.width - 4 * em - dates / 2
        middle -= max(0.0, middle + names / 2 - (self.width - 2 * em))
        return middle - names / 2, middle - dates / 2

    def _unsealed(self, names: float, dates: float) -> tuple[float, float]:
        em = self.style.em
        start = self.width - 2 * em - max(names, dates + 2 * em)
        return start, start + 2 * em

    def _width_of(self, text: str) -> float:
        return text_width(text, font=self.style.font, size=self.style.size)


class SignatureLines(Block):
    """Lines to be signed by hand. All labels take the width of the longest; they stay together."""

    n_blank = 1

    def __init__(self, labels: Sequence[str], style: TextStyle) -> None:
        super().__init__()
        self.labels, self.style = [f"{spread(label, _longest(labels))}：" for label in labels], style

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:  # noqa: ARG002 -- platypus
        self.width, self.height = available_width, len(self.labels) * self.style.leading * 1.25
        return self.width, self.height

    def draw(self) -> None:
        style, step = self.style, self.style.leading * 1.25
        baseline = self.height - (step - style.leading) - style.size * ASCENT
        for label in self.labels:
            start = 2 * style.em
            taken = draw_text(self.canv, start, baseline, label, font=style.font, size=style.size)
            end = self.width - 8 * style.em
            self.canv.setLineWidth(INNER_RULE / 2)
            self.canv.line(start + taken, baseline - 3, end - style.em, baseline - 3)
            draw_text(self.canv, end, baseline, "年　　月　　日", font=style.font, size=style.size)
            baseline -= step


def _longest(labels: Sequence[str]) -> int:
    return max((len(label) for label in labels), default=0)


def spread(label: str, n_chars: int) -> str:
    """Return the label at the width of ``n_chars``: a short one is spaced out, 主持人 → 主　持　人."""
    room = n_chars - len(label)
    gaps = len(label) - 1
    if room <= 0 or gaps <= 0:
        return label + "　" * max(room, 0)
    share, more = divmod(room, gaps)
    parts = (char + "　" * (share + (place < more)) for place, char in enumerate(label[:-1]))
    return "".join(parts) + label[-1]


class Imprint(Block):
    """版记: 抄送 over 印发机关 and date, between rules, at the foot of the last page. Source: GB/T 9704-2012, 7.4."""

    at_foot = True

    def __init__(self, copies_to: str, printer: str, date_text: str) -> None:
        super().__init__()
        self.copies_to, self.printer, self.date_text = copies_to, printer, date_text
        self._style = TextStyle("fangsong", IMPRINT_SIZE, IMPRINT_LEADING)

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:  # noqa: ARG002 -- platypus
        self.width = available_width
        n_lines = len(self._copies()) + bool(self.printer)
        n_parts = bool(self.copies_to) + bool(self.printer)
        self.height = n_lines * IMPRINT_LEADING + 2 * PADDING * n_parts
        return self.width, self.height

    def _copies(self) -> list[SetLine]:
        """Return the lines of 抄送: one character in on both sides, further lines under the first name, a full stop at the end."""
        if not self.copies_to:
            return []
        label = "抄送："
        hanging = len(label) * IMPRINT_SIZE
        names = self.copies_to.strip().rstrip("。.；;") + "。"
        lines = set_text(names, self._style, self.width - 2 * IMPRINT_SIZE - hanging)
        [head] = set_text(label, self._style, hanging)
        return [
            replace(head, text=label + lines[0].text, gaps=head.gaps + lines[0].gaps),
            *(replace(line, x=line.x + hanging) for line in lines[1:]),
        ]

    def draw(self) -> None:
        y = self.height
        self._rule(y, OUTER_RULE)
        if lines := self._copies():
            y = self._lines(lines, y)
            if self.printer:
                self._rule(y, INNER_RULE)
        if self.printer:
            baseline = y - PADDING - IMPRINT_SIZE * ASCENT - (IMPRINT_LEADING - IMPRINT_SIZE) / 2
            draw_text(self.canv, IMPRINT_SIZE, baseline, self.printer, font="fangsong", size=IMPRINT_SIZE)
            right = self.width - IMPRINT_SIZE
            printed = f"{self.date_text}印发"
            draw_text(self.canv, right, baseline, printed, font="fangsong", size=IMPRINT_SIZE, align="right")
        self._rule(0, OUTER_RULE)

    def _lines(self, lines: Sequence[SetLine], y: float) -> float:
        baseline = y - PADDING - IMPRINT_SIZE * ASCENT - (IMPRINT_LEADING - IMPRINT_SIZE) / 2
        draw_lines(self.canv, lines, self._style, IMPRINT_SIZE, baseline)
        return y - 2 * PADDING - len(lines) * IMPRINT_LEADING

    def _rule(self, y: float, thickness: float) -> None:
        self.canv.setLineWidth(thickness)
        self.canv.line(0, y, self.width, y)
