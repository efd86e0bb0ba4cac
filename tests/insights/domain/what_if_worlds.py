"""A small cycle for what-ifs: people with known ballots, and what the score pages would show of them."""

import random
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from hypothesis import strategies as st

from apps.common.domain.formats import round_half_up
from apps.cycles.domain.papers.templates import Item, Option, PaperTemplate, Scale
from apps.cycles.domain.schemes import BlankRule, ComponentKind, Denominator
from apps.insights.domain.what_if.outcomes import Known, Part
from apps.insights.domain.what_if.trials import Counting, Grading, Trial
from apps.scoring.domain.computation import compute
from apps.scoring.domain.inputs import Component, CountedForm, Imported, Inputs, Named, Person, Scheme
from apps.scoring.domain.tally import Form, Pattern, Rules

A, B = 11, 12
BALLOT, DAILY = 21, 22
K_MIN = 5
OPTIONS = tuple(Option(key, key, Decimal(value)) for key, value in (("good", 95), ("fair", 85), ("poor", 60)))
ITEMS = tuple(Item(f"i{n}", f"{n}", weight=Decimal(weight), scale="s") for n, weight in enumerate((60, 40)))
FORM = Form(1, "测评表", PaperTemplate("测评表", ITEMS, (Scale("s", "s", OPTIONS),)))
SCHEME = Scheme(
    Rules(),
    (FORM,),
    (Named(A, "A票", Fraction(60)), Named(B, "B票", Fraction(40))),
    (
        Component(BALLOT, "现场测评", Fraction(70), ComponentKind.BALLOT, FORM.key),
        Component(DAILY, "平时考核", Fraction(30), ComponentKind.IMPORTED),
    ),
    decimals=2,
    k_min=K_MIN,
)
REAL = Trial(
    {A: Decimal(60), B: Decimal(40)}, {BALLOT: Decimal(70), DAILY: Decimal(30)}, Counting(), 2, Grading()
)
OPTION_KEYS = [one.key for one in OPTIONS]


def ballots_of(luck, sizes):
    """Return ballots by (person, group): ``sizes[person]`` names how many of each group."""
    return {
        (person, group): [tuple(luck.choice([*OPTION_KEYS, None]) for _ in ITEMS) for _ in range(n)]
        for person, own in sizes.items()
        for group, n in zip((A, B), own, strict=True)
    }


def inputs_of(ballots, *, daily=80):
    """Return the inputs of a run with these ballots; everybody has ``daily`` points beside them."""
    patterns = sorted({Pattern(ballot) for given in ballots.values() for ballot in given}, key=str)
    rows = [
        (person, group, patterns.index(Pattern(ballot)), n)
        for (person, group), given in ballots.items()
        for ballot, n in Counter(given).items()
    ]
    people = sorted({person for person, _ in ballots})
    return Inputs(
        SCHEME,
        [Person(person, f"甲{person}", "rural", {FORM.key: ()}) for person in people],
        {FORM.key: CountedForm(patterns, rows)},
        {(person, DAILY): Imported(Decimal(daily), Decimal(100), "文件") for person in people},
    )


def known_of(inputs):
    """Return what a run stores and shows of everybody."""
    return [
        Known(
            key=one.person.key,
            field=one.person.field,
            parts={
                part.component.key: Part(
                    part.score, rounded(part.score), part.component.kind is ComponentKind.BALLOT
                )
                for part in one.components
            },
            total=rounded(one.total),
            ballot=rounded(one.ballot),
            hides_score=one.hides_score,
            hides_group=any(group.is_suppressed for form in one.forms for group in form.groups),
        )
        for one in compute(inputs).figures
    ]


def rounded(value):
    return None if value is None else round_half_up(value, 2)


weights = st.tuples(st.integers(0, 100), st.integers(0, 100)).filter(any)


@st.composite
def trials(draw):
    """Any scheme the page lets people try."""
    a, b = draw(weights)
    ballot, daily = draw(weights)
    counting = Counting(
        trim_each_side=draw(st.integers(0, 3)),
        trim_when_more_than=draw(st.integers(0, 8)),
        blank_rule=draw(st.sampled_from(list(BlankRule))),
        blank_value=Decimal(draw(st.integers(0, 100))),
        denominator=draw(st.sampled_from([Denominator.VALID, Denominator.RETURNED])),
    )
    if draw(st.booleans()):  # half of them leave the counting alone
        a, b, counting = 3 * a + 60, 3 * a + 60, REAL.counting
        if draw(st.booleans()):
            a, b = 60, 40
    return replace(
        REAL,
        groups={A: Decimal(a), B: Decimal(b)},
        components={BALLOT: Decimal(ballot), DAILY: Decimal(daily)},
        counting=counting,
        decimals=draw(st.integers(0, 4)),
    )


seeds = st.integers(0, 10**9).map(random.Random)
