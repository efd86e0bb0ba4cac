"""How long a text is. static/duty_reports/counting.js follows the same rule; both are tested with the same examples.

A character counts if it is a letter, a mark, a number, punctuation or a symbol; blanks, line ends and control characters never do.
"Without punctuation" counts letters, marks and numbers only. Source: reference practice counts reports both ways.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

WORDY = "LMN"
COUNTED = "LMNPS"
WE = "我们"


@dataclass(frozen=True, slots=True)
class Count:
    """Characters with and without punctuation, and how often the author says "I" (我) and "we" (我们)."""

    n_chars: int
    n_without_punctuation: int
    n_i: int
    n_we: int


def count(text: str) -> Count:
    """Count one text."""
    kinds = [unicodedata.category(char)[0] for char in text]
    n_we = text.count(WE)
    return Count(
        n_chars=sum(kind in COUNTED for kind in kinds),
        n_without_punctuation=sum(kind in WORDY for kind in kinds),
        n_i=text.count("我") - n_we,
        n_we=n_we,
    )


def total(counts: Iterable[Count]) -> Count:
    """Add counts up."""
    rows = list(counts)
    return Count(
        sum(row.n_chars for row in rows),
        sum(row.n_without_punctuation for row in rows),
        sum(row.n_i for row in rows),
        sum(row.n_we for row in rows),
    )


def problem_share(n_problem_chars: int, n_chars: int) -> Fraction | None:
    """Return the share (per cent) of problems and causes in the whole report, punctuation included; ``None`` if empty."""
    return Fraction(100 * n_problem_chars, n_chars) if n_chars else None


def clean_text(text: str) -> str:
    """Return the text as it is stored: one kind of line end, no characters a database or a font cannot hold."""
    unified = re.sub(r"\r\n?", "\n", text)
    return "".join(c for c in unified if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
