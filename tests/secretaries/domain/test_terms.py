"""When the next election is due."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.secretaries.domain.terms import (
    DueState,
    add_months,
    add_years,
    days_left_in_words,
    due_day,
    due_state,
    is_far_shift,
    usual_term,
)

days = st.dates(date(1990, 1, 1), date(2090, 12, 31))


def test_usual_terms():
    assert [usual_term(kind) for kind in ("committee", "general_branch", "branch", "leading_group", "work_committee")] == [
        5, 3, 3, None, None,
    ]  # fmt: skip


def test_leap_days():
    assert due_day(date(2024, 2, 29), 5) == date(2029, 2, 28)
    assert due_day(date(2024, 2, 29), 4) == date(2028, 2, 29)
    assert due_day(date(2021, 2, 28), 3) == date(2024, 2, 28)
    assert due_day(date(2021, 12, 31), 5) == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 1, 31), 6, date(2026, 7, 31)),
        (date(2026, 3, 31), 6, date(2026, 9, 30)),
        (date(2026, 12, 1), 12, date(2027, 12, 1)),
    ],
)
def test_months(day, months, expected):
    assert add_months(day, months) == expected


@given(days, st.integers(0, 10))
def test_years_keep_month_and_day_but_for_the_leap_day(day, years):
    later = add_years(day, years)

    assert (later.year, later.month) == (day.year + years, day.month)
    assert later.day == day.day or (day.day, later.day) == (29, 28)


@given(days, st.integers(0, 36), st.integers(0, 36))
def test_more_months_are_never_earlier(day, fewer, more):
    fewer, more = sorted((fewer, more))

    assert add_months(day, fewer) <= add_months(day, more)
    assert add_months(day, 12 * (more // 12)) == add_years(day, more // 12)


@given(days, st.integers(-400, 800))
def test_states_follow_each_other_as_time_passes(today, distance):
    order = [DueState.OVERDUE, DueState.WITHIN_3, DueState.WITHIN_6, DueState.WITHIN_12, DueState.LATER]
    due = today + timedelta(distance)

    assert order.index(due_state(due, today)) <= order.index(due_state(due + timedelta(1), today))
    assert (due_state(due, today) is DueState.OVERDUE) == (due < today)


def test_due_today_is_not_overdue():
    today = date(2026, 12, 1)

    assert due_state(today, today) is DueState.WITHIN_3
    assert due_state(date(2027, 3, 1), today) is DueState.WITHIN_3
    assert due_state(date(2027, 3, 2), today) is DueState.WITHIN_6
    assert due_state(None, today) is DueState.UNKNOWN
    assert [days_left_in_words(day, today) for day in (today, date(2026, 12, 3), date(2026, 11, 30), None)] == [
        "今天到期", "还有 2 天", "已过 1 天", "",
    ]  # fmt: skip


def test_far_shift():
    assert not is_far_shift(date(2026, 5, 1), date(2027, 5, 1))
    assert is_far_shift(date(2026, 5, 1), date(2027, 5, 2))
    assert is_far_shift(date(2026, 5, 1), date(2025, 4, 30))
