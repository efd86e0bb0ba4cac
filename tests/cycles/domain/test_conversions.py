"""Conversions of components, checked by hand and by properties."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.cycles.domain.conversions import (
    PLAIN,
    Band,
    ConversionPlan,
    ShareBand,
    by_bands,
    by_best,
    by_place,
    conversion_from,
    describe_conversion,
)
from apps.cycles.domain.schemes import Conversion

# W7 of the reference, out of 200: >=90 % 200, 80-90 190, 70-80 180, 60-70 170, <60 160; one third of the two lower options: 130.
W7 = ConversionPlan(
    Conversion.BANDS,
    bands=tuple(
        Band(Fraction(start), Fraction(points, 2))
        for start, points in ((90, 200), (80, 190), (70, 180), (60, 170), (0, 160))
    ),
    overrides=(ShareBand(("average", "poor"), Fraction(100, 3), Fraction(65)),),
)
PLACES = ConversionPlan(Conversion.PLACE, first=Fraction(100), step=Fraction(2), floor=Fraction(60))
fractions = st.fractions(min_value=0, max_value=100, max_denominator=60)


@pytest.mark.parametrize(
    ("share", "score"),
    [
        (100, 100),
        (90, 100),
        (Fraction(899, 10), 95),
        (80, 95),
        (70, 90),
        (60, 85),
        (Fraction(599, 10), 80),
        (0, 80),
    ],
)
def test_the_band_reached_gives_the_score(share, score):
    assert by_bands(W7, Fraction(share), {}) == score


def test_an_override_goes_before_the_bands_from_exactly_its_share_on():
    shares = {"good": Fraction(200, 3), "average": Fraction(100, 6), "poor": Fraction(100, 6)}

    assert by_bands(W7, shares["good"], shares) == 65
    assert by_bands(W7, Fraction(90), {"good": Fraction(90), "poor": Fraction(10)}) == 100


def test_below_all_bands_there_is_no_score():
    only_good = ConversionPlan(Conversion.BANDS, bands=(Band(Fraction(60), Fraction(80)),))

    assert by_bands(only_good, Fraction(59), {}) is None


@pytest.mark.parametrize(("place", "score"), [(1, 100), (2, 98), (21, 60), (40, 60)])
def test_each_further_place_is_worth_less_down_to_the_floor(place, score):
    assert by_place(PLACES, Fraction(place)) == score


def test_the_ratio_to_the_best_needs_a_best():
    assert by_best(Fraction(45), Fraction(60)) == 75
    assert by_best(Fraction(0), Fraction(0)) is None


@given(fractions, fractions)
def test_a_better_figure_never_lowers_the_score_of_descending_bands(one, other):
    low, high = sorted((one, other))

    assert by_bands(W7, low, {}) <= by_bands(W7, high, {})


@given(st.integers(1, 60), st.integers(1, 60))
def test_a_better_place_never_lowers_the_score(one, other):
    better, worse = sorted((one, other))

    assert by_place(PLACES, Fraction(better)) >= by_place(PLACES, Fraction(worse))


@pytest.mark.parametrize("plan", [PLAIN, W7, PLACES, ConversionPlan(Conversion.BEST_RATIO)])
def test_what_is_described_is_read_back_unchanged(plan):
    assert conversion_from(describe_conversion(plan)) == plan
