"""Terms of office of elected committees and branches (届期), and when the next election is due.

Source: 中国共产党基层组织选举工作条例, articles 3 and 4: a committee serves five years, a general branch or branch three (villages
and communities five); an early or postponed election needs the superior's consent, as a rule within one year.
Leading Party members groups (党组) and work committees (党工委) are appointed by their superiors and hold no elections.
"""

from calendar import isleap
from datetime import date

from apps.common.domain.labels import LabelledEnum
from apps.organizations.domain.kinds import OrganizationKind

LONG, SHORT = 5, 3
TERMS = (SHORT, LONG)
USUAL_YEARS: dict[str, int] = {
    OrganizationKind.COMMITTEE.value: LONG,
    OrganizationKind.GENERAL_BRANCH.value: SHORT,
    OrganizationKind.BRANCH.value: SHORT,
}
MOST_SHIFTED_YEARS = 1


class DueState(LabelledEnum):
    """How near the next election is (换届状态). Months are calendar months from today."""

    OVERDUE = "overdue", "已到期未换届"
    WITHIN_3 = "3", "3 个月内到期"
    WITHIN_6 = "6", "6 个月内到期"
    WITHIN_12 = "12", "12 个月内到期"
    LATER = "later", "一年以后到期"
    UNKNOWN = "unknown", "没有换届记录"


MONTHS = {DueState.WITHIN_3: 3, DueState.WITHIN_6: 6, DueState.WITHIN_12: 12}


def usual_term(kind: str) -> int | None:
    """Return the years of a term by the kind of organization; ``None`` for kinds that hold no elections."""
    return USUAL_YEARS.get(kind)


def term_years(own: int | None, kind: str) -> int | None:
    """Return the years of a term: the organization's own setting (0: none are held), without one the usual ones."""
    return usual_term(kind) if own is None else own or None


def add_years(day: date, years: int) -> date:
    """Return the same day ``years`` later; 29 February becomes 28 February where there is none."""
    year = day.year + years
    if day.month == 2 and day.day == 29 and not isleap(year):  # noqa: PLR2004 -- leap day
        return date(year, 2, 28)
    return day.replace(year=year)


def add_months(day: date, months: int) -> date:
    """Return the same day ``months`` later, or the last day of that month if it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    for last in range(day.day, 27, -1):
        try:
            return date(day.year + years, month + 1, last)
        except ValueError:
            continue
    return date(day.year + years, month + 1, day.day)


def due_day(held_on: date, term_years: int) -> date:
    """Return the day on which the term that began with an election ends."""
    return add_years(held_on, term_years)


def is_far_shift(regular: date, wanted: date) -> bool:
    """Tell whether an election is moved by more than the usual year; allowed, but to be pointed out."""
    early, late = sorted((regular, wanted))
    return late > add_years(early, MOST_SHIFTED_YEARS)


def due_state(due_on: date | None, today: date) -> DueState:
    """Return how near the next election is; ``None`` is an organization without a recorded election."""
    if due_on is None:
        return DueState.UNKNOWN
    if due_on < today:
        return DueState.OVERDUE
    near = (state for state, months in MONTHS.items() if due_on <= add_months(today, months))
    return next(near, DueState.LATER)


def days_left_in_words(due_on: date | None, today: date) -> str:
    """Return ``还有 12 天``, ``今天到期``, ``已过 3 天``, or nothing without a day."""
    if due_on is None:
        return ""
    days = (due_on - today).days
    if days == 0:
        return "今天到期"
    return f"还有 {days} 天" if days > 0 else f"已过 {-days} 天"
