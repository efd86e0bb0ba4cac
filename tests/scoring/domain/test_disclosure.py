"""What is shown never pins down a small group: tried by an attacker who knows every rule and every number of ballots."""

from collections import Counter
from decimal import Decimal
from fractions import Fraction
from itertools import combinations_with_replacement, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.common.domain.formats import round_half_up
from apps.cycles.domain.papers.templates import Item, Option, PaperTemplate, Scale
from apps.cycles.domain.schemes import BlankRule, ComponentKind
from apps.scoring.domain.computation import compute
from apps.scoring.domain.disclosure import at_least_percent, suppress
from apps.scoring.domain.inputs import Component, CountedForm, Imported, Inputs, Named, Person, Scheme
from apps.scoring.domain.tally import Form, Pattern, Rules

K_MIN = 3


def form_of(item_weights, values, key=1):
    options = tuple(Option(f"o{n}", f"{n}", Decimal(value)) for n, value in enumerate(values))
    items = tuple(
        Item(f"i{n}", f"{n}", weight=Decimal(weight), scale="s") for n, weight in enumerate(item_weights)
    )
    return Form(key, f"测评表{key}", PaperTemplate("测评表", items, (Scale("s", "s", options),)))


def figures_of(form, group_weights, ballots, *, rules=None, imported=None, k_min=K_MIN):
    """Compute one person's figures from ``ballots[group]``, lists of tuples of options (``None`` = blank)."""
    patterns = sorted({ballot for group in ballots for ballot in group}, key=str)
    rows = [
        (7, group, patterns.index(ballot), n)
        for group, given_ in enumerate(ballots)
        for ballot, n in Counter(given_).items()
    ]
    components = [Component(1, "现场测评", Fraction(70), ComponentKind.BALLOT, form.key)]
    if imported is not None:
        components.append(Component(2, "平时考核", Fraction(30), ComponentKind.IMPORTED))
    scheme = Scheme(
        rules or Rules(),
        (form,),
        tuple(Named(n, f"{n}", Fraction(weight)) for n, weight in enumerate(group_weights)),
        tuple(components),
        decimals=2,
        k_min=k_min,
    )
    inputs = Inputs(
        scheme,
        [Person(7, "甲", "rural", {form.key: ()})],
        {form.key: CountedForm([Pattern(ballot) for ballot in patterns], rows)},
        {} if imported is None else {(7, 2): Imported(Decimal(imported), Decimal(100), "")},
    )
    return compute(inputs).figures[0]


def published(figures):
    """Everything a page shows of one person, rounded as it is shown."""
    [one] = figures.forms
    shown = {
        "groups": [
            None
            if group.is_suppressed
            else (group.mean, [group.tally.answers(i) for i in range(len(one.form.items))])
            for group in one.groups
        ],
        "n": [group.tally.n_valid for group in one.groups],
        "total": None if figures.hides_score else rounded(figures.total),
        "score": None if one.hides_score else rounded(one.score),
    }
    hides_items = one.hides_items or one.hides_score
    shown["items"] = None if hides_items else [rounded(score) for score in one.item_scores]
    return shown


def rounded(value):
    return None if value is None else round_half_up(value, 2)


def tables(n, n_options):
    """All ways in which ``n`` ballots can answer one item."""
    counted = (Counter(chosen) for chosen in combinations_with_replacement(range(n_options), n))
    return [tuple(one.get(option, 0) for option in range(n_options)) for one in counted]


def worlds(form, group_weights, sizes, shown, imported):
    """Yield every set of tables (group -> item -> counts) that would have been published the same way."""
    values = [Fraction(option.value) for option in form.template.scales[0].options]
    n_items = len(form.items)
    hidden = [g for g, one in enumerate(shown["groups"]) if one is None and sizes[g]]
    known = {
        g: tuple(tuple(one[1][i][f"o{o}"] for o in range(len(values))) for i in range(n_items))
        for g, one in enumerate(shown["groups"])
        if one is not None and sizes[g]
    }
    choices = [list(product(tables(sizes[g], len(values)), repeat=n_items)) for g in hidden]
    means = {}
    for g, cells in [*known.items()] + [
        (g, cells) for g, own in zip(hidden, choices, strict=True) for cells in own
    ]:
        means[g, cells] = [
            sum((n * v for n, v in zip(cell, values, strict=True)), Fraction(0)) / sizes[g] for cell in cells
        ]
    voted = [g for g, n in enumerate(sizes) if n]
    all_weight = sum(Fraction(group_weights[g]) for g in voted)
    for world in product(*choices):
        cells = known | dict(zip(hidden, world, strict=True))
        items = [
            sum(group_weights[g] * means[g, cells[g]][i] for g in voted) / all_weight for i in range(n_items)
        ]
        score = sum(w * i for w, i in zip(form.weights, items, strict=True)) / sum(form.weights)
        total = score if imported is None else (70 * score + 30 * imported) / 100
        if shown["items"] is not None and [rounded(item) for item in items] != shown["items"]:
            continue
        if shown["score"] is not None and rounded(score) != shown["score"]:
            continue
        if shown["total"] is not None and rounded(total) != shown["total"]:
            continue
        yield cells


def pinned_cells(form, group_weights, sizes, shown, imported=None):
    """Return the cells of small groups that can be only what they are."""
    seen = {}
    for cells in worlds(form, group_weights, sizes, shown, imported):
        for g, own in cells.items():
            if 0 < sizes[g] < K_MIN:
                for i, cell in enumerate(own):
                    seen.setdefault((g, i), set()).add(cell)
    return [place for place, found in seen.items() if len(found) < 2]


@st.composite
def halls(draw):
    n_items = draw(st.integers(1, 2))
    values = draw(st.sampled_from([(100, 50, 0), (95, 85, 60), (100, 0), (95, 85, 75, 60)]))
    if n_items == 2:
        values = values[:3]
    n_groups = draw(st.integers(2, 3 if n_items == 1 else 2))
    sizes = draw(st.lists(st.integers(0, 5), min_size=n_groups, max_size=n_groups))
    option = st.sampled_from([f"o{n}" for n in range(len(values))] + ["o0"] * 2)
    ballots = [draw(st.lists(st.tuples(*[option] * n_items), min_size=n, max_size=n)) for n in sizes]
    group_weights = draw(
        st.lists(st.sampled_from([60, 40, 30, 10, 33]), min_size=n_groups, max_size=n_groups)
    )
    item_weights = draw(st.lists(st.integers(1, 4), min_size=n_items, max_size=n_items))
    return form_of(item_weights, values), group_weights, ballots, draw(st.none() | st.integers(80, 84))


@settings(max_examples=150, deadline=None)
@given(halls())
def test_no_small_group_is_pinned_down_by_anything_published(hall):
    form, group_weights, ballots, imported = hall
    shown = published(figures_of(form, group_weights, ballots, imported=imported))
    if shown["total"] is None:
        assert shown["items"] is None or not any(ballots)
        return

    assert pinned_cells(form, group_weights, [len(one) for one in ballots], shown, imported) == []


def test_attacker_finds_what_hiding_two_groups_alone_would_give_away():
    # 60·G1 + 40·G2 = 90.20 with one ballot in the first group: only 95 fits
    form = form_of([1], (95, 85, 75, 60))
    ballots = [[("o0",)], [("o0",), ("o0",), ("o2",), ("o2",), ("o2",)]]
    naive = {"groups": [None, None], "n": [1, 5], "total": None, "score": Decimal("90.20"), "items": None}

    assert pinned_cells(form, [60, 40], [1, 5], naive) == [(0, 0)]
    assert published(figures_of(form, [60, 40], ballots))["score"] is None


def test_ordinary_score_of_a_large_hall_stays_shown():
    form = form_of([30, 30, 20, 20], (95, 85, 75, 60))
    kinds = [
        ("o0", "o1", "o0", "o0"),
        ("o1", "o1", "o2", "o1"),
        ("o0", "o0", "o0", "o1"),
        ("o2", "o3", "o1", "o2"),
    ]
    ballots = [kinds[:2], [kinds[n % 4] for n in range(60)], [kinds[n % 3] for n in range(41)]]

    [one] = figures_of(form, [30, 30, 40], ballots).forms

    assert [group.is_suppressed for group in one.groups] == [True, False, True]
    assert not one.hides_score


@pytest.mark.parametrize("blank_rule", list(BlankRule))
def test_trimmed_hall_with_blanks_still_shows_its_score(blank_rule):
    form = form_of([3, 2, 1], (95, 85, 75, 60))
    rules = Rules(blank_rule=blank_rule, blank_value=Fraction(60), trim_each_side=1, trim_when_more_than=5)
    kinds = [("o0", "o1", "o1"), ("o1", "o1", None), ("o0", "o0", "o2"), ("o2", "o3", "o1")]
    ballots = [[kinds[0], kinds[3]], [kinds[n % 4] for n in range(60)]]

    [one] = figures_of(form, [50, 50], ballots, rules=rules).forms

    assert not one.hides_score


@given(st.dictionaries(st.integers(0, 5), st.integers(0, 12), min_size=1))
def test_numbers_alone_never_leave_one_hidden_group_to_be_subtracted(n_valid):
    hidden = suppress(n_valid, k_min=5)
    small = {key for key, n in n_valid.items() if 0 < n < 5}

    assert small <= hidden.groups
    assert not small or len(hidden.groups) > 1 or hidden.hides_score
    assert hidden.hides_score == (
        bool(small) and (len([n for n in n_valid.values() if n]) == 1 or sum(n_valid.values()) < 5)
    )


@pytest.mark.parametrize(("n", "percent"), [(2, 50), (5, 80), (6, 80), (30, 95), (100, 95)])
def test_unanimous_answers_are_told_as_at_least(n, percent):
    assert at_least_percent(n) == percent
