"""Laws of the tally, worked examples by hand, and an independent slow count."""

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.common.domain.formats import round_half_up
from apps.cycles.domain.grades import BEST_FIRST, Grade
from apps.cycles.domain.schemes import BlankRule, EmptyGroupRule
from apps.scoring.domain.numbers import exact_text, from_exact_text
from apps.scoring.domain.tally import (
    Denominator,
    GroupPart,
    Rules,
    ballot_score,
    denominator_of,
    group_mean,
    item_scores,
    mark_score,
    tally,
    trimmed_sum,
)
from tests.scoring.domain import reference_tally

G, F, A, P = BEST_FIRST
POINTS = {G: Fraction(95), F: Fraction(85), A: Fraction(75), P: Fraction(60)}
PLAIN = Rules(item_weights=(Fraction(2), Fraction(1)), points=POINTS)

weights = st.integers(1, 60).map(Fraction)
answers = st.sampled_from([*BEST_FIRST, None])


@st.composite
def rules(draw, n_items=None):
    n = n_items or draw(st.integers(1, 4))
    values = sorted(draw(st.lists(st.integers(0, 100), min_size=4, max_size=4)), reverse=True)
    return Rules(
        item_weights=tuple(draw(st.lists(weights, min_size=n, max_size=n))),
        points=dict(zip(BEST_FIRST, map(Fraction, values), strict=True)),
        blank_rule=draw(st.sampled_from(list(BlankRule))),
        blank_value=Fraction(draw(st.integers(0, 100))),
        trim_each_side=draw(st.integers(0, 2)),
        trim_when_more_than=draw(st.integers(0, 8)),
        empty_group_rule=draw(st.sampled_from(list(EmptyGroupRule))),
        denominator=draw(st.sampled_from(list(Denominator))),
    )


@st.composite
def rules_and_marks(draw):
    scheme = draw(rules())
    n = len(scheme.item_weights)
    mark = st.lists(answers, min_size=n, max_size=n).map(tuple)
    return scheme, draw(st.lists(mark, min_size=1, max_size=14))


def count(scheme, marks, *, order=None):
    """Tally single marks of one group for one reviewee."""
    patterns = order or sorted(set(marks), key=str)
    rows = [(1, 1, patterns.index(mark), n) for mark, n in Counter(marks).items()]
    return tally(scheme, patterns, rows)[(1, 1)]


def test_mark_score_weighs_items():
    # (2·95 + 1·75) / 3 = 265/3
    assert mark_score(PLAIN, (G, A)) == Fraction(265, 3)


def test_blank_item_is_left_out_of_the_weights():
    # only the second item is answered: 1·85 / 1
    assert mark_score(PLAIN, (None, F)) == 85


def test_blank_item_counts_its_stated_value():
    # (2·60 + 1·85) / 3 = 205/3
    scheme = replace(PLAIN, blank_rule=BlankRule.VALUE, blank_value=Fraction(60))

    assert mark_score(scheme, (None, F)) == Fraction(205, 3)


def test_blank_item_voids_the_mark():
    assert mark_score(replace(PLAIN, blank_rule=BlankRule.VOID), (G, None)) is None


@pytest.mark.parametrize("rule", list(BlankRule))
def test_mark_without_any_answer_is_an_abstention(rule):
    scheme = replace(PLAIN, blank_rule=rule, blank_value=Fraction(60))

    assert mark_score(scheme, (None, None)) is None


def test_group_mean_of_a_worked_example():
    # three ballots 好好, one 较好一般: (3·95 + (2·85 + 75)/3) / 4 = (285 + 245/3) / 4 = 1100/12 = 275/3
    group = count(PLAIN, [(G, G)] * 3 + [(F, A)])

    assert group_mean(PLAIN, group) == Fraction(275, 3)
    assert (group.n_returned, group.n_valid) == (4, 4)
    assert group.answers(0) == {G: 3, F: 1, A: 0, P: 0}
    assert group.answers(1) == {G: 3, F: 0, A: 1, P: 0}


def test_trimming_drops_one_on_each_side():
    # six ballots on one item: 95 95 85 85 75 60 → without 95 and 60: (95 + 85 + 85 + 75) / 4 = 85
    scheme = replace(PLAIN, item_weights=(Fraction(1),), trim_each_side=1, trim_when_more_than=5)
    group = count(scheme, [(G,), (G,), (F,), (F,), (A,), (P,)])

    assert group_mean(scheme, group) == 85


def test_trimming_leaves_small_groups_alone():
    # five are not more than five: (95 + 95 + 85 + 85 + 60) / 5 = 84
    scheme = replace(PLAIN, item_weights=(Fraction(1),), trim_each_side=1, trim_when_more_than=5)
    group = count(scheme, [(G,), (G,), (F,), (F,), (P,)])

    assert group_mean(scheme, group) == 84


def test_trimming_never_drops_everything():
    scheme = replace(PLAIN, item_weights=(Fraction(1),), trim_each_side=2, trim_when_more_than=0)

    assert group_mean(scheme, count(scheme, [(G,)] * 4)) == 95


def test_returned_denominator_counts_abstentions():
    # 95 + 85 over three returned, one of them silent: 180 / 3 = 60
    scheme = replace(PLAIN, item_weights=(Fraction(1),), denominator=Denominator.RETURNED)

    assert group_mean(scheme, count(scheme, [(G,), (F,), (None,)])) == 60
    assert denominator_of(Denominator.VALID, n_valid=2, n_returned=3) == 2


def test_ballot_score_of_the_60_40_pattern():
    # A票 60 %: 90, B票 40 %: 80 → 0.6·90 + 0.4·80 = 86
    groups = [GroupPart(Fraction(60), Fraction(90)), GroupPart(Fraction(40), Fraction(80))]

    found = ballot_score(PLAIN, groups)

    assert found.score == 86
    assert found.shares == (Fraction(3, 5), Fraction(2, 5))


def test_empty_group_hands_its_weight_on():
    # A 60, B 30 empty, C 10: (60·90 + 10·76) / 70 = 6160/70 = 88
    groups = [
        GroupPart(Fraction(60), Fraction(90)),
        GroupPart(Fraction(30), None),
        GroupPart(Fraction(10), Fraction(76)),
    ]

    found = ballot_score(PLAIN, groups)

    assert found.score == 88
    assert found.shares == (Fraction(6, 7), 0, Fraction(1, 7))


def test_empty_group_blocks_if_the_scheme_says_so():
    scheme = replace(PLAIN, empty_group_rule=EmptyGroupRule.BLOCK)

    found = ballot_score(scheme, [GroupPart(Fraction(60), Fraction(90)), GroupPart(Fraction(40), None)])

    assert found.score is None


def test_nobody_voted_is_no_score_and_not_nought():
    assert ballot_score(PLAIN, [GroupPart(Fraction(1), None)]).score is None
    assert group_mean(PLAIN, count(PLAIN, [(None, None)])) is None


def test_item_scores_of_a_worked_example():
    # item 1: A(60) 95, B(40) (95+85)/2 = 90 → 93; item 2: only A answered: 75
    a, b = count(PLAIN, [(G, A)]), count(PLAIN, [(G, None), (F, None)])

    assert item_scores(PLAIN, [(Fraction(60), a), (Fraction(40), b)]) == [93, 75]


@given(rules_and_marks(), st.randoms())
def test_order_of_ballots_is_irrelevant(case, random):
    scheme, marks = case
    patterns = sorted(set(marks), key=str)
    rows = [(1, 1, patterns.index(mark), 1) for mark in marks]
    before = tally(scheme, patterns, rows)[(1, 1)]

    random.shuffle(rows)
    after = tally(scheme, patterns, rows)[(1, 1)]

    assert group_mean(scheme, after) == group_mean(scheme, before)
    assert (after.n_valid, after.packed_answers) == (before.n_valid, before.packed_answers)


@given(rules_and_marks(), weights)
def test_scaling_the_item_weights_changes_nothing(case, factor):
    scheme, marks = case
    scaled = replace(scheme, item_weights=tuple(w * factor for w in scheme.item_weights))

    assert group_mean(scaled, count(scaled, marks)) == group_mean(scheme, count(scheme, marks))


@given(st.lists(st.tuples(weights, st.none() | st.integers(0, 100).map(Fraction)), min_size=1), weights)
def test_scaling_the_group_weights_changes_nothing(parts, factor):
    plain = ballot_score(PLAIN, [GroupPart(w, mean) for w, mean in parts])
    scaled = ballot_score(PLAIN, [GroupPart(w * factor, mean) for w, mean in parts])

    assert scaled == plain


@given(rules_and_marks(), st.data())
def test_one_better_mark_never_lowers_the_mean(case, data):
    scheme, marks = case
    index = data.draw(st.integers(0, len(marks) - 1))
    item = data.draw(st.integers(0, len(marks[index]) - 1))
    old = marks[index][item]
    if old in (None, Grade.GOOD):
        return
    better = list(marks[index])
    better[item] = BEST_FIRST[BEST_FIRST.index(old) - 1]

    before = group_mean(scheme, count(scheme, marks))
    after = group_mean(scheme, count(scheme, [*marks[:index], tuple(better), *marks[index + 1 :]]))

    assert (before is None) == (after is None)
    assert before is None or after >= before


@given(rules_and_marks())
def test_mean_over_valid_marks_lies_between_worst_and_best(case):
    scheme, marks = case
    scheme = replace(scheme, denominator=Denominator.VALID)
    scores = [s for mark in marks if (s := mark_score(scheme, mark)) is not None]
    mean = group_mean(scheme, count(scheme, marks))

    assert (mean is None) == (not scores)
    assert mean is None or min(scores) <= mean <= max(scores)


@given(st.dictionaries(st.integers(0, 100), st.integers(1, 5), min_size=1), st.integers(0, 3))
def test_trimming_takes_exactly_the_outer_ones(scores, k):
    plain = sorted(value for value, n in scores.items() for _ in range(n))
    if len(plain) < 2 * k:
        return

    dropped = trimmed_sum(scores.items(), each_side=k)

    assert sum(plain) - dropped == sum(plain[k : len(plain) - k])


@given(st.fractions(0, 100), st.integers(0, 4))
def test_rounding_is_within_half_a_unit_and_half_goes_up(value, decimals):
    rounded = Fraction(round_half_up(value, decimals))
    unit = Fraction(1, 10**decimals)

    assert -unit / 2 < rounded - value <= unit / 2


def test_rounding_keeps_its_places():
    assert str(round_half_up(Fraction(80005, 1000), 2)) == "80.01"
    assert str(round_half_up(Fraction(90), 2)) == "90.00"
    assert round_half_up(Fraction(2, 3), 0) == Decimal(1)


@given(st.none() | st.fractions(0, 100))
def test_exact_text_comes_back(value):
    assert from_exact_text(exact_text(value)) == value


@st.composite
def whole_counts(draw):
    scheme = draw(rules())
    n = len(scheme.item_weights)
    group_weights = draw(st.lists(weights, min_size=1, max_size=3))
    mark = st.lists(answers, min_size=n, max_size=n).map(tuple)
    ballots = st.lists(st.lists(mark, max_size=9), min_size=len(group_weights), max_size=len(group_weights))
    return scheme, group_weights, draw(st.lists(ballots, min_size=1, max_size=4))


@settings(max_examples=300, deadline=None)
@given(whole_counts())
def test_independent_slow_count_agrees_to_the_last_digit(case):
    scheme, group_weights, marks = case
    patterns = sorted({mark for groups in marks for ballots in groups for mark in ballots}, key=str)
    rows = [
        (reviewee, group, patterns.index(mark), n)
        for reviewee, groups in enumerate(marks)
        for group, ballots in enumerate(groups)
        for mark, n in Counter(ballots).items()
    ]

    found = tally(scheme, patterns, rows)

    for reviewee, groups in enumerate(marks):
        parts = [
            GroupPart(weight, group_mean(scheme, one) if (one := found.get((reviewee, g))) else None)
            for g, weight in enumerate(group_weights)
        ]
        ours = ballot_score(scheme, parts).score
        plain = [[[a.value if a else None for a in mark] for mark in ballots] for ballots in groups]
        theirs = reference_tally.reviewee_value(
            plain,
            group_weights,
            scheme.empty_group_rule is EmptyGroupRule.BLOCK,
            scheme.item_weights,
            {grade.value: points for grade, points in scheme.points.items()},
            scheme.blank_rule.value,
            scheme.blank_value,
            scheme.trim_each_side,
            scheme.trim_when_more_than,
            scheme.denominator is Denominator.RETURNED,
        )
        assert ours == theirs
        if ours is not None:
            assert str(round_half_up(ours, 2)) == reference_tally.two_decimals(theirs)
