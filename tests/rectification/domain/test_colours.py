from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.rectification.domain.colours import Colour, colour_of, days_in_words, latest_due

TODAY = date(2027, 3, 1)


@pytest.mark.parametrize(
    ("days", "expected"),
    [(-1, Colour.RED), (0, Colour.YELLOW), (10, Colour.YELLOW), (11, Colour.GREEN)],
)
def test_colour_by_days_left(days, expected):
    assert colour_of(TODAY + timedelta(days=days), TODAY, is_closed_out=False) == expected


def test_without_deadline_there_is_no_colour():
    assert colour_of(None, TODAY, is_closed_out=False) == Colour.NONE


@given(st.none() | st.dates(), st.dates())
def test_closed_out_is_green_whatever_the_date(due_on, today):
    assert colour_of(due_on, today, is_closed_out=True) == Colour.GREEN


@pytest.mark.parametrize(("days", "expected"), [(3, "还剩 3 天"), (0, "今天到期"), (-2, "逾期 2 天")])
def test_days_in_words(days, expected):
    assert days_in_words(TODAY + timedelta(days=days), TODAY, is_closed_out=False) == expected


def test_days_of_closed_items_are_not_told():
    assert days_in_words(TODAY, TODAY, is_closed_out=True) == ""
    assert days_in_words(None, TODAY, is_closed_out=False) == ""


def test_latest_due_is_the_cycles_unless_extended():
    assert latest_due(None, TODAY) is None
    assert latest_due(TODAY, None) == TODAY
    assert latest_due(TODAY, date(2027, 5, 1)) == date(2027, 5, 1)
    assert latest_due(TODAY, date(2027, 1, 1)) == TODAY
