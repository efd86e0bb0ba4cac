"""Marks of an axis."""

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.documents.domain.axes import MOST_STEPS, as_label, axis_of

values = st.lists(st.decimals(min_value=0, max_value=10**6, places=2), min_size=1, max_size=20)


@given(values, st.booleans())
def test_marks_hold_every_value_in_a_few_equal_steps(values, starts_at_nought):
    marks = axis_of(values, starts_at_nought=starts_at_nought)

    assert marks[0] <= min(values)
    assert marks[-1] >= max(values)
    assert 2 <= len(marks) <= MOST_STEPS + 2
    assert len({Fraction(b) - Fraction(a) for a, b in pairwise(marks)}) == 1
    assert not starts_at_nought or marks[0] == 0


@pytest.mark.parametrize(
    ("values", "marks"),
    [
        ([0, 0], "0 0.2 0.4 0.6 0.8 1"),
        ([3, 7], "0 2 4 6 8"),
        ([Decimal("93.12")], "0 20 40 60 80 100"),
        ([260], "0 50 100 150 200 250 300"),
    ],
)
def test_marks_are_round_numbers(values, marks):
    assert " ".join(as_label(mark) for mark in axis_of(values)) == marks


def test_a_line_may_start_above_nought():
    assert axis_of([Decimal("85.10"), Decimal("91.70")], starts_at_nought=False)[0] == 84
