"""Random ballots and rules on one form with every kind of item, for properties and for comparing with the browser."""

from decimal import Decimal

from hypothesis import strategies as st

from apps.cycles.domain.papers.templates import (
    Consequence,
    Item,
    ItemKind,
    Option,
    PaperTemplate,
    RuleKind,
    Scale,
    ValidityRule,
)

FOUR = ("good", "fairly_good", "average", "poor")
ITEMS = ("g1", "g2", "overall", "n1", "n2", "r", "y", "t")


def _options(*rows):
    return tuple(
        Option(key, label, Decimal(value), low and Decimal(low), high and Decimal(high))
        for key, label, value, low, high in rows
    )


SCALES = (
    Scale(
        "four",
        "四等",
        _options(
            ("good", "好", 100, "15", "20.00"),
            ("fairly_good", "较好", 80, "10", "14.5"),
            ("average", "一般", 60, "5", "9.5"),
            ("poor", "差", 0, None, "4.5"),
        ),
    ),
    Scale("yes", "是否", _options(("yes", "是", 100, None, None), ("no", "否", 0, None, None))),
)
PAPER_ITEMS = (
    Item("g1", "认识", scale="four", is_required=True),
    Item("g2", "成效", scale="four", weight=Decimal(0)),
    Item("overall", "总体评价", scale="four", is_overall=True, is_required=True),
    Item("n1", "得分一", ItemKind.NUMBER, maximum=Decimal(10), step=Decimal("0.5")),
    Item("n2", "得分二", ItemKind.NUMBER, maximum=Decimal(10), step=Decimal("0.5"), weight=Decimal(0)),
    Item("r", "名次", ItemKind.RANK, weight=Decimal(0)),
    Item("y", "同意", ItemKind.YES_NO, scale="yes"),
    Item("t", "意见", ItemKind.TEXT),
)

keys = st.lists(st.sampled_from(ITEMS), max_size=3, unique=True)
grades = st.lists(st.sampled_from(FOUR), max_size=2, unique=True)
some_grades = st.lists(st.sampled_from(FOUR), min_size=1, max_size=2, unique=True)
persons = st.integers(0, 4)
shares = st.one_of(st.integers(0, 100), st.sampled_from(["33.3", "33.34", "66.67", "0.5"]))
numbers = st.sampled_from(["0", "2.5", "5", "7.5", "10", "7.50"])
grade_items = st.sampled_from(["g1", "g2", "overall"])
PARAMS = {
    RuleKind.MULTI_MARK: st.just({}),
    RuleKind.BLANK: st.fixed_dictionaries({}, optional={"items": keys}),
    RuleKind.COUNT_LIMIT: st.one_of(
        st.fixed_dictionaries(
            {"item": grade_items, "answers": some_grades},
            optional={"min_n": persons, "max_n": persons, "min_share": shares, "max_share": shares},
        ),
        st.fixed_dictionaries(
            {"item": st.sampled_from(["n1", "n2"]), "at_most": numbers},
            optional={"at_least": numbers, "max_n": persons, "min_n": persons},
        ),
        st.fixed_dictionaries({"item": st.just("n1"), "at_least": numbers, "max_share": shares}),
    ),
    RuleKind.ALL_EQUAL: st.fixed_dictionaries(
        {"items": keys}, optional={"answers": st.one_of(grades, st.lists(numbers, max_size=2))}
    ),
    RuleKind.OVERALL_AGREES: st.fixed_dictionaries(
        {
            "overall": st.just("overall"),
            "option": st.sampled_from(FOUR),
            "best": grades,
            "min_share": shares,
            "items": keys,
        }
    ),
    RuleKind.OVERALL_FLOOR: st.fixed_dictionaries(
        {
            "overall": st.just("overall"),
            "items": keys,
            "worst": grades,
            "not_better_than": st.sampled_from(FOUR),
        }
    ),
    RuleKind.BAND_AGREES: st.fixed_dictionaries({"overall": st.just("overall"), "items": keys}),
    RuleKind.RANK_COMPLETE: st.just({"item": "r"}),
    RuleKind.MIN_ANSWERED: st.fixed_dictionaries({"n": persons}),
}


def _rule(kind):
    return st.builds(ValidityRule, st.just(kind), st.sampled_from(Consequence), PARAMS[kind])


def _form(chosen):
    return st.builds(
        PaperTemplate,
        st.just("测评表"),
        st.just(PAPER_ITEMS),
        st.just(SCALES),
        chosen.map(lambda found: tuple(one for one in found if one)),
        excludes_self=st.booleans(),
    )


rules = st.sampled_from(RuleKind).flatmap(_rule)
templates = _form(st.lists(rules, max_size=4))
crowded_templates = _form(st.tuples(*(st.one_of(_rule(kind), st.none()) for kind in RuleKind)))
subjects = st.integers(1, 5).map(lambda n: [str(no) for no in range(11, 11 + n)])


def _or_several(answers):
    return st.one_of(answers, answers, answers, st.tuples(answers, answers).map(list))


_grade = _or_several(st.sampled_from([*FOUR, "good", "good"]))
_row = st.fixed_dictionaries(
    {},
    optional={
        "g1": _grade,
        "g2": _grade,
        "overall": _grade,
        "n1": _or_several(numbers),
        "n2": _or_several(numbers),
        "r": _or_several(st.sampled_from(["1", "2", "3"])),
        "y": st.sampled_from(["yes", "no", ""]),
    },
)


@st.composite
def ballots(draw, forms=templates):
    """Return ``(template, answers, subjects)``; sometimes all persons bear the same answers."""
    people = draw(subjects)
    if draw(st.integers(0, 3)) == 0:
        row = draw(_row)
        answers = {subject: dict(row) for subject in people}
        for rank, subject in enumerate(people, start=1):
            answers[subject]["r"] = str(rank)
    else:
        answers = {subject: draw(_row) for subject in people if draw(st.integers(0, 4))}
    return draw(forms), answers, people
