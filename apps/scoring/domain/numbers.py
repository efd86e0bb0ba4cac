"""How exact figures are stored. Rounding is ``common.domain.formats.round_half_up``: once, when a figure leaves."""

from fractions import Fraction


def exact_text(value: Fraction | None) -> str:
    """Return the stored form, ``"1234/15"``; empty when there is no value."""
    return "" if value is None else f"{value.numerator}/{value.denominator}"


def from_exact_text(text: str) -> Fraction | None:
    """Return the value of a stored form; ``None`` for an empty one."""
    return Fraction(text) if text else None
