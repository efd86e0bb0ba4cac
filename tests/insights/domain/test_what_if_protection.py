"""Asking again and again tells nothing about a hidden group: the answers do not read its ballots at all.

Person 1 has small groups, persons 2 and 3 have none. The attacker chooses weights, trimming, blanks, the denominator and decimals, as
often as he likes, and knows everything but the ballots of person 1.
"""

import random
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.common.domain.formats import round_half_up
from apps.cycles.domain.schemes import BlankRule, Denominator, GradeMethod
from apps.insights.domain.what_if.outcomes import (
    HIDES_GROUP,
    HIDES_SCORE,
    HIDES_VOTES,
    Part,
    outcomes,
    trial_scheme,
)
from apps.insights.domain.what_if.trials import Counting, Grading
from apps.scoring.domain.computation import compute
from tests.insights.domain.what_if_worlds import (
    BALLOT,
    DAILY,
    REAL,
    A,
    B,
    ballots_of,
    inputs_of,
    known_of,
    seeds,
    trials,
)

SIZES = {1: (4, 30), 2: (9, 12), 3: (8, 7)}
ONE_GROUP = replace(REAL, groups={A: Decimal(100), B: Decimal(0)})


def inputs_with_hidden_group():
    """The first of many random cycles in which person 1 has hidden groups and yet a score that is shown."""
    for seed in range(1000):
        inputs = inputs_of(ballots_of(random.Random(seed), SIZES))
        first = known_of(inputs)[0]
        if first.hides_group and not first.hides_score:
            return inputs
    raise AssertionError


def answers(known, inputs, trial):
    return outcomes(known, inputs, REAL, trial, clamps_total=True, decimals=2)


def other_world(luck, ballots, known):
    """Other ballots of person 1 that would have been published the same way: only exact figures and marks differ."""
    changed = ballots | ballots_of(luck, {1: SIZES[1]})
    hidden = {
        key: Part(
            None if part.exact is None else part.exact + Fraction(luck.randint(-49, 49), 10_000),
            part.published,
            part.is_ballot,
        )
        for key, part in known[0].parts.items()
    }
    return [replace(known[0], parts=hidden), *known[1:]], inputs_of(changed)


@settings(max_examples=60, deadline=None)
@given(seeds, st.lists(trials(), min_size=1, max_size=4))
def test_any_series_of_trials_answers_alike_in_worlds_published_alike(luck, series):
    ballots = ballots_of(luck, SIZES)
    inputs = inputs_of(ballots)
    known = known_of(inputs)
    twin_known, twin_inputs = other_world(luck, ballots, known)

    here = [answers(known, inputs, trial) for trial in series]
    there = [answers(twin_known, twin_inputs, trial) for trial in series]

    assert known[0].is_protected
    assert here == there


@settings(max_examples=60, deadline=None)
@given(seeds, trials())
def test_a_hidden_score_is_in_no_answer(luck, trial):
    ballots = ballots_of(luck, {1: (2, 2), 2: (9, 12)})
    inputs = inputs_of(ballots)

    found = answers(known_of(inputs), inputs, trial)

    assert (found[1].total, found[1].ballot, found[1].left_out) == (None, None, HIDES_SCORE)


@settings(max_examples=60, deadline=None)
@given(seeds, trials())
def test_no_mean_of_fewer_ballots_than_k_min_is_shown(luck, trial):
    inputs = inputs_of(ballots_of(luck, {2: (6, 12), 3: (8, 7)}))

    found = answers(known_of(inputs), inputs, trial)

    tried = trial_scheme(inputs.scheme, trial)
    for one in compute(replace(inputs, scheme=tried)).figures:
        sizes = [group.tally.n_scored for form in one.forms for group in form.groups]
        kept = [n - 2 * k_dropped(tried.rules, n) for n in sizes]
        reads_ballots = trial.components[BALLOT] and not trial.keeps_form_scores(REAL)
        if reads_ballots and any(0 < n < inputs.scheme.k_min for n in kept):
            assert found[one.person.key].total is None


def k_dropped(rules, n):
    k = rules.trim_each_side
    return k if n > rules.trim_when_more_than and n > 2 * k else 0


def test_the_attack_would_work_without_the_rule():
    # all weight on A: the total of a bare computation is the hidden mean of A
    inputs = inputs_with_hidden_group()
    bare = compute(
        replace(
            inputs,
            scheme=trial_scheme(
                inputs.scheme, replace(ONE_GROUP, components={BALLOT: Decimal(1), DAILY: Decimal(0)})
            ),
        )
    )
    hidden = compute(inputs).figures[0].forms[0].groups[0].mean

    found = answers(known_of(inputs), inputs, ONE_GROUP)

    assert bare.figures[0].total == hidden
    assert found[1].left_out == HIDES_GROUP
    assert found[2].total is not None


def test_two_trials_cannot_be_subtracted():
    # (60, 40) and (61, 39) are two equations for two hidden means: the second is refused
    inputs = inputs_with_hidden_group()
    known = known_of(inputs)
    second = replace(REAL, groups={A: Decimal(61), B: Decimal(39)})

    assert answers(known, inputs, REAL)[1].total == known[0].total
    assert answers(known, inputs, second)[1].left_out == HIDES_GROUP


def test_more_decimals_than_published_show_no_more():
    # the published ballot score has two decimals; asked for four, with all weight on it, the last two are noughts
    inputs = inputs_with_hidden_group()
    known = known_of(inputs)
    asked = replace(REAL, decimals=4, components={BALLOT: Decimal(1), DAILY: Decimal(0)})

    assert answers(known, inputs, asked)[1].total == known[0].parts[BALLOT].published


@pytest.mark.parametrize(
    "counting",
    [
        Counting(trim_each_side=1, trim_when_more_than=2),
        Counting(blank_rule=BlankRule.VOID),
        Counting(blank_rule=BlankRule.VALUE, blank_value=Decimal(60)),
        Counting(denominator=Denominator.RETURNED),
    ],
)
def test_another_counting_leaves_hidden_groups_out(counting):
    inputs = inputs_with_hidden_group()

    found = answers(known_of(inputs), inputs, replace(REAL, counting=counting))

    assert found[1].left_out == HIDES_GROUP


def test_votes_of_hidden_groups_decide_no_grade():
    inputs = inputs_with_hidden_group()
    asked = replace(REAL, grading=Grading(method=GradeMethod.PLURALITY))

    found = answers(known_of(inputs), inputs, asked)

    assert (found[1].left_out, found[2].left_out) == (HIDES_VOTES, "")


def test_unchanged_scheme_gives_the_published_totals():
    inputs = inputs_with_hidden_group()
    known = known_of(inputs)

    found = answers(known, inputs, REAL)

    assert [found[one.key].total for one in known] == [one.total for one in known]
    assert [found[one.key].ballot for one in known] == [one.ballot for one in known]


@settings(max_examples=60, deadline=None)
@given(seeds, trials())
def test_open_people_get_exactly_what_a_run_would_give(luck, trial):
    inputs = inputs_of(ballots_of(luck, {2: (9, 12), 3: (8, 7)}))
    bare = compute(replace(inputs, scheme=trial_scheme(inputs.scheme, trial)))

    found = answers(known_of(inputs), inputs, trial)

    for one in bare.figures:
        told = found[one.person.key]
        if not told.left_out:
            assert told.total == round_half_up(one.total, trial.decimals)
