"""Limits of bonus and deduction points."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.assessments.domain.adjustments import counted_adjustments

LINES = "abc"
points = st.integers(0, 3000).map(lambda hundredths: Fraction(hundredths, 100))
entries = st.lists(st.tuples(st.sampled_from(LINES), points), max_size=8)
limits = st.fixed_dictionaries({line: st.none() | points for line in LINES})
overall = st.none() | points


@pytest.mark.parametrize(
    ("given_points", "line_limit", "limit", "expected"),
    [
        ([3], None, None, (3, 0, 3)),
        ([3, 2], 3, None, (3, 2, 3)),
        ([3, 2], 4, 3, (4, 1, 3)),
        ([3], 0, None, (0, 3, 0)),
        ([], 3, 5, (0, 0, 0)),
    ],
)
def test_limits_by_hand(given_points, line_limit, limit, expected):
    found = counted_adjustments(
        [("a", Fraction(one)) for one in given_points], line_limits={"a": line_limit}, overall_limit=limit
    )

    counted = sum(one.counted for one in found.lines)
    left_out = sum(one.left_out for one in found.lines)
    assert (counted, left_out, found.total) == expected
    assert found.left_out == counted - found.total


def test_two_lines_under_one_overall_limit():
    found = counted_adjustments(
        [("b", Fraction(4)), ("a", Fraction(3)), ("b", Fraction(1))],
        line_limits={"a": Fraction(2), "b": None},
        overall_limit=Fraction(5),
    )

    assert [(one.line, one.entered, one.counted) for one in found.lines] == [("a", 3, 2), ("b", 5, 5)]
    assert (found.subtotal, found.total, found.left_out) == (7, 5, 2)


@given(entries, limits, overall)
def test_no_limit_is_ever_exceeded_and_nothing_is_made_up(given_entries, line_limits, limit):
    found = counted_adjustments(given_entries, line_limits=line_limits, overall_limit=limit)

    assert limit is None or found.total <= limit
    assert all(line_limits[one.line] is None or one.counted <= line_limits[one.line] for one in found.lines)
    entered = sum(one for _, one in given_entries)
    left_out = sum(one.left_out for one in found.lines) + found.left_out
    assert found.total + left_out == entered
    assert 0 <= found.total <= entered


@given(entries, limits, overall, st.randoms())
def test_order_of_entries_makes_no_difference(given_entries, line_limits, limit, draw):
    shuffled = list(given_entries)
    draw.shuffle(shuffled)

    assert counted_adjustments(shuffled, line_limits=line_limits, overall_limit=limit) == counted_adjustments(
        given_entries, line_limits=line_limits, overall_limit=limit
    )


@given(entries, limits, overall, st.sampled_from(LINES), points)
def test_one_more_entry_never_lowers_the_total(given_entries, line_limits, limit, line, more):
    before = counted_adjustments(given_entries, line_limits=line_limits, overall_limit=limit)
    after = counted_adjustments([*given_entries, (line, more)], line_limits=line_limits, overall_limit=limit)

    assert before.total <= after.total <= before.total + more


@given(entries)
def test_without_limits_everything_counts(given_entries):
    found = counted_adjustments(given_entries, line_limits={}, overall_limit=None)

    assert found.total == sum(one for _, one in given_entries)
    assert all(one.left_out == 0 for one in found.lines)
