"""Colour of a ledger line by its deadline. The word is always shown beside the colour.

Source: design.md step 9 (green/yellow/red); real ledgers warn at ten days (reference/domain.md 4.3, K8).
"""

from datetime import date

from apps.common.domain.labels import LabelledEnum

WARN_DAYS = 10


class Colour(LabelledEnum):
    """How urgent an item is."""

    GREEN = "green", "正常"
    YELLOW = "yellow", "临近到期"
    RED = "red", "已逾期"
    NONE = "none", "未定时限"


def colour_of(due_on: date | None, today: date, *, is_closed_out: bool) -> Colour:
    """Return the colour on ``today``: closed out is green whatever the date, the last ten days (and the day itself) are yellow.

    ``due_on`` ``None`` means that no deadline was set.
    """
    if is_closed_out:
        return Colour.GREEN
    if due_on is None:
        return Colour.NONE
    days = (due_on - today).days
    if days < 0:
        return Colour.RED
    return Colour.YELLOW if days <= WARN_DAYS else Colour.GREEN


def days_in_words(due_on: date | None, today: date, *, is_closed_out: bool) -> str:
    """Return "还剩 3 天", "今天到期", "逾期 2 天"; empty when closed out or without a deadline."""
    if is_closed_out or due_on is None:
        return ""
    days = (due_on - today).days
    if days == 0:
        return "今天到期"
    return f"还剩 {days} 天" if days > 0 else f"逾期 {-days} 天"


def latest_due(cycle_due_on: date | None, extended_to: date | None) -> date | None:
    """Return the last day a plan may name: the cycle's, or a later one granted by extension; ``None`` = no limit."""
    if cycle_due_on is None:
        return None
    return max(cycle_due_on, extended_to) if extended_to else cycle_due_on
