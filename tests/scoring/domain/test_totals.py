"""Totals, ranks and what may be shown."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from apps.scoring.domain.disclosure import suppress
from apps.scoring.domain.totals import base_score, ranks, share_of_full
from apps.scoring.domain.totals import total_score as total_of
from tests.scoring import reference_scores


def total_score(parts, **points):
    return total_of(base_score(parts), **points)


scores = st.integers(0, 10_000).map(lambda n: Decimal(n).scaleb(-2))


def test_total_of_the_30_30_40_pattern():
    # daily 45 of 50 → 90, visit 80, ballots 88.5: 0.3·90 + 0.3·80 + 0.4·88.5 = 27 + 24 + 35.4 = 86.4
    daily = share_of_full(Decimal(45), Decimal(50))
    parts = [(Fraction(30), daily), (Fraction(30), Fraction(80)), (Fraction(40), Fraction(177, 2))]

    assert daily == 90
    assert total_score(parts) == Fraction(864, 10)


def test_missing_component_blocks_the_total():
    assert total_score([(Fraction(60), Fraction(90)), (Fraction(40), None)]) is None


def test_component_of_nought_is_a_score():
    assert total_score([(Fraction(60), Fraction(90)), (Fraction(40), Fraction(0))]) == 54


def test_no_component_at_all_is_no_total():
    assert total_score([]) is None


def test_bonus_and_deduction_stay_inside_the_scale():
    parts = [(Fraction(1), Fraction(98))]

    assert total_score(parts, bonus=Fraction(5)) == 100
    assert total_score(parts, deduction=Fraction(3)) == 95
    assert total_score([(Fraction(1), Fraction(2))], deduction=Fraction(3)) == 0


def test_ranks_share_and_skip():
    given_scores = {
        "a": Decimal("90.00"),
        "b": Decimal("95.00"),
        "c": Decimal("90.00"),
        "d": Decimal("80.00"),
    }

    assert ranks(given_scores) == {"b": 1, "a": 2, "c": 2, "d": 4}


@given(st.dictionaries(st.integers(), scores, max_size=30))
def test_rank_is_one_more_than_the_number_of_better_ones(given_scores):
    found = ranks(given_scores)

    for key, score in given_scores.items():
        assert found[key] == reference_scores.place_of(score, given_scores.values())


def test_large_groups_are_all_shown():
    found = suppress({"A": 5, "B": 60}, k_min=5)

    assert found.groups == frozenset()
    assert not found.hides_score


def test_one_small_group_takes_the_smallest_other_with_it():
    found = suppress({"A": 4, "B": 60, "C": 20}, k_min=5)

    assert found.groups == {"A", "C"}
    assert not found.hides_score


def test_two_small_groups_protect_each_other():
    assert suppress({"A": 4, "B": 60, "C": 2}, k_min=5).groups == {"A", "C"}


def test_empty_group_is_no_cover():
    found = suppress({"A": 4, "B": 0}, k_min=5)

    assert found.groups == {"A"}
    assert found.hides_score


def test_too_few_ballots_in_all_hide_the_score():
    assert suppress({"A": 2, "B": 2}, k_min=5).hides_score


counts = st.dictionaries(st.integers(1, 6), st.integers(0, 12), min_size=1)


@given(counts, st.integers(3, 8))
def test_no_shown_group_is_small_and_none_is_hidden_alone(n_valid, k_min):
    found = suppress(n_valid, k_min=k_min)

    shown = [n for key, n in n_valid.items() if n and key not in found.groups]
    assert all(n >= k_min for n in shown)
    assert len(found.groups) != 1 or found.hides_score


@given(counts, st.integers(3, 8))
def test_nothing_is_hidden_without_need(n_valid, k_min):
    found = suppress(n_valid, k_min=k_min)

    assert bool(found.groups) == any(0 < n < k_min for n in n_valid.values())
