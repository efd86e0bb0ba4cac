"""Conversions, adjustments and totals: hand-computed examples, and what holds for all schemes."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.common.domain.formats import round_half_up
from apps.cycles.domain.conversions import Band, ConversionPlan, ShareBand
from apps.cycles.domain.papers.templates import Item, ItemKind, Option, PaperTemplate, Scale
from apps.cycles.domain.schemes import AdjustmentKind, ComponentKind, Conversion, Denominator
from apps.scoring.domain.computation import compute, compute_with
from apps.scoring.domain.inputs import (
    Adjustment,
    AdjustmentLine,
    Component,
    Imported,
    Inputs,
    Named,
    Person,
    Scheme,
)
from apps.scoring.domain.tally import Form, Pattern, Rules, mark_score
from tests.scoring.random_cases import GRADES, counted, random_case, with_ballots

seeds = st.integers(0, 10**6)
BALLOT, SHARE, IMPORTED = ComponentKind.BALLOT, ComponentKind.SHARE, ComponentKind.IMPORTED


def form_of(values=(100, 80, 60, 40), n_items=1):
    options = tuple(Option(key, key, Decimal(v)) for key, v in zip(GRADES, values, strict=True))
    items = tuple(Item(f"i{n}", f"i{n}", scale="s") for n in range(n_items))
    return Form(1, "测评表", PaperTemplate("测评表", items, (Scale("s", "s", options),)))


def result_of(
    components, *, ballots=(), imported=(), entries=(), rules=None, groups=(100,), form=None, **options
):
    """Compute people 1, 2, …: ``ballots[person][group]`` is a text of grades, ``imported[person]`` a figure of 100 per component."""
    form = form or form_of()
    n_people = max(len(ballots), len(imported), len(entries))
    people = [Person(n, f"甲{n}", "rural", {1: ()}) for n in range(1, n_people + 1)]
    given_ = {
        (n, 10 + g, 1): [(key,) for key in text]
        for n, own in enumerate(ballots, start=1)
        for g, text in enumerate(own)
    }
    scheme = Scheme(
        rules or Rules(),
        (form,),
        tuple(Named(10 + n, f"类别{n}", Fraction(weight)) for n, weight in enumerate(groups)),
        tuple(components),
        decimals=2,
        k_min=1,
        **options,
    )
    keys = [one.key for one in components if one.kind is IMPORTED]
    figures = {
        (n, key): Imported(Decimal(value), Decimal(100), "")
        for n, own in enumerate(imported, start=1)
        for key, value in zip(keys, own, strict=True)
        if value is not None
    }
    points = {n: [Adjustment(*one) for one in own] for n, own in enumerate(entries, start=1)}
    return compute(Inputs(scheme, people, counted(scheme, people, given_), figures, {}, points))


def scores_of(result, n=0):
    return [one.components[n].score for one in result.figures]


W7_BANDS = ConversionPlan(
    Conversion.BANDS,
    tuple(Band(Fraction(start), Fraction(score, 2)) for start, score in ((90, 200), (80, 190), (70, 180), (60, 170), (0, 160))),
    (ShareBand(("c", "d"), Fraction(100, 3), Fraction(130, 2)),),
)  # fmt: skip


@pytest.mark.parametrize(
    ("ballots", "score"),
    [
        ("aaaaaaaaab", 100),  # 9 of 10 are 90 % exactly
        ("aaaaaaaabb", 95),
        ("aaaaaaabbb", 90),
        ("bbbbbbbbbb", 80),
        ("aaaabc", 85),  # 4 of 6 are 66.67 %, one of six is 基本称职: no override
        ("aaaacd", 65),  # a third is 基本称职 or 不称职: exactly 1/3 overrides
    ],
)
def test_share_of_the_best_by_bands_as_in_w7(ballots, score):
    share = Component(5, "优秀率", Fraction(200), SHARE, 1, "i0", ("a",), W7_BANDS)

    assert scores_of(result_of([share], ballots=[[ballots]])) == [score]


def test_share_is_weighed_over_groups_like_the_ballot_score():
    # 60·(1 of 2) + 40·(3 of 4) = 30 + 30
    share = Component(5, "优秀率", Fraction(1), SHARE, 1, "i0", ("a",))

    [one] = result_of([share], ballots=[["ab", "aaab"]], groups=(60, 40)).figures

    assert (one.components[0].raw.value, one.total) == (60, 60)
    assert one.ballot == Fraction(60 * 90 + 40 * 95, 100)


@pytest.mark.parametrize(("kind", "share"), [("valid", 75), ("valid_with_abstentions", 60), ("returned", 60)])
def test_share_is_divided_like_the_mean(kind, share):
    ballots = {(1, 10, 1): [("a",), ("a",), ("a",), ("b",), (None,)]}
    scheme = Scheme(
        Rules(denominator=Denominator(kind)),
        (form_of(),),
        (Named(10, "A", Fraction(1)),),
        (Component(5, "优秀率", Fraction(1), SHARE, 1, "i0", ("a",)),),
        decimals=2,
        k_min=1,
    )
    people = [Person(1, "甲", "rural", {1: ()})]

    [one] = compute(Inputs(scheme, people, counted(scheme, people, ballots), {})).figures

    assert one.total == share


def test_rank_conversion_of_w7():
    # city leaders' ranking: 200 for the first, each place 2 % less; equal figures share a place
    rank = ConversionPlan(Conversion.RANK, first=Fraction(100), step=Fraction(2), floor=Fraction(90))
    part = Component(5, "排名", Fraction(1), IMPORTED, conversion=rank)

    result = result_of([part], imported=[[80], [95], [80], [70], [60], [50], [40]])

    assert scores_of(result) == [98, 100, 98, 94, 92, 90, 90]
    assert [one.components[0].place for one in result.figures] == [2, 1, 2, 4, 5, 6, 7]


def test_figures_that_are_published_alike_share_a_place():
    rank = ConversionPlan(Conversion.RANK, first=Fraction(100), step=Fraction(1))
    part = Component(5, "测评", Fraction(1), BALLOT, 1, conversion=rank)

    result = result_of([part], ballots=[["a" * 20_000 + "b"], ["a" * 20_001]])

    assert [one.components[0].raw.value == 100 for one in result.figures] == [False, True]
    assert scores_of(result) == [100, 100]


def test_place_is_converted_as_it_was_brought_in():
    plan = ConversionPlan(Conversion.PLACE, first=Fraction(100), step=Fraction(100, 3), floor=Fraction(10))
    part = Component(5, "名次", Fraction(1), IMPORTED, conversion=plan)

    result = result_of([part], imported=[[1], [2], [9], ["1.5"]])

    assert scores_of(result) == [100, Fraction(200, 3), 10, None]
    assert result.missing == [{"reviewee_id": 4, "text": "甲4：“名次”录入的不是名次（应为 1、2、3……）"}]


def test_ratio_to_the_best():
    part = Component(5, "项目", Fraction(1), IMPORTED, conversion=ConversionPlan(Conversion.BEST_RATIO))

    assert scores_of(result_of([part], imported=[[90], [60], [0]])) == [100, Fraction(200, 3), 0]


def test_ratio_to_a_best_of_nought_is_missing():
    part = Component(5, "项目", Fraction(1), IMPORTED, conversion=ConversionPlan(Conversion.BEST_RATIO))

    result = result_of([part], imported=[[0], [0]])

    assert scores_of(result) == [None, None]
    assert result.missing[0]["text"] == "甲1：“项目”同领域最高为 0，无法相比"


@pytest.mark.parametrize(
    ("kind", "word"), [(Conversion.RANK, "排出名次"), (Conversion.BEST_RATIO, "与最高者相比")]
)
def test_one_missing_figure_leaves_the_whole_field_without(kind, word):
    part = Component(5, "项目", Fraction(1), IMPORTED, conversion=ConversionPlan(kind))

    result = result_of([part], imported=[[90], [None], [70]])

    assert scores_of(result) == [None, None, None]
    assert [entry["text"] for entry in result.missing] == [
        f"甲1：“项目”要等同领域各人都有数据才能{word}",
        "甲2：缺少“项目”得分",
        f"甲3：“项目”要等同领域各人都有数据才能{word}",
    ]


def test_figure_below_all_bands_is_missing_and_not_nought():
    plan = ConversionPlan(Conversion.BANDS, (Band(Fraction(60), Fraction(100)),))
    part = Component(5, "项目", Fraction(1), IMPORTED, conversion=plan)

    result = result_of([part], imported=[[59], [60]])

    assert scores_of(result) == [None, 100]
    assert result.missing[0]["text"] == "甲1：“项目”低于方案里最低的分段，没有对应的分数"


def test_bonus_and_deduction_keep_their_limits():
    # line limit 3 of 2 + 2; second line 1: 4, overall 3.5. Deduction 0.5 without limit: 90 + 3.5 − 0.5 = 93
    lines = (
        AdjustmentLine(7, "表彰", AdjustmentKind.BONUS, Fraction(3)),
        AdjustmentLine(8, "典型", AdjustmentKind.BONUS),
        AdjustmentLine(9, "通报", AdjustmentKind.DEDUCTION),
    )
    part = Component(5, "考核", Fraction(1), IMPORTED)
    entries = [[(7, Fraction(2)), (9, Fraction(1, 2)), (7, Fraction(2)), (8, Fraction(1))]]

    [one] = result_of(
        [part], imported=[[90]], entries=entries, adjustments=lines, bonus_limit=Fraction(7, 2)
    ).figures

    assert [(line.line, line.entered, line.counted) for line in one.bonus.lines] == [(7, 4, 3), (8, 1, 1)]
    assert (one.base, one.bonus.total, one.deduction.total, one.total) == (
        90,
        Fraction(7, 2),
        Fraction(1, 2),
        93,
    )


@pytest.mark.parametrize(("clamps", "total"), [(True, 100), (False, 104)])
def test_total_is_kept_inside_unless_opened(clamps, total):
    lines = (AdjustmentLine(7, "表彰", AdjustmentKind.BONUS),)
    part = Component(5, "考核", Fraction(1), IMPORTED)

    [one] = result_of(
        [part], imported=[[99]], entries=[[(7, Fraction(5))]], adjustments=lines, clamps_total=clamps
    ).figures

    assert one.total == total


def test_another_scheme_on_the_same_marks_changes_nothing_else():
    case = random_case(8)
    before = compute(case.inputs)
    scheme = replace(
        case.inputs.scheme, rules=replace(case.inputs.scheme.rules, denominator=Denominator.RETURNED)
    )

    other = compute_with(case.inputs, scheme)

    assert other.hashes["scheme"] != before.hashes["scheme"]
    assert {key: value for key, value in other.hashes.items() if key != "scheme"} == {
        key: value for key, value in before.hashes.items() if key != "scheme"
    }
    assert compute(case.inputs) == before


def test_another_scheme_may_list_its_items_in_another_order():
    case = next(one for n in range(100) if len((one := random_case(n)).inputs.scheme.forms[0].items) > 2)
    scheme = case.inputs.scheme
    turned = tuple(
        replace(form, template=replace(form.template, items=form.template.items[::-1]))
        for form in scheme.forms
    )

    other = compute_with(case.inputs, replace(scheme, forms=turned))

    assert [one.total for one in other.figures] == [one.total for one in compute(case.inputs).figures]


def test_a_form_with_other_items_is_refused():
    case = random_case(8)
    scheme = case.inputs.scheme
    form = scheme.forms[0]
    other = replace(form, template=replace(form.template, items=(Item("new", "新"),)))

    with pytest.raises(ValueError, match="other items"):
        compute_with(case.inputs, replace(scheme, forms=(other, *scheme.forms[1:])))


# -- laws


def told(result):
    return [
        (one.ballot, one.base, one.total, [part.score for part in one.components]) for one in result.figures
    ]


@settings(max_examples=60, deadline=None)
@given(seeds, st.randoms(use_true_random=False))
def test_order_of_ballots_is_irrelevant(seed, luck):
    case = random_case(seed)
    scheme, people = case.inputs.scheme, case.inputs.people

    shuffled = replace(case.inputs, marks=counted(scheme, people, case.ballots, luck=luck))

    before, after = compute(case.inputs), compute(shuffled)
    assert told(after) == told(before)
    assert (after.input_hash, after.rank) == (before.input_hash, before.rank)


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_portions_in_which_marks_are_read_are_irrelevant(seed):
    case = random_case(seed)
    scheme, people = case.inputs.scheme, case.inputs.people
    batches = [
        counted(scheme, people, {key: own for key, own in case.ballots.items() if key[0] == person.key})
        for person in people
    ]

    before, after = compute(case.inputs), compute(replace(case.inputs, marks=batches))

    assert (told(after), after.hashes, after.bands) == (told(before), before.hashes, before.bands)


@settings(max_examples=60, deadline=None)
@given(seeds, st.integers(1, 60), st.integers(1, 7))
def test_scaling_the_weights_changes_nothing(seed, top, bottom):
    case, factor = random_case(seed), Fraction(top, bottom)
    scheme = case.inputs.scheme

    def scaled(parts):
        return tuple(replace(one, weight=one.weight * factor) for one in parts)

    other = replace(scheme, groups=scaled(scheme.groups), components=scaled(scheme.components))

    assert told(compute(replace(case.inputs, scheme=other))) == told(compute(case.inputs))


@settings(max_examples=150, deadline=None)
@given(seeds, st.data())
def test_one_better_mark_never_lowers_the_own_total(seed, data):
    """Under no conversion, ratio to the best and ranks. Under band tables it holds if the scores of the bands do not fall while the figures
    rise, which is for the scheme's checks to say; places are brought in and stay. Other people's totals may fall."""
    case = random_case(seed)
    scheme = case.inputs.scheme
    if any(one.conversion.kind is Conversion.BANDS or one.kind is SHARE for one in scheme.components):
        return
    better = one_better(case, data)
    if better is None:
        return
    person, ballots = better

    before, after = (
        next(one.total for one in compute(inputs).figures if one.person.key == person)
        for inputs in (case.inputs, with_ballots(case, ballots))
    )

    assert (before is None) == (after is None)
    assert before is None or after >= before


def one_better(case, data):
    """Let one answer about somebody be worth more; the rest stays. ``None`` if the draw hits a blank or the best answer."""
    filled = [key for key, own in case.ballots.items() if own]
    if not filled:
        return None
    key = data.draw(st.sampled_from(filled))
    form = next(one for one in case.inputs.scheme.forms if one.key == key[2])
    n, place = (
        data.draw(st.integers(0, len(case.ballots[key]) - 1)),
        data.draw(st.integers(0, len(form.items) - 1)),
    )
    mark, item = list(case.ballots[key][n]), form.items[place]
    if mark[place] is None:
        return None
    best = {ItemKind.NUMBER: str(int(item.maximum)), ItemKind.RANK: "1"}
    mark[place] = best.get(item.kind, GRADES[0])
    own = [*case.ballots[key][:n], tuple(mark), *case.ballots[key][n + 1 :]]
    return key[0], {**case.ballots, key: own}


@settings(max_examples=80, deadline=None)
@given(seeds)
def test_trimmed_mean_lies_between_the_marks_that_are_kept(seed):
    case = random_case(seed)
    inputs = replace(
        case.inputs,
        scheme=replace(
            case.inputs.scheme, rules=replace(case.inputs.scheme.rules, denominator=Denominator.VALID)
        ),
    )
    rules = inputs.scheme.rules
    for one in compute(inputs).figures:
        for form in one.forms:
            for figure in form.groups:
                own = case.ballots[one.person.key, figure.group.key, form.form.key]
                n_people = len(inputs.people) if form.form.has_ranks else 0
                scores = sorted(
                    s for mark in own if (s := score_of(rules, form.form, mark, n_people)) is not None
                )
                if figure.mean is None:
                    assert not scores
                    continue
                k = rules.trim_each_side
                k = k if len(scores) > max(rules.trim_when_more_than, 2 * k) else 0
                kept = scores[k : len(scores) - k]
                assert kept[0] <= figure.mean <= kept[-1]
                assert figure.n_divided_by == len(kept)


def score_of(rules, form, mark, n_people):
    return mark_score(rules, form, Pattern(mark, n_people))


@settings(max_examples=80, deadline=None)
@given(seeds)
def test_equal_totals_share_a_rank_and_better_ones_go_before(seed):
    case = random_case(seed)
    result = compute(case.inputs)
    for one in result.figures:
        for other in result.figures:
            if one.person.field == other.person.field and one.person.key in result.rank:
                ours, theirs = (
                    round_half_up(each.total, case.inputs.scheme.decimals) for each in (one, other)
                )
                a, b = result.rank[one.person.key], result.rank[other.person.key]
                assert (a < b) == (ours > theirs)
                assert (a == b) == (ours == theirs)


@settings(max_examples=80, deadline=None)
@given(seeds)
def test_missing_is_never_nought(seed):
    """A missing component leaves no total and no rank in the whole field, and says why; nothing else does."""
    result = compute(random_case(seed).inputs)
    for one in result.figures:
        lacks = any(part.score is None for part in one.components)
        assert lacks == (one.total is None) == bool(one.missing)
        members = [other for other in result.figures if other.person.field == one.person.field]
        assert (one.person.key in result.rank) == all(other.total is not None for other in members)
    assert {entry["reviewee_id"] for entry in result.missing} == {
        one.person.key for one in result.figures if one.total is None
    }
