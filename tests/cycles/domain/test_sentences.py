"""Rules and answers in words, and how a form is laid out."""

import itertools
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.cycles.domain.papers.layouts import has_sections, is_wide, sections_of
from apps.cycles.domain.papers.presets import PRESETS, STANDARD, graded_item
from apps.cycles.domain.papers.sentences import (
    PATTERNS,
    answer_words,
    band_words,
    consequences_of,
    rule_sentence,
)
from apps.cycles.domain.papers.templates import (
    Consequence,
    Item,
    ItemKind,
    Option,
    RuleKind,
    ValidityRule,
)

BALLOT, REVIEWEE, ITEM = Consequence.BALLOT, Consequence.REVIEWEE, Consequence.ITEM


def said(kind, consequence, **params):
    return rule_sentence(STANDARD, ValidityRule(kind, consequence, params))


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (said(RuleKind.MULTI_MARK, ITEM), "纸质票上同一项画了两个以上记号的，该项无效。"),
        (said(RuleKind.BLANK, BALLOT, items=[]), "必填项有没填的，整张票无效。"),
        (said(RuleKind.BLANK, REVIEWEE, items=["overall"]), "“总体评价”有没填的，对该人的评价无效。"),
        (
            said(RuleKind.COUNT_LIMIT, BALLOT, item="overall", at_least="90", max_n=3, min_share="5"),
            "“总体评价”不低于90分的人不超过3人，不少于5%；不符的，整张票无效。",
        ),
        (
            said(RuleKind.COUNT_LIMIT, BALLOT, item="overall", answers=["good", "poor"], min_n=0, max_n=2),
            "“总体评价”评为“好”、“差”的人不少于0人，不超过2人；不符的，整张票无效。",
        ),
        (said(RuleKind.ALL_EQUAL, BALLOT), "对所有人计分的各项的评价完全相同的，整张票无效。"),
        (
            said(RuleKind.ALL_EQUAL, BALLOT, answers=["good"]),
            "对所有人计分的各项的评价完全相同（都是“好”）的，整张票无效。",
        ),
        (
            said(
                RuleKind.OVERALL_AGREES, ITEM, overall="overall", option="good", best=["good"], min_share="90"
            ),
            "“总体评价”评为“好”的，其他各项里评为“好”的应不少于 90%；不符的，该项无效。",
        ),
        (
            said(
                RuleKind.OVERALL_FLOOR, REVIEWEE, overall="overall", worst=["poor"], not_better_than="average"
            ),
            "其他各项里有一项评为“差”的，“总体评价”不能高于“一般”；不符的，对该人的评价无效。",
        ),
        (said(RuleKind.MIN_ANSWERED, BALLOT, n=14), "至少评价 14 人；不足的，整张票无效。"),
        (said(RuleKind.MIN_ANSWERED, BALLOT), "至少评价 （未填） 人；不足的，整张票无效。"),
        (said(RuleKind.COUNT_LIMIT, BALLOT), "“（未选）”评为（未选）的人（未填人数）；不符的，整张票无效。"),
    ],
)
def test_rule_is_said_in_one_sentence(sentence, expected):
    assert sentence == expected


@pytest.mark.parametrize("kind", list(RuleKind))
def test_every_kind_has_a_sentence_and_a_consequence_even_when_empty(kind):
    sentence = said(kind, consequences_of(kind)[0])

    assert "{consequence}" in PATTERNS[kind]
    assert sentence.endswith(f"{consequences_of(kind)[0].label}。")
    assert "{" not in sentence


@pytest.mark.parametrize("key", PRESETS)
def test_rules_of_presets_are_complete_sentences(key):
    template = PRESETS[key].template

    assert [s for rule in template.rules if "未" in (s := rule_sentence(template, rule))] == []


@pytest.mark.parametrize(
    ("item", "words"),
    [
        (STANDARD.items[0], "好、较好、一般、差"),
        (Item("n", "分", ItemKind.NUMBER, maximum=Decimal(20)), "0–20分"),
        (Item("n", "分", ItemKind.NUMBER, step=Decimal("0.10")), "0–100分，每0.1分一档"),
        (Item("r", "名次", ItemKind.RANK), "排名次，1为最好"),
        (Item("t", "意见", ItemKind.TEXT, max_chars=200), "写文字，最多200字"),
        (Item("g", "无", ItemKind.GRADE, scale="none"), "还没有等次"),
    ],
)
def test_answer_is_said_in_words(item, words):
    assert answer_words(STANDARD, item) == words


def test_band_needs_both_ends():
    assert band_words(Option("a", "好", Decimal(95), Decimal(17), Decimal("20.0"))) == "17–20"
    assert band_words(Option("a", "好", Decimal(95), Decimal(17))) == ""


@given(st.lists(st.sampled_from(["", "德", "能"]), max_size=12))
def test_sections_keep_every_item_in_order_and_join_only_neighbours(names):
    items = tuple(graded_item(f"q{n}", f"项{n}", 1, section=name) for n, name in enumerate(names))
    sections = sections_of(replace(STANDARD, items=items))

    laid = [question for section in sections for question in section.questions]
    assert [question.item for question in laid] == list(items)
    assert [question.number for question in laid] == list(range(1, len(items) + 1))
    assert all(a.name != b.name for a, b in itertools.pairwise(sections))
    assert has_sections(sections) == any(names)


def test_table_counts_a_column_per_option_and_one_for_other_items():
    items = (STANDARD.items[0], Item("n", "分", ItemKind.NUMBER), Item("t", "意见", ItemKind.TEXT))

    (section,) = sections_of(replace(STANDARD, items=items))

    assert ([question.n_columns for question in section.questions], section.n_columns) == ([4, 1, 1], 6)
    assert not is_wide([section])
    assert is_wide(sections_of(PRESETS["grouped_rows"].template))
