"""Which marks count: worked examples and properties."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.cycles.domain.papers.templates import Consequence, PaperTemplate, RuleKind
from apps.cycles.domain.papers.validity import (
    ForeignAnswer,
    Judgement,
    foreign_answers,
    judge_marks,
    surviving,
    words,
)
from tests.cycles.domain.papers.ballots import PAPER_ITEMS, SCALES, ballots, rules
from tests.cycles.domain.papers.examples import as_json, load_examples, rule

EXAMPLES = load_examples()
FORM = PaperTemplate("测评表", PAPER_ITEMS, SCALES)


@pytest.mark.parametrize("case", EXAMPLES, ids=[case.name for case in EXAMPLES])
def test_worked_example(case):
    judgement = judge_marks(case.template, case.answers, subjects=case.subjects)

    assert [(one.rule_no, one.subject, one.item) for one in judgement.violations] == case.breaches
    assert as_json(judgement) | {"violations": []} == {
        "violations": [],
        "is_void": case.is_void,
        "void_subjects": case.void_subjects,
        "void_items": case.void_items,
    }
    if case.words:
        assert words(case.template, judgement.violations[0], case.names) == case.words


def test_examples_cover_every_kind_of_rule_and_every_consequence():
    seen = {
        (case.template.rules[no].kind, case.template.rules[no].consequence)
        for case in EXAMPLES
        for no, _subject, _item in case.breaches
    }
    wide = {RuleKind.MULTI_MARK, RuleKind.BLANK}
    per_person = {RuleKind.OVERALL_AGREES, RuleKind.OVERALL_FLOOR, RuleKind.BAND_AGREES}

    assert {kind for kind, _ in seen} == set(RuleKind)
    assert {(kind, one) for kind in wide for one in Consequence} <= seen
    assert {(kind, Consequence.REVIEWEE) for kind in per_person} <= seen
    assert {(RuleKind.RANK_COMPLETE, Consequence.ITEM), (RuleKind.RANK_COMPLETE, Consequence.BALLOT)} <= seen


@given(ballots(), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_order_of_reviewees_and_answers_changes_nothing(ballot, random):
    template, answers, subjects = ballot
    shuffled = random.sample(subjects, len(subjects))
    turned = dict(random.sample(list(answers.items()), len(answers)))

    here = judge_marks(template, answers, subjects=subjects)
    there = judge_marks(template, turned, subjects=shuffled)

    assert set(here.violations) == set(there.violations)
    assert replace(here, violations=()) == replace(there, violations=())


@given(ballots())
@settings(max_examples=100, deadline=None)
def test_surviving_marks_are_single_answers_that_were_given_and_not_made_void(ballot):
    template, answers, subjects = ballot
    judgement = judge_marks(template, answers, subjects=subjects)

    left = surviving(answers, judgement)

    assert not (judgement.is_void and left)
    assert not judgement.void_subjects & set(left)
    expected = {
        (subject, key, answer)
        for subject, row in answers.items()
        for key, answer in row.items()
        if not judgement.is_void
        and subject not in judgement.void_subjects
        and (subject, key) not in judgement.void_items
        and isinstance(answer, str)
        and answer
    }
    assert {
        (subject, key, answer) for subject, row in left.items() for key, answer in row.items()
    } == expected


@given(ballots(), rules)
@settings(max_examples=100, deadline=None)
def test_one_more_rule_never_brings_a_mark_back(ballot, extra):
    template, answers, subjects = ballot
    stricter = replace(template, rules=(*template.rules, extra))

    before = judge_marks(template, answers, subjects=subjects)
    after = judge_marks(stricter, answers, subjects=subjects)

    assert after.violations[: len(before.violations)] == before.violations
    assert after.is_void >= before.is_void
    assert after.void_subjects >= before.void_subjects
    assert after.void_items >= before.void_items


@given(ballots())
@settings(max_examples=100, deadline=None)
def test_every_breach_has_a_sentence_that_names_person_and_item(ballot):
    template, answers, subjects = ballot
    names = {subject: f"张{subject}" for subject in subjects}

    for one in judge_marks(template, answers, subjects=subjects).violations:
        sentence = words(template, one, names)

        assert sentence.startswith(
            f"{names[one.subject]}的" if one.subject else ("“", "对所有人", "至少要评价")
        )
        assert sentence.endswith("。")
        assert sentence.count("。") == 1
        item = template.item(one.item)
        assert item is None or f"“{item.text}”" in sentence


def test_void_person_has_no_row_and_a_blank_one_an_empty_row():
    template = replace(FORM, rules=(rule(RuleKind.MULTI_MARK, Consequence.REVIEWEE),))
    answers = {"1": {"g1": ["good", "poor"], "g2": "good"}, "2": {}, "3": {"g1": "good"}}

    left = surviving(answers, judge_marks(template, answers, subjects=["1", "2", "3"]))

    assert left == {"2": {}, "3": {"g1": "good"}}


def test_several_marks_never_count_even_without_a_rule():
    answers = {"1": {"g1": ["good", "poor"], "g2": "good"}}

    assert surviving(answers, Judgement()) == {"1": {"g2": "good"}}


@pytest.mark.parametrize(
    ("answers", "reasons"),
    [
        ({}, ()),
        ({"1": {"g1": "good", "n1": "7.5", "r": "2", "y": "no"}, "2": {}}, ()),
        ({"9": {}}, (ForeignAnswer.SUBJECT,)),
        ({"1": {"g9": "good"}}, (ForeignAnswer.ITEM,)),
        ({"1": {"t": "words"}}, (ForeignAnswer.ITEM,)),
        ({"1": {"g1": "best"}}, (ForeignAnswer.ANSWER,)),
        ({"1": {"g1": ""}}, (ForeignAnswer.ANSWER,)),
        ({"1": {"g1": ["good"]}}, (ForeignAnswer.ANSWER,)),
        ({"1": {"g1": 5}}, (ForeignAnswer.ANSWER,)),
        ({"1": {"n1": "10.5"}}, (ForeignAnswer.ANSWER,)),
        ({"1": {"n1": "0.25"}}, (ForeignAnswer.ANSWER,)),
        ({"1": {"n1": "-1"}}, (ForeignAnswer.ANSWER,)),
        ({"1": {"n1": "1e1"}}, (ForeignAnswer.ANSWER,)),
        ({"1": {"n1": "05"}}, (ForeignAnswer.ANSWER,)),
        ({"1": {"n1": "５"}}, (ForeignAnswer.ANSWER,)),
        ({"1": {"r": "0"}}, (ForeignAnswer.ANSWER,)),
        ({"1": {"r": "3"}}, (ForeignAnswer.ANSWER,)),
        ({"1": {"r": "1.0"}}, (ForeignAnswer.ANSWER,)),
        ({"1": {"r": "9" * 5000}}, (ForeignAnswer.ANSWER,)),
        ({"9": {"g1": "best", "x": "y"}}, tuple(ForeignAnswer)),
    ],
)  # fmt: skip
def test_answers_that_our_page_cannot_have_made(answers, reasons):
    assert foreign_answers(FORM, answers, ["1", "2"]) == reasons
