"""How the published totals of a field are spread: histogram and five numbers. Points are 0–100.

Everything is worked out from figures as published (rounded once), so nothing in here knows more than the score pages.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from apps.common.domain.formats import round_half_up

WIDTHS = (1, 2, 5, 10)  # points per bar of a histogram, the narrowest that needs no more than MOST_BARS
MOST_BARS = 12
FULL = 100


@dataclass(frozen=True, slots=True)
class Spread:
    """Five numbers and the mean, each rounded half up to two decimals."""

    n: int
    lowest: Decimal
    lower_quartile: Decimal
    median: Decimal
    upper_quartile: Decimal
    highest: Decimal
    mean: Decimal


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a histogram: totals from ``low`` to below ``high``; the last bar includes ``high``."""

    low: int
    high: int
    n: int

    @property
    def label(self) -> str:
        """The range in words; the full mark belongs to the last bar."""
        return f"{self.low}—{self.high}" if self.high >= FULL else f"{self.low}—{self.high}以下"


def spread_of(values: Sequence[Decimal]) -> Spread | None:
    """Return the five numbers and the mean; ``None`` when there is no value.

    A quartile lies at the place (n − 1)·q of the ordered values, between two of them in proportion.
    """
    if not values:
        return None
    ordered = sorted(values)
    lowest, lower, median, upper, highest = (round_half_up(_at(ordered, Fraction(q, 4)), 2) for q in range(5))
    mean = round_half_up(sum(map(Fraction, ordered), Fraction(0)) / len(ordered), 2)
    return Spread(len(ordered), lowest, lower, median, upper, highest, mean)


def _at(ordered: Sequence[Decimal], share: Fraction) -> Fraction:
    place = (len(ordered) - 1) * share
    low = place.__floor__()
    high = min(low + 1, len(ordered) - 1)
    return Fraction(ordered[low]) + (place - low) * (Fraction(ordered[high]) - Fraction(ordered[low]))


def bar_edges(values: Sequence[Decimal]) -> list[int]:
    """Return the edges of the bars that hold all values, as whole points; empty without values."""
    if not values:
        return []
    tried = [_edges(min(values), max(values), width) for width in WIDTHS]
    return next((edges for edges in tried if len(edges) <= MOST_BARS + 1), tried[-1])


def _edges(lowest: Decimal, highest: Decimal, width: int) -> list[int]:
    high = min(int(highest) // width * width + width, FULL)
    low = min(int(lowest) // width * width, high - width)
    return list(range(low, high + 1, width))


def histogram(values: Sequence[Decimal], edges: Sequence[int]) -> list[Bar]:
    """Return how many values fall between neighbouring edges; each value is counted once."""
    last = len(edges) - 2
    return [
        Bar(low, high, sum(low <= value < high or (place == last and value == high) for value in values))
        for place, (low, high) in enumerate(pairwise(edges))
    ]
