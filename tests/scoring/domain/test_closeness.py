"""Bands of ranks that the ballots do not tell apart: by hand, by leaving out one ballot after the other, and without a hidden answer."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from apps.cycles.domain.schemes import ComponentKind
from apps.scoring.domain.closeness import near_sets, spread, widest
from apps.scoring.domain.computation import compute
from apps.scoring.domain.explaining import band_words
from apps.scoring.domain.figures import Band
from apps.scoring.domain.inputs import Component, Inputs, Named, Person, Scheme
from apps.scoring.domain.key_sets import KeySet
from apps.scoring.domain.tally import Pattern, Rules, tally
from apps.scoring.domain.verification import near_by
from tests.scoring.domain.test_components import form_of
from tests.scoring.random_cases import counted


def bands(*ballots, k_min=1, groups=(1,)):
    """Bands and ranks of people 1, 2, …: ``ballots[person][group]`` is a text of grades worth 100, 80, 60, 40."""
    scheme = Scheme(
        Rules(),
        (form_of(),),
        tuple(Named(10 + n, f"{n}", Fraction(weight)) for n, weight in enumerate(groups)),
        (Component(5, "测评", Fraction(1), ComponentKind.BALLOT, 1),),
        decimals=2,
        k_min=k_min,
    )
    people = [Person(n, f"甲{n}", "rural", {1: ()}) for n in range(1, len(ballots) + 1)]
    given_ = {
        (n, 10 + g, 1): [(key,) for key in text]
        for n, own in enumerate(ballots, start=1)
        for g, text in enumerate(own)
    }
    result = compute(Inputs(scheme, people, counted(scheme, people, given_), {}))
    return {key: (tuple(band.neighbors), band.from_rank, band.to_rank) for key, band in result.bands.items()}


def test_a_worked_example():
    # ten ballots each. 1: nine 100, one 80 → 98, s² = 40, swing 4. 2: eight and two → 96, s² = 71.1, swing 7.11.
    # 1.96²·11.11 = 42.7 ≥ 2² → not told apart. 3: all 60, swing 0: 36² = 1296 > 1.96²·7.11 → told apart
    found = bands(["aaaaaaaaab"], ["aaaaaaaabb"], ["cccccccccc"])

    assert found == {1: ((2,), 1, 2), 2: ((1,), 1, 2), 3: ((), 3, 3)}


def test_unanimous_halls_are_told_apart_by_any_difference():
    assert bands(["a" * 10], ["b" * 10]) == {1: ((), 1, 1), 2: ((), 2, 2)}


def test_equal_totals_are_never_told_apart():
    assert bands(["a" * 10], ["a" * 10]) == {1: ((2,), 1, 1), 2: ((1,), 1, 1)}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from("abcd"), min_size=2, max_size=12))
def test_spread_is_what_leaving_out_one_ballot_after_the_other_gives(marks):
    """The jackknife: (n − 1)/n · Σ (mean without one − mean)² = s²/n."""
    form, worth = form_of(), {"a": 100, "b": 80, "c": 60, "d": 40}
    values, n = [Fraction(worth[key]) for key in marks], len(marks)
    group = tally(Rules(), form, [Pattern((key,)) for key in "abcd"], [(1, 1, "abcd".index(key), 1) for key in marks])[1, 1]  # fmt: skip

    mean = sum(values) / n
    left = [(sum(values) - value) / (n - 1) for value in values]

    assert Fraction(n - 1, n) * sum((one - mean) ** 2 for one in left) == spread(group, n) / n


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from("abcd"), min_size=2, max_size=12))
def test_no_spread_is_wider_than_the_widest_of_many(marks):
    form = form_of()
    group = tally(Rules(), form, [Pattern((key,)) for key in "abcd"], [(1, 1, "abcd".index(key), 1) for key in marks])[1, 1]  # fmt: skip
    n = len(marks)

    assert spread(group, n) * (n - 1) / n <= widest(Rules(), form) == 900


def test_hidden_group_counts_as_wide_as_the_form_allows():
    # a group of three beside sixty: what the three said makes no difference to the band, as long as the totals are the same
    first = bands(["a" * 58 + "bb", "abb"], ["b" * 60, "ccc"], k_min=5, groups=(60, 40))
    other = bands(["a" * 58 + "bb", "bab"], ["b" * 60, "ccc"], k_min=5, groups=(60, 40))

    assert first == other


def test_band_in_words():
    names = {n: f"甲{n}" for n in range(9)}

    assert band_words(Band(KeySet.of((1, 2)), 1, 3), names).startswith(
        "与甲1、甲2的差距在票数所能引起的摆动之内，名次在第 1—3 名"
    )
    assert "等 7 人" in band_words(Band(KeySet.of(range(7)), 1, 8), names)
    assert "大于票数所能引起的摆动" in band_words(Band(KeySet(), 2, 2), names)


whole_or_not = st.fractions(min_value=0, max_value=30, max_denominator=5)


# reaches that resemble each other and reaches that do not, whole ones and such that only their fractions decide
people_of_a_field = st.dictionaries(
    st.integers(0, 60), st.tuples(st.integers(0, 12), whole_or_not | st.fractions(0, 1000, max_denominator=3)), max_size=12
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(people_of_a_field)
def test_server_and_verifier_find_the_near_people_that_pair_by_pair_gives(people):
    totals = {key: total for key, (total, _) in people.items()}
    reach = {key: own for key, (_, own) in people.items()}

    found = near_sets(totals, reach)
    verified = near_by(*({str(key): one for key, one in of.items()} for of in (totals, reach)))

    assert found.keys() == people.keys()
    for key, near in found.items():
        keys = [one for one in people if (totals[one] - totals[key]) ** 2 <= reach[one] + reach[key]]
        assert list(KeySet(near.first, near.bits)) == sorted(keys)
        assert sorted(map(int, verified[str(key)])) == sorted(one for one in keys if one != key)
        assert (near.lowest, near.highest) == (
            min(totals[one] for one in keys),
            max(totals[one] for one in keys),
        )


@given(st.sets(st.integers(0, 300)))
def test_sets_of_keys_come_back_from_their_stored_form(keys):
    stored = KeySet.of(keys).as_text()

    assert (list(KeySet.from_text(stored)), len(KeySet.of(keys))) == (sorted(keys), len(keys))
    assert {key for key in range(-1, 302) if key in KeySet.of(keys)} == keys


def test_people_with_hidden_scores_have_none():
    assert bands(["ab"], ["a" * 10], k_min=5).keys() <= {2}
