"""One thing missing or doubtful, and the small pieces all checks share."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing missing. ``part`` names the page that mends it; a gap that does not block is advice."""

    part: str
    message: str
    is_blocking: bool = True


def plain(number: Decimal) -> str:
    """Write a number without idle noughts: 60, 33.3."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def weight_gap(part: str, what: str, weights: Sequence[Decimal]) -> Gap | None:
    """Return the gap of weights that do not sum to 100 per cent."""
    total = sum(weights, Decimal(0))
    if not weights or total == HUNDRED:
        return None
    turn = f"还差{plain(HUNDRED - total)}" if total < HUNDRED else f"多出{plain(total - HUNDRED)}"
    return Gap(part, f"{what}的权重合计是{plain(total)}%，应为100%（{turn}%）。")


def doubled(names: Iterable[str]) -> list[str]:
    """Return the names that appear more than once, in order of appearance."""
    return [name for name, n in Counter(name.strip() for name in names).items() if n > 1]
