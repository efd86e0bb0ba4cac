"""Numbers as people read them: rounded once, half up, on their way out."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

Number = int | Decimal | Fraction
MISSING = "—"


def round_half_up(value: Number, places: int = 2) -> Decimal:
    """Return ``value`` rounded half up (away from zero) to ``places`` decimals, exactly even for fractions."""
    exact = Fraction(value) * 10**places
    sign = -1 if exact < 0 else 1
    whole = (abs(exact) + Fraction(1, 2)).__floor__()
    return Decimal(sign * whole).scaleb(-places).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def score(value: Number | None, places: int = 2) -> str:
    """Return a score such as ``92.50``; ``None`` (not available) is a dash, never nought."""
    return MISSING if value is None else f"{_without_minus_zero(round_half_up(value, places)):f}"


def percent(value: Number | None, places: int = 1) -> str:
    """Return a share given as 0–1 as per cent: ``Fraction(1, 8)`` → ``12.5%``."""
    if value is None:
        return MISSING
    return f"{_without_minus_zero(round_half_up(Fraction(value) * 100, places)):f}%"


def money(value: Number | None) -> str:
    """Return an amount in yuan with grouped thousands: ``1,234,567.80 元``."""
    return MISSING if value is None else f"{_without_minus_zero(round_half_up(value, 2)):,f} 元"


def plain_decimal(value: Decimal) -> str:
    """Return a decimal without exponent and without needless trailing noughts."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _without_minus_zero(value: Decimal) -> Decimal:
    return abs(value) if value == 0 else value
