"""Histogram and five numbers: hand-checked, and laws."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from apps.insights.domain.spread import MOST_BARS, bar_edges, histogram, spread_of

totals = st.lists(st.decimals(0, 100, places=2), min_size=1, max_size=40)


def test_five_numbers_by_hand():
    # places 0, 1, 2, 3, 4 of five values; the mean is 421 / 5
    found = spread_of([Decimal(n) for n in (90, 70, 80, 86, 95)])

    assert (found.lowest, found.lower_quartile, found.median, found.upper_quartile, found.highest) == (
        Decimal("70.00"), Decimal("80.00"), Decimal("86.00"), Decimal("90.00"), Decimal("95.00"),
    )  # fmt: skip
    assert (found.n, found.mean) == (5, Decimal("84.20"))


def test_quartiles_between_two_values():
    # place 3 × 1/4 = 0.75: 80 + 0.75 × 2
    found = spread_of([Decimal(n) for n in (80, 82, 90, 91)])

    assert (found.lower_quartile, found.median, found.upper_quartile) == (
        Decimal("81.50"), Decimal("86.00"), Decimal("90.25"),
    )  # fmt: skip


def test_bars_by_hand():
    values = [Decimal(n) for n in ("81.99", "82", "89.5", "100")]
    edges = bar_edges(values)

    assert edges == list(range(80, 101, 2))
    assert [bar.n for bar in histogram(values, edges)] == [1, 1, 0, 0, 1, 0, 0, 0, 0, 1]
    assert [bar.label for bar in histogram(values, edges)][::9] == ["80—82以下", "98—100"]


def test_nothing_has_no_spread():
    assert (spread_of([]), bar_edges([]), histogram([], [])) == (None, [], [])


@given(totals)
def test_every_total_is_in_one_bar(values):
    edges = bar_edges(values)

    assert sum(bar.n for bar in histogram(values, edges)) == len(values)
    assert 1 <= len(edges) - 1 <= MOST_BARS


@given(totals)
def test_five_numbers_are_in_order(values):
    found = spread_of(values)
    five = [found.lowest, found.lower_quartile, found.median, found.upper_quartile, found.highest]

    assert five == sorted(five)
    assert found.lowest <= found.mean <= found.highest
