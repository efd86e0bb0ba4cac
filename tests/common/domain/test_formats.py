from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.common.domain.formats import money, percent, plain_decimal, round_half_up, score


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Fraction(185, 2), "92.50"), (Decimal("92.505"), "92.51"), (Decimal("-0.005"), "-0.01"), (Decimal("-0.001"), "0.00"),
        (Fraction(2, 3), "0.67"), (100, "100.00"), (None, "—"),
    ],
)  # fmt: skip
def test_score_has_two_decimals_rounded_half_up(value, shown):
    assert score(value) == shown


def test_percent_is_of_a_share():
    assert [percent(Fraction(1, 8)), percent(Fraction(1, 3), 2), percent(None)] == ["12.5%", "33.33%", "—"]


def test_money_groups_thousands():
    assert [money(Decimal("1234567.8")), money(0), money(None)] == ["1,234,567.80 元", "0.00 元", "—"]


def test_decimal_loses_needless_noughts_only():
    assert [plain_decimal(Decimal(text)) for text in ("60.00", "60.50", "100", "1E+2")] == [
        "60",
        "60.5",
        "100",
        "100",
    ]


@given(st.fractions(-1000, 1000), st.integers(0, 4))
def test_rounding_is_off_by_at_most_half_a_unit(value, places):
    error = abs(Fraction(round_half_up(value, places)) - value)

    assert error <= Fraction(1, 2 * 10**places)


@given(st.fractions(0, 100), st.fractions(0, 100))
def test_rounding_keeps_the_order(one, other):
    low, high = sorted([one, other])

    assert round_half_up(low) <= round_half_up(high)


@given(st.integers(-10_000, 10_000))
def test_exact_half_goes_away_from_nought(whole):
    half = Fraction(2 * whole + 1, 2)

    assert abs(round_half_up(half, 0)) == abs(half) + Fraction(1, 2)
