"""Exact numbers: ``Fraction`` inside, ``Decimal`` at the door, one half-up rounding on the way out."""

import math
from decimal import Decimal
from fractions import Fraction


def round_half_up(value: Fraction, decimals: int) -> Decimal:
    """Return ``value`` with ``decimals`` places; exactly half goes up. Round a figure once, when it leaves."""
    shifted = math.floor(value * 10**decimals + Fraction(1, 2))
    return Decimal(shifted).scaleb(-decimals)


def exact_text(value: Fraction | None) -> str:
    """Return the stored form, ``"1234/15"``; empty when there is no value."""
    return "" if value is None else f"{value.numerator}/{value.denominator}"


def from_exact_text(text: str) -> Fraction | None:
    """Return the value of a stored form; ``None`` for an empty one."""
    return Fraction(text) if text else None
