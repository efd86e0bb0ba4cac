"""The axis of a chart: round steps that hold all values. Pure numbers, in the unit of the values."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

MOST_STEPS = 6
MANTISSAS = (1, 2, 5)


def axis_of(
    values: Sequence[Decimal | int | Fraction], *, starts_at_nought: bool = True
) -> tuple[Decimal, ...]:
    """Return the marks of the axis, lowest first: at least two, equally spaced, every value between first and last.

    ``starts_at_nought`` lets bars start where they belong; a line may start higher. Negative values are not drawn.
    """
    highest = max((Fraction(value) for value in values), default=Fraction(1)) or Fraction(1)
    lowest = Fraction(0) if starts_at_nought else min(Fraction(value) for value in values)
    room = highest - lowest or highest
    step = _step(room)
    low = lowest // step * step
    n = -((low - highest) // step)
    return tuple(_decimal(low + place * step) for place in range(max(int(n), 1) + 1))


def _step(room: Fraction) -> Fraction:
    """Return the smallest of 1, 2, 5 × 10ⁿ that needs no more than ``MOST_STEPS`` steps."""
    power = Fraction(1)
    while power * 10 < room:
        power *= 10
    while power > room:
        power /= 10
    sizes = [power * mantissa / scale for scale in (10, 1) for mantissa in MANTISSAS]
    return next((size for size in sizes if room / size <= MOST_STEPS), power * 10)


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def as_label(value: Decimal) -> str:
    """Return a mark of the axis without needless noughts."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
