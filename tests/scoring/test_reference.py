"""An independent slow reference agrees with the server on 2,000 random schemes and their ballots, to the last digit."""

from dataclasses import replace

import pytest

from apps.common.domain.formats import round_half_up
from apps.cycles.domain.schemes import ComponentKind, Conversion, Denominator
from apps.scoring.domain.computation import compute
from tests.scoring.random_cases import random_case
from tests.scoring.reference_scores import Book, as_text

N_SCHEMES = 2_000
PORTION = 250


def book_of(case):
    entries = [
        (person, one.line, one.points) for person, own in case.inputs.adjustments.items() for one in own
    ]
    return Book(case.described(), case.marks(), case.brought_in(), entries, case.n_returned)


def disagreements(case, spoil=None):
    """Return where server and reference tell different figures. What is hidden from readers is another matter, hence ``k_min``."""
    scheme = replace(case.inputs.scheme, k_min=1)
    result, book = compute(replace(case.inputs, scheme=scheme)), book_of(case)
    book.rules = spoil(book.rules) if spoil else book.rules
    found = []
    for one in result.figures:
        person = one.person.key
        pairs = [*pairs_on_forms(one, book), *pairs_of_components(one, book), *pairs_of_totals(one, book)]
        found += [pair for pair in pairs if differs(*pair[1:], places=scheme.decimals)]
        if result.rank.get(person) != book.rank(person):
            found.append(("rank", result.rank.get(person), book.rank(person)))
    return found


def differs(ours, theirs, *, places):
    published = "" if ours is None else str(round_half_up(ours, places))
    return ours != theirs or published != as_text(theirs, places)


def pairs_on_forms(one, book):
    person = one.person.key
    for form in one.forms:
        paper = book.paper(form.form.key)
        for figure, group in zip(form.groups, book.scheme["groups"], strict=True):
            yield ("mean", group["id"]), figure.mean, book.group_mean(paper, person, group)
        for item, score in zip(form.form.items, form.item_scores, strict=True):
            described = next(i for i in paper["definition"]["items"] if i["key"] == item.key)
            yield ("item", item.key), score, book.item_score(paper, person, described)
        yield "form", form.score, book.paper_score(paper, person)


def pairs_of_components(one, book):
    person = one.person.key
    for part, component in zip(one.components, book.scheme["components"], strict=True):
        yield ("raw", component["id"]), part.raw.value, book.raw(component, person)
        theirs = book.converted(component, person, book.field_of(person))
        yield ("score", component["id"]), part.score, theirs


def pairs_of_totals(one, book):
    person = one.person.key
    yield "ballot", one.ballot, book.ballot(person)
    yield "base", one.base, book.base(person)
    yield "bonus", one.bonus.total, book.points_of(person, "bonus")
    yield "deduction", one.deduction.total, book.points_of(person, "deduction")
    yield "total", one.total, book.total(person)


@pytest.mark.parametrize("start", range(0, N_SCHEMES, PORTION))
def test_slow_reference_agrees_to_the_last_digit(start):
    wrong = {
        seed: found for seed in range(start, start + PORTION) if (found := disagreements(random_case(seed)))
    }

    assert wrong == {}


def test_random_schemes_are_of_every_kind():
    """What 500 of them hold between them: the agreement above is about something."""
    kinds, conversions, denominators, n_totals, n_blocked = set(), set(), set(), 0, 0
    for seed in range(500):
        inputs = random_case(seed).inputs
        kinds |= {one.kind for one in inputs.scheme.components}
        conversions |= {one.conversion.kind for one in inputs.scheme.components}
        denominators.add(inputs.scheme.rules.denominator)
        plain = replace(inputs, scheme=replace(inputs.scheme, k_min=1))
        totals = [one.total for one in compute(plain).figures]
        n_totals += sum(total is not None for total in totals)
        n_blocked += sum(total is None for total in totals)

    assert (kinds, conversions, denominators) == (set(ComponentKind), set(Conversion), set(Denominator))
    assert min(n_totals, n_blocked) > 150


SPOILT = {
    "denominator": lambda rules: rules | {"denominator": "valid"},
    "blanks": lambda rules: rules | {"blank_rule": "abstain"},
    "trimming": lambda rules: rules | {"trim_each_side": rules["trim_each_side"] + 1},
    "empty groups": lambda rules: rules | {"empty_group_rule": "block"},
    "limits": lambda rules: rules | {"bonus_limit": None, "deduction_limit": None},
    "clamping": lambda rules: rules | {"clamps_total": not rules["clamps_total"]},
}


@pytest.mark.parametrize("what", SPOILT)
def test_reference_sees_one_rule_that_differs(what):
    wrong = [seed for seed in range(40) if disagreements(random_case(seed), spoil=SPOILT[what])]

    assert len(wrong) > 1
