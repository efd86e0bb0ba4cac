"""Laws of the tally, worked examples by hand, and an independent slow count."""

import random
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.common.domain.formats import round_half_up
from apps.cycles.domain.papers.templates import Item, ItemKind, Option, PaperTemplate, Scale
from apps.cycles.domain.schemes import BlankRule, Denominator, EmptyGroupRule
from apps.scoring.domain.ballot_scores import (
    GroupPart,
    ballot_score,
    item_mean,
    option_share,
    trimmed_sum,
)
from apps.scoring.domain.ballot_scores import group_mean as mean_of_group
from apps.scoring.domain.denominators import denominator_of
from apps.scoring.domain.numbers import exact_text, from_exact_text
from apps.scoring.domain.readings import MarkReader
from apps.scoring.domain.tally import Form, Pattern, Rules, mark_score, tally, tally_piles

G, F, A, P = KEYS = ("good", "fairly_good", "average", "poor")
N_SUBJECTS = 5


def scale(values, key="s"):
    return Scale(key, key, tuple(Option(o, o, Decimal(v)) for o, v in zip(KEYS, values, strict=True)))


def grade_form(*item_weights, values=(95, 85, 75, 60)):
    items = tuple(
        Item(f"i{n}", f"第{n}项", weight=Decimal(weight), scale="s") for n, weight in enumerate(item_weights)
    )
    return Form(1, "测评表", PaperTemplate("测评表", items, (scale(values),)))


TWO = grade_form(2, 1)
ONE = grade_form(1)
PLAIN = Rules()

weights = st.integers(1, 60).map(Fraction)
answers = st.sampled_from([*KEYS, None])


def rules():
    return st.builds(
        Rules,
        blank_rule=st.sampled_from(list(BlankRule)),
        blank_value=st.integers(0, 100).map(Fraction),
        trim_each_side=st.integers(0, 2),
        trim_when_more_than=st.integers(0, 8),
        empty_group_rule=st.sampled_from(list(EmptyGroupRule)),
        denominator=st.sampled_from(list(Denominator)),
    )


@st.composite
def grade_forms(draw):
    values = sorted(draw(st.lists(st.integers(0, 100), min_size=4, max_size=4)), reverse=True)
    return grade_form(*draw(st.lists(st.integers(1, 60), min_size=1, max_size=4)), values=values)


def answers_to(item):
    if item.kind is ItemKind.NUMBER:
        halves = st.integers(2 * int(item.minimum), 2 * int(item.maximum))
        return st.none() | halves.map(lambda n: str(n // 2) if n % 2 == 0 else f"{n // 2}.5")
    if item.kind is ItemKind.RANK:
        return st.none() | st.integers(1, N_SUBJECTS).map(str)
    return answers


def marks_on(form):
    n = N_SUBJECTS if form.has_ranks else 0
    return st.tuples(*(answers_to(item) for item in form.items)).map(lambda mark: Pattern(mark, n))


@st.composite
def rules_and_marks(draw):
    scheme, form = draw(rules()), draw(grade_forms())
    return scheme, form, draw(st.lists(marks_on(form), min_size=1, max_size=14))


def count(scheme, form, marks):
    """Tally single marks of one group for one reviewee."""
    marks = [mark if isinstance(mark, Pattern) else Pattern(mark) for mark in marks]
    patterns = sorted(set(marks), key=str)
    rows = [(1, 1, patterns.index(mark), n) for mark, n in Counter(marks).items()]
    return tally(scheme, form, patterns, rows)[(1, 1)]


def group_mean(scheme, group, n_returned=None):
    """The mean when as many ballots came back as there are marks, unless said otherwise."""
    return mean_of_group(scheme, group, group.n_marks if n_returned is None else n_returned)


def score(scheme, form, *mark, n_subjects=0):
    return mark_score(scheme, form, Pattern(mark, n_subjects))


def test_mark_score_weighs_items():
    # (2·95 + 1·75) / 3 = 265/3
    assert score(PLAIN, TWO, G, A) == Fraction(265, 3)


def test_blank_item_is_left_out_of_the_weights():
    # only the second item is answered: 1·85 / 1
    assert score(PLAIN, TWO, None, F) == 85


def test_blank_item_counts_its_stated_value():
    # (2·60 + 1·85) / 3 = 205/3
    scheme = replace(PLAIN, blank_rule=BlankRule.VALUE, blank_value=Fraction(60))

    assert score(scheme, TWO, None, F) == Fraction(205, 3)


def test_blank_item_voids_the_mark():
    assert score(replace(PLAIN, blank_rule=BlankRule.VOID), TWO, G, None) is None


@pytest.mark.parametrize("rule", list(BlankRule))
def test_mark_without_any_answer_is_an_abstention(rule):
    scheme = replace(PLAIN, blank_rule=rule, blank_value=Fraction(60))

    assert score(scheme, TWO, None, None) is None


def test_group_mean_of_a_worked_example():
    # three ballots 好好, one 较好一般: (3·95 + (2·85 + 75)/3) / 4 = (285 + 245/3) / 4 = 1100/12 = 275/3
    group = count(PLAIN, TWO, [(G, G)] * 3 + [(F, A)])

    assert group_mean(PLAIN, group) == Fraction(275, 3)
    assert (group.n_marks, group.n_valid, group.n_abstained) == (4, 4, 0)
    assert group.answers(0) == {G: 3, F: 1, A: 0, P: 0}
    assert group.answers(1) == {G: 3, F: 0, A: 1, P: 0}


def test_trimming_drops_one_on_each_side():
    # six ballots on one item: 95 95 85 85 75 60 → without 95 and 60: (95 + 85 + 85 + 75) / 4 = 85
    scheme = replace(PLAIN, trim_each_side=1, trim_when_more_than=5)
    group = count(scheme, ONE, [(G,), (G,), (F,), (F,), (A,), (P,)])

    assert group_mean(scheme, group) == 85


def test_trimming_leaves_small_groups_alone():
    # five are not more than five: (95 + 95 + 85 + 85 + 60) / 5 = 84
    scheme = replace(PLAIN, trim_each_side=1, trim_when_more_than=5)
    group = count(scheme, ONE, [(G,), (G,), (F,), (F,), (P,)])

    assert group_mean(scheme, group) == 84


def test_trimming_never_drops_everything():
    scheme = replace(PLAIN, trim_each_side=2, trim_when_more_than=0)

    assert group_mean(scheme, count(scheme, ONE, [(G,)] * 4)) == 95


def test_denominators_of_a_worked_example():
    # 95 + 85 from two marks, a third says nothing, a fourth ballot was invalid and left no mark: 180 over 2, 3 or 4
    group = count(PLAIN, ONE, [(G,), (F,), (None,)])
    means = {kind: group_mean(replace(PLAIN, denominator=kind), group, 4) for kind in Denominator}

    assert (group.n_scored, group.n_abstained, group.n_marks) == (2, 1, 3)
    assert means == {
        Denominator.VALID: 90,
        Denominator.VALID_WITH_ABSTENTIONS: 60,
        Denominator.RETURNED: 45,
    }


def test_partly_blank_mark_is_void_and_no_abstention():
    # blank rule VOID: 好好 counts, 好– is void, –– abstains: 95 over 1, 2 or 3
    void = replace(PLAIN, blank_rule=BlankRule.VOID)
    group = count(void, TWO, [(G, G), (G, None), (None, None)])
    means = [group_mean(replace(void, denominator=kind), group) for kind in Denominator]

    assert (group.n_valid, group.n_scored, group.n_abstained, group.n_marks) == (1, 1, 1, 3)
    assert group.answers(0)[G] == 1
    assert means == [95, Fraction(95, 2), Fraction(95, 3)]


def test_shares_of_options_have_the_same_denominators():
    # first item: 好 好 较好, one blank, one ballot invalid: 2 of 3, of 4, of 5
    group = count(PLAIN, TWO, [(G, G), (G, A), (F, A), (None, A)])
    shares = [option_share(replace(PLAIN, denominator=kind), group, 0, [G], 5) for kind in Denominator]

    assert shares == [Fraction(200, 3), 50, 40]
    assert option_share(PLAIN, group, 0, [G, F, F], 5) == 100


def test_item_nobody_answered_has_no_share_and_no_mean():
    group = count(PLAIN, TWO, [(None, A)])

    assert (option_share(PLAIN, group, 0, [G], 1), item_mean(PLAIN, group, 0, 1)) == (None, None)


@given(st.sampled_from(list(Denominator)), st.integers(0, 50), st.integers(0, 50), st.integers(0, 120))
def test_denominators_grow_from_one_to_the_next(kind, n_said, n_silent, n_returned):
    three = [
        denominator_of(one, n_said=n_said, n_silent=n_silent, n_returned=n_returned) for one in Denominator
    ]

    assert three == sorted(three)
    assert denominator_of(kind, n_said=n_said, n_silent=n_silent, n_returned=n_returned) >= n_said


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
    assert group_mean(PLAIN, count(PLAIN, TWO, [(None, None)])) is None


def test_numbers_ranks_and_unscored_items():
    # 8 of 0–10 is 80 points, third of five is 50, the overall grade has no weight: (1·80 + 3·50) / 4 = 57.5
    items = (
        Item("n", "打分", ItemKind.NUMBER, maximum=Decimal(10)),
        Item("r", "名次", ItemKind.RANK, weight=Decimal(3)),
        Item("o", "总体", weight=Decimal(0), scale="s"),
        Item("t", "意见", ItemKind.TEXT),
    )
    form = Form(1, "测评表", PaperTemplate("测评表", items, (scale((95, 85, 75, 60)),)))

    assert score(PLAIN, form, "8", "3", P, n_subjects=5) == Fraction(115, 2)

    group = count(PLAIN, form, [Pattern(("8", "3", P), 5), Pattern((None, None, G), 5)])

    assert (group.n_valid, group.n_scored, group_mean(PLAIN, group)) == (2, 1, Fraction(115, 2))
    assert group.answers(1) == {"1": 0, "2": 0, "3": 1, "4": 0, "5": 0}
    assert group.answers(2) == {G: 1, F: 0, A: 0, P: 1}
    assert (group.answers(0), item_mean(PLAIN, group, 0, 2)) == ({}, 80)


def test_numbers_fall_into_printed_bands():
    bands = (
        Option("a", "好", Decimal(0), Decimal("8.5"), Decimal(10)),
        Option("b", "差", Decimal(0), None, Decimal(8)),
    )
    item = Item("n", "打分", ItemKind.NUMBER, maximum=Decimal(10), step=Decimal("0.1"), scale="b")
    form = Form(1, "测评表", PaperTemplate("测评表", (item,), (Scale("b", "分段", bands),)))

    group = count(PLAIN, form, [("10",), ("8.5",), ("8.2",), ("8",), ("0",)])

    assert (group.answers(0), group.n_answered(0)) == ({"a": 2, "b": 2}, 5)
    assert item_mean(PLAIN, group, 0, 5) == Fraction(1000 + 850 + 820 + 800, 50)


@given(rules_and_marks(), st.randoms())
def test_order_of_ballots_is_irrelevant(case, random):
    scheme, form, marks = case
    patterns = sorted(set(marks), key=str)
    rows = [(1, 1, patterns.index(mark), 1) for mark in marks]
    before = tally(scheme, form, patterns, rows)[(1, 1)]

    random.shuffle(rows)
    after = tally(scheme, form, patterns, rows)[(1, 1)]

    assert group_mean(scheme, after) == group_mean(scheme, before)
    assert after.packed == before.packed


@given(rules_and_marks(), st.integers(0, 12))
def test_portions_of_a_growing_list_come_to_the_same(case, cut):
    """Marks may come in portions, with finer points or more reviewees to rank in a later one."""
    scheme, form, marks = case
    reader, patterns, places = MarkReader(scheme, form), [], []
    for portion in (marks[:cut], marks[cut:]):
        places += range(len(patterns), len(patterns) + len(portion))
        patterns += portion
        found = tally_piles(reader, patterns, {(1, 1): (places, [1] * len(places))})

    whole = count(scheme, form, marks)
    assert told(found[1, 1]) == told(whole)


def told(group):
    scores = sorted(str(group.score(place)) for place, n in group.cells for _ in range(n))
    return group.scale, group.packed, group.scaled_sum, group.scaled_squares, scores


def test_finer_units_do_not_change_what_was_told_before():
    # 0-3 points: a third of them is no whole number; a half is one in units of 1/3 only after reading anew
    item = Item("n", "打分", ItemKind.NUMBER, maximum=Decimal(3), step=Decimal("0.01"))
    form = Form(1, "测评表", PaperTemplate("测评表", (item,), ()))
    reader, patterns = MarkReader(PLAIN, form), [Pattern(("3",))]
    first = tally_piles(reader, patterns, {(1, 1): ([0], [1])})[1, 1]
    patterns += [Pattern(("1",)), Pattern(("0.01",))]

    second = tally_piles(reader, patterns, {(1, 1): ([0, 1, 2], [1, 1, 1])})[1, 1]

    assert (group_mean(PLAIN, first), first.sum_of_points(0)) == (100, 100)
    assert group_mean(PLAIN, second) == (100 + Fraction(100, 3) + Fraction(1, 3)) / 3


def test_no_sum_outgrows_its_place():
    """Twenty weights in hundredths and other blanks on every ballot: the common denominator has more than a thousand bits."""
    luck = random.Random(4)
    form = grade_form(*(Decimal(luck.randint(100, 999)) / 100 for _ in range(20)))
    marks = [Pattern(tuple(luck.choice([*KEYS, None]) for _ in range(20))) for _ in range(300)]

    group = count(PLAIN, form, marks)

    worth = dict(zip(KEYS, (95, 85, 75, 60), strict=True))
    scores = []
    for mark in marks:
        said = [(Fraction(i.weight), worth[a]) for i, a in zip(form.items, mark.answers, strict=True) if a]
        scores.append(sum(w * v for w, v in said) / sum(w for w, _ in said))
    assert group.scale.bit_length() > 1_000
    assert group_mean(PLAIN, group) == sum(scores) / 300
    assert Fraction(group.scaled_squares, group.scale**2) == sum(one**2 for one in scores)
    assert group.answers(0) == {key: sum(mark.answers[0] == key for mark in marks) for key in KEYS}


@given(rules_and_marks(), st.integers(1, 60))
def test_scaling_the_item_weights_changes_nothing(case, factor):
    scheme, form, marks = case
    items = tuple(replace(item, weight=item.weight * factor) for item in form.template.items)
    scaled = replace(form, template=replace(form.template, items=items))

    assert group_mean(scheme, count(scheme, scaled, marks)) == group_mean(scheme, count(scheme, form, marks))


@given(st.lists(st.tuples(weights, st.none() | st.integers(0, 100).map(Fraction)), min_size=1), weights)
def test_scaling_the_group_weights_changes_nothing(parts, factor):
    plain = ballot_score(PLAIN, [GroupPart(w, mean) for w, mean in parts])
    scaled = ballot_score(PLAIN, [GroupPart(w * factor, mean) for w, mean in parts])

    assert scaled == plain


@given(rules_and_marks(), st.data())
def test_one_better_mark_never_lowers_the_mean(case, data):
    scheme, form, marks = case
    index = data.draw(st.integers(0, len(marks) - 1))
    item = data.draw(st.integers(0, len(form.items) - 1))
    old = marks[index].answers[item]
    if old in (None, G):
        return
    better = list(marks[index].answers)
    better[item] = KEYS[KEYS.index(old) - 1]
    changed = [*marks[:index], Pattern(tuple(better)), *marks[index + 1 :]]

    before = group_mean(scheme, count(scheme, form, marks))
    after = group_mean(scheme, count(scheme, form, changed))

    assert (before is None) == (after is None)
    assert before is None or after >= before


@given(rules_and_marks())
def test_mean_over_valid_marks_lies_between_worst_and_best(case):
    scheme, form, marks = case
    scheme = replace(scheme, denominator=Denominator.VALID)
    scores = [s for mark in marks if (s := mark_score(scheme, form, mark)) is not None]
    mean = group_mean(scheme, count(scheme, form, marks))

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
