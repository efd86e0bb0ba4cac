"""Faults of a form: each is named in one sentence, a sound form has none."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.cycles.domain.papers.checks import template_gaps
from apps.cycles.domain.papers.presets import PRESETS, STANDARD
from apps.cycles.domain.papers.templates import (
    CommentPolicy,
    Consequence,
    Item,
    ItemKind,
    Option,
    PaperTemplate,
    RuleKind,
    Scale,
    ValidityRule,
)
from apps.cycles.domain.papers.validity import judge_marks, words
from tests.cycles.domain.papers.ballots import FOUR, ITEMS, PAPER_ITEMS, SCALES, ballots, templates
from tests.cycles.domain.papers.examples import rule

BALLOT, ITEM, REVIEWEE = Consequence.BALLOT, Consequence.ITEM, Consequence.REVIEWEE
FORM = PaperTemplate("测评表", PAPER_ITEMS, SCALES)
GOOD, BAD = Option("good", "好", Decimal(100)), Option("bad", "差", Decimal(0))
TWO = Scale("two", "两档", (GOOD, BAD))
PLAIN = PaperTemplate("测评表", (Item("a", "认识", scale="two"),), (TWO,))
NUMBER = Item("n", "得分", ItemKind.NUMBER, scale="bands", maximum=Decimal(20))


def with_item(**changes):
    return replace(PLAIN, items=(replace(PLAIN.items[0], **changes),))


def with_options(*options):
    return replace(PLAIN, scales=(replace(TWO, options=options),))


def banded(*bands, **changes):
    options = tuple(
        Option(f"o{no}", f"档{no}", Decimal(100 - no), low and Decimal(low), high and Decimal(high))
        for no, (low, high) in enumerate(bands)
    )
    return PaperTemplate("测评表", (replace(NUMBER, **changes),), (Scale("bands", "分段", options),))


def ruled(kind, consequence, **params):
    return replace(FORM, rules=(rule(kind, consequence, **params),))


def limit(**params):
    return ruled(RuleKind.COUNT_LIMIT, BALLOT, **params)


@pytest.mark.parametrize("key", PRESETS)
@pytest.mark.parametrize("n_subjects", [None, 2, 3, 40])
def test_preset_has_no_fault(key, n_subjects):
    assert template_gaps(PRESETS[key].template, n_subjects=n_subjects) == []


def test_quota_that_one_reviewee_cannot_meet():
    assert template_gaps(PRESETS["score_quotas"].template, n_subjects=1) == [
        "第2条规则（某种评价的人数限额）：要求至少2人，但述职对象只有1人，没有一张票能满足。"
    ]


def test_forms_of_the_other_tests_have_no_fault():
    assert (template_gaps(PLAIN), template_gaps(banded(("10", "20"), ("0", "9"))), template_gaps(FORM)) == (
        [],
        [],
        [],
    )


FORM_FAULTS = {
    "no title": (replace(PLAIN, title=" "), ["请填写测评表的标题。"]),
    "reading too long": (replace(PLAIN, notes="说明", must_read_seconds=121), ["填表说明的阅读时间应在0至120秒之间。"]),
    "nothing to read": (
        replace(PLAIN, must_read_seconds=5),
        ["设了阅读时间但没有填表说明，请写上说明或将阅读时间改为0。"],
    ),
    "no items": (replace(PLAIN, items=()), ["还没有测评项目，请至少添加一项。"]),
    "nothing scored": (with_item(weight=Decimal(0)), ["没有计分的项目，请至少让一项（文字项目除外）的权重大于0。"]),
    "words only": (
        replace(PLAIN, items=(Item("t", "意见", ItemKind.TEXT),)),
        ["没有计分的项目，请至少让一项（文字项目除外）的权重大于0。"],
    ),
    "61 items": (
        replace(PLAIN, items=tuple(Item(f"a{no}", f"第{no}项", scale="two") for no in range(61))),
        ["测评项目有61项，最多60项，请合并或删减。"],
    ),
    "doubled key": (
        replace(PLAIN, items=(*PLAIN.items, replace(PLAIN.items[0], text="成效"))),
        ["测评项目的代号“a”重复了，请改成不同的代号。"],
    ),
    "doubled text": (
        replace(PLAIN, items=(*PLAIN.items, replace(PLAIN.items[0], key="b"))),
        ["项目“认识”重复了，请改名或删去一项。"],
    ),
    "doubled text in a section": (
        replace(PLAIN, items=tuple(replace(PLAIN.items[0], key=key, section="党建") for key in "ab")),
        ["“党建”中的项目“认识”重复了，请改名或删去一项。"],
    ),
    "same text in two sections": (
        replace(PLAIN, items=tuple(replace(PLAIN.items[0], key=key, section=key) for key in "ab")),
        [],
    ),
    "bad key": (
        with_item(key="A-1"),
        ["测评项目的代号“A-1”不合规，只能用小写字母、数字和下划线，不以下划线开头，最长20个字符。"],
    ),
    "key of a prototype": (
        with_item(key="__proto__"),
        ["测评项目的代号“__proto__”不合规，只能用小写字母、数字和下划线，不以下划线开头，最长20个字符。"],
    ),
    "longest key": (with_item(key="a" * 20), []),
    "key too long": (
        with_item(key="a" * 21),
        [f"测评项目的代号“{'a' * 21}”不合规，只能用小写字母、数字和下划线，不以下划线开头，最长20个字符。"],
    ),
    "no text": (with_item(text=""), ["代号为“a”的项目还没有文字。"]),
    "negative weight": (
        replace(PLAIN, items=(*PLAIN.items, Item("b", "成效", scale="two", weight=Decimal(-1)))),
        ["项目“成效”的权重应为0至99999之间的数，最多两位小数。"],
    ),
    "weight that is no number": (
        replace(PLAIN, items=(*PLAIN.items, Item("b", "成效", scale="two", weight=Decimal("NaN")))),
        ["项目“成效”的权重应为0至99999之间的数，最多两位小数。"],
    ),
    "two overall": (
        replace(
            PLAIN, items=tuple(Item(key, f"总体{key}", scale="two", is_overall=True) for key in "ab")
        ),
        ["总体评价只能有一项，请取消多余项目的“总体评价”标记。"],
    ),
    "no scale": (with_item(scale=""), ["项目“认识”还没有选等次表。"]),
    "unknown scale": (with_item(scale="x"), ["项目“认识”所用的等次表“x”不存在，请重新选择。"]),
    "empty scale": (with_options(), ["等次表“两档”还没有等次，请至少写两档。"]),
    "one option": (with_options(GOOD), ["项目“认识”只有一档可选，请在等次表里至少写两档。"]),
    "yes, no, perhaps": (
        replace(
            PLAIN,
            items=(Item("a", "同意", ItemKind.YES_NO, scale="two"),),
            scales=(replace(TWO, options=(GOOD, Option("mid", "中", Decimal(50)), BAD)),),
        ),
        ["项目“同意”是“是或否”，所用的等次表应恰好有两档。"],
    ),
    "doubled scale": (
        replace(PLAIN, scales=(TWO, replace(TWO, label="另一"))),
        ["等次表的代号“two”重复了，请改成不同的代号。"],
    ),
    "doubled option": (
        with_options(GOOD, replace(BAD, key="good")),
        ["等次表“两档”中等次的代号“good”重复了，请改成不同的代号。"],
    ),
    "doubled label": (with_options(GOOD, replace(BAD, label="好")), ["等次表“两档”中的“好”重复了。"]),
    "no label": (with_options(GOOD, replace(BAD, label=" ")), ["等次表“两档”中有等次没有名称。"]),
    "worst first": (with_options(BAD, GOOD), ["等次表“两档”的分值应从高到低排列，各档不能相同。"]),
    "equal values": (
        with_options(GOOD, replace(BAD, value=Decimal(100))),
        ["等次表“两档”的分值应从高到低排列，各档不能相同。"],
    ),
    "value above 100": (
        with_options(replace(GOOD, value=Decimal("100.01")), BAD),
        ["等次表“两档”的分值应在0至100之间，最多两位小数。"],
    ),
    "value below 0": (
        with_options(GOOD, replace(BAD, value=Decimal(-1))),
        ["等次表“两档”的分值应在0至100之间，最多两位小数。"],
    ),
    "overlapping bands": (
        banded(("10", "20"), ("0", "10")),
        ["项目“得分”的“档0”和“档1”分数段重叠或次序颠倒，请从高到低、首尾不重复。"],
    ),
    "bands upside down": (
        banded(("0", "9"), ("10", "20")),
        [
            "项目“得分”的“档0”和“档1”分数段重叠或次序颠倒，请从高到低、首尾不重复。",
            "项目“得分”的分数段没有盖住0至20分，请补上缺的一头。",
        ],
    ),
    "hole between bands": (
        banded(("11", "20"), ("0", "9")),
        ["项目“得分”的“档0”和“档1”分数段之间有空档，请接上。"],
    ),
    "no hole on whole points": (banded(("9.5", "20"), ("0", "9")), []),
    "hole of half a point": (
        banded(("10", "20"), ("0", "9"), step=Decimal("0.5")),
        ["项目“得分”的“档0”和“档1”分数段之间有空档，请接上。"],
    ),
    "hole at the top": (
        banded(("10", "19"), ("0", "9")),
        ["项目“得分”的分数段没有盖住0至20分，请补上缺的一头。"],
    ),
    "open ends": (banded(("10", None), (None, "9")), []),
    "open inside": (
        banded(("10", "20"), ("0", None)),
        ["项目“得分”的分数段没有写全，请给每一档写上起止分数（最多两位小数）。"],
    ),
    "band backwards": (banded(("20", "10"), ("0", "9")), ["项目“得分”的“档0”分数段起点大于终点。"]),
    "minimum at maximum": (
        banded(("10", "20"), ("0", "9"), minimum=Decimal(20)),
        ["项目“得分”的最低分应小于最高分。"],
    ),
    "step does not divide": (
        banded(("10", "20"), ("0", "9"), step=Decimal(3)),
        ["项目“得分”的步长3不能把最低分到最高分等分，请修改步长。"],
    ),
    "no step": (
        banded(("10", "20"), ("0", "9"), step=Decimal(0)),
        ["项目“得分”的步长0不能把最低分到最高分等分，请修改步长。"],
    ),
    "three decimals": (
        banded(("10", "20"), ("0", "9"), step=Decimal("0.125")),
        ["项目“得分”的最低分、最高分和步长应为0至99999之间的数，最多两位小数。"],
    ),
    "endless": (
        banded(("10", "20"), ("0", "9"), maximum=Decimal("Infinity")),
        ["项目“得分”的最低分、最高分和步长应为0至99999之间的数，最多两位小数。"],
    ),
    "rank beside grades": (
        replace(
            PLAIN,
            items=(*PLAIN.items, Item("r", "名次", ItemKind.RANK)),
            rules=(rule(RuleKind.RANK_COMPLETE, BALLOT, item="r"),),
        ),
        ["排名项目“名次”不能和其他计分项目放在一张表里，请单独成表或将权重改为0。"],
    ),
    "rank without rule": (
        replace(PLAIN, items=(Item("r", "名次", ItemKind.RANK),)),
        ["排名项目“名次”计分，请加上“名次不重复、不跳号”的规则，否则可以给所有人排第1。"],
    ),
    "text as overall": (
        replace(PLAIN, items=(*PLAIN.items, Item("t", "意见", ItemKind.TEXT, is_overall=True))),
        ["项目“意见”是文字项目，不能作为总体评价。"],
    ),
    "key of the comment": (
        replace(PLAIN, items=(*PLAIN.items, Item("c", "意见", ItemKind.TEXT))),
        ["项目“意见”的代号“c”留作他用，请换一个代号。"],
    ),
    "words too long": (
        replace(PLAIN, items=(*PLAIN.items, Item("t", "意见", ItemKind.TEXT, max_chars=301))),
        ["“意见”的字数上限应在1至300字之间。"],
    ),
    "comment too long": (
        replace(PLAIN, comments=CommentPolicy.WHOLE, comment_max_chars=0),
        ["意见的字数上限应在1至300字之间。"],
    ),
    "too many words": (
        replace(
            PLAIN,
            items=(*PLAIN.items, *(Item(f"t{no}", f"意见{no}", ItemKind.TEXT) for no in range(6))),
            comments=CommentPolicy.PER_PERSON,
        ),
        ["文字太多：一张票的文字总共2000字，请减少文字项目或调低字数上限。"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FORM_FAULTS)
def test_fault_of_a_form_is_named(name):
    template, gaps = FORM_FAULTS[name]

    assert template_gaps(template) == gaps


G1 = {"item": "g1", "answers": ["good"]}
AGREES = {"overall": "overall", "option": "good", "best": ["good"], "min_share": 90, "items": []}
FLOOR = {"overall": "overall", "items": ["g1"], "worst": ["poor"], "not_better_than": "average"}
BANDS = {"overall": "overall", "items": ["n1", "n2"]}
RULE_FAULTS = {
    "a sound limit": (limit(**G1, max_n=1), []),
    "wrong consequence": (
        ruled(RuleKind.COUNT_LIMIT, REVIEWEE, **G1, max_n=1),
        ["不能以“对该人的评价无效”为后果。"],
    ),
    "unknown setting": (ruled(RuleKind.MULTI_MARK, ITEM, strict="yes"), ["有不认识的设置“strict”。"]),
    "float": (limit(**G1, max_share=33.3), ["设置“max_share”的值不对。"]),
    "more than all": (limit(**G1, max_share=101), ["设置“max_share”的值不对。"]),
    "less than nobody": (limit(**G1, min_n=-1), ["设置“min_n”的值不对。"]),
    "half a person": (limit(**G1, min_n="1.5"), ["设置“min_n”的值不对。"]),
    "yes is no number": (limit(**G1, min_n=True), ["设置“min_n”的值不对。"]),
    "list that is none": (limit(item="g1", answers="good", max_n=1), ["设置“answers”的值不对。"]),
    "blank of unknown item": (ruled(RuleKind.BLANK, BALLOT, items=["g1", "x"]), ["项目“x”不存在，请重新选择。"]),
    "blank of words": (
        ruled(RuleKind.BLANK, BALLOT, items=["g1", "t"]),
        ["项目“意见”是文字项目，不能用在规则里。"],
    ),
    "limit without item": (limit(answers=["good"], max_n=1), ["请选择项目。"]),
    "limit without answers": (limit(item="g1", max_n=1), ["请选择限人数的等次。"]),
    "limit of unknown option": (
        limit(item="g1", answers=["x"], max_n=1),
        ["等次“x”不在所选项目的等次表里，请重新选择。"],
    ),
    "limit of nothing": (limit(**G1), ["请填写最多或至少的人数或比例。"]),
    "numbers for grades": (limit(**G1, at_least="5", max_n=1), ["选等次的项目不能填分数范围，请选等次。"]),
    "grades for numbers": (
        limit(item="n1", answers=["good"], max_n=1),
        ["打分的项目不能选等次，请填分数范围。"],
    ),
    "no range": (limit(item="n1", max_n=1), ["请填写分数范围。"]),
    "range backwards": (limit(item="n1", at_least="5", at_most="4.5", max_n=1), ["分数范围的下限高于上限。"]),
    "limit of ranks": (limit(item="r", answers=["1"], max_n=1), ["项目“名次”是排名，不能限人数。"]),
    "limit of everything": (
        limit(item="g1", answers=list(FOUR), max_share=80),
        ["选了全部等次，限的是评价的人数而不是等次，请少选。"],
    ),
    "contradictory numbers": (limit(**G1, min_n=3, max_n=2), ["至少的人数大于最多的人数，没有一张票能满足。"]),
    "contradictory shares": (
        limit(**G1, min_share="30.5", max_share=30),
        ["至少的比例大于最多的比例，没有一张票能满足。"],
    ),
    "equal of unknown answers": (
        ruled(RuleKind.ALL_EQUAL, BALLOT, items=["g1"], answers=["x"]),
        ["等次“x”不在所选项目的等次表里，请重新选择。"],
    ),
    "equal numbers": (ruled(RuleKind.ALL_EQUAL, BALLOT, items=["n1"], answers=["10"]), []),
    "agrees": (ruled(RuleKind.OVERALL_AGREES, BALLOT, **AGREES), []),
    "agrees with itself": (
        ruled(RuleKind.OVERALL_AGREES, BALLOT, **AGREES | {"items": ["overall", "g1"]}),
        ["分项里不能再有总体评价自己。"],
    ),
    "agrees with numbers": (
        ruled(RuleKind.OVERALL_AGREES, BALLOT, **AGREES | {"items": ["n1", "g1"]}),
        ["分项“得分一”不是选等次的，请去掉。"],
    ),
    "agrees without share": (
        ruled(RuleKind.OVERALL_AGREES, BALLOT, **AGREES | {"min_share": 0}),
        ["请填写大于0的比例。"],
    ),
    "agrees without option": (
        ruled(RuleKind.OVERALL_AGREES, BALLOT, **AGREES | {"option": "", "best": []}),
        ["请选择总体评价的等次。", "请选择分项的等次。"],
    ),
    "agrees with unknown option": (
        ruled(RuleKind.OVERALL_AGREES, BALLOT, **AGREES | {"option": "x", "best": ["y"]}),
        ["等次“x”不在所选项目的等次表里，请重新选择。", "等次“y”不在所选项目的等次表里，请重新选择。"],
    ),
    "agrees with no overall": (
        ruled(RuleKind.OVERALL_AGREES, BALLOT, **AGREES | {"overall": ""}),
        ["请选择总体评价的项目。"],
    ),
    "overall of numbers": (
        ruled(RuleKind.OVERALL_FLOOR, BALLOT, **FLOOR | {"overall": "n1"}),
        [
            "项目“得分一”不是选等次的，不能作为总体评价。",
            "等次“average”不在所选项目的等次表里，请重新选择。",
        ],
    ),
    "floor": (ruled(RuleKind.OVERALL_FLOOR, REVIEWEE, **FLOOR), []),
    "floor at the top": (
        ruled(RuleKind.OVERALL_FLOOR, REVIEWEE, **FLOOR | {"not_better_than": "good"}),
        ["“好”已是最高等次，规则不起作用，请选低一些的等次。"],
    ),
    "floor without worst": (
        ruled(RuleKind.OVERALL_FLOOR, REVIEWEE, **FLOOR | {"worst": []}),
        ["请选择分项的等次。"],
    ),
    "bands": (ruled(RuleKind.BAND_AGREES, ITEM, **BANDS), []),
    "bands of grades": (
        ruled(RuleKind.BAND_AGREES, ITEM, **BANDS | {"items": ["n1", "g1"]}),
        ["分项“认识”不是打分的，请去掉。"],
    ),
    "bands without bands": (
        ruled(RuleKind.BAND_AGREES, ITEM, **BANDS | {"overall": "y"}),
        ["“同意”的分数段没有写全，请给每一档写上起止分数（最多两位小数）。"],
    ),
    "bands of a range beyond": (
        replace(
            ruled(RuleKind.BAND_AGREES, ITEM, **BANDS),
            items=tuple(replace(i, maximum=Decimal(11)) if i.key == "n1" else i for i in PAPER_ITEMS),
        ),
        ["“总体评价”的分数段没有盖住0至21分，请补上缺的一头。"],
    ),
    "ranks of grades": (
        ruled(RuleKind.RANK_COMPLETE, BALLOT, item="g1"),
        ["项目“认识”不是排名，请选择排名的项目。"],
    ),
    "ranks of a list": (ruled(RuleKind.RANK_COMPLETE, BALLOT, item=["g1"]), ["设置“item”的值不对。"]),
    "ranks of nothing": (ruled(RuleKind.RANK_COMPLETE, BALLOT), ["请选择排名的项目。"]),
    "nobody to answer": (ruled(RuleKind.MIN_ANSWERED, BALLOT, n=0), ["请填写至少评价的人数，从1起。"]),
    "somebody to answer": (ruled(RuleKind.MIN_ANSWERED, BALLOT, n="1"), []),
}  # fmt: skip


@pytest.mark.parametrize("name", RULE_FAULTS)
def test_fault_of_a_rule_is_named(name):
    template, gaps = RULE_FAULTS[name]
    label = template.rules[0].kind.label

    assert template_gaps(template) == [f"第1条规则（{label}）：{gap}" for gap in gaps]


def test_blank_rule_on_a_form_without_compulsory_items():
    template = replace(STANDARD, rules=(rule(RuleKind.BLANK, BALLOT, items=[]),))

    assert template_gaps(template) == [
        "第1条规则（有必填项没有填）：没有必填的项目，请将要求填写的项目设为必填。"
    ]


CONFLICT = "两条人数限额互相矛盾：一条的至少{}大于另一条的最多{}，没有一张票能同时满足。"
TOO_MANY = "各条限额要求的人数加起来超过了全部人数，没有一张票能同时满足。"


@pytest.mark.parametrize(
    ("one", "other", "n_subjects", "gaps"),
    [
        (G1 | {"min_n": 3}, G1 | {"max_n": 3}, None, []),
        (G1 | {"min_n": 4}, G1 | {"max_n": 3}, None, [CONFLICT.format("人数", "人数")]),
        (G1 | {"min_share": 41}, {"item": "g1", "answers": ["good", "poor"], "max_share": 40}, None,
         [CONFLICT.format("比例", "比例")]),
        (G1 | {"max_share": 40}, {"item": "g1", "answers": ["good", "poor"], "min_share": 41}, None, []),
        (G1 | {"min_share": 41}, {"item": "g2", "answers": ["good"], "max_share": 40}, None, []),
        (G1 | {"min_share": 60}, {"item": "g1", "answers": ["poor"], "min_share": 40}, None, []),
        (G1 | {"min_share": 60}, {"item": "g1", "answers": ["poor"], "min_share": 41}, None, [TOO_MANY]),
        (G1 | {"min_share": 60}, {"item": "g1", "answers": ["good", "poor"], "min_share": 60}, None, []),
        (G1 | {"min_n": 2}, {"item": "g1", "answers": ["poor"], "min_n": 2}, 4, []),
        (G1 | {"min_n": 2}, {"item": "g1", "answers": ["poor"], "min_n": 2}, 3, [TOO_MANY]),
        ({"item": "n1", "at_least": "9", "min_n": 2}, {"item": "n1", "at_least": "8", "max_n": 1}, None,
         [CONFLICT.format("人数", "人数")]),
        ({"item": "n1", "at_least": "9", "min_n": 2}, {"item": "n1", "at_most": "8.5", "min_n": 2}, 3, [TOO_MANY]),
        ({"item": "n1", "at_least": "9", "min_n": 2}, {"item": "n1", "at_most": "9", "min_n": 2}, 3, []),
    ],
)  # fmt: skip
def test_quotas_that_contradict_each_other(one, other, n_subjects, gaps):
    template = replace(
        FORM, rules=tuple(rule(RuleKind.COUNT_LIMIT, BALLOT, **params) for params in (one, other))
    )

    assert template_gaps(template, n_subjects=n_subjects) == gaps


def test_quota_between_which_no_whole_number_of_persons_lies():
    template = limit(**G1, min_share=30, max_share=32)

    assert template_gaps(template) == []
    assert template_gaps(template, n_subjects=4) == [
        "第1条规则（某种评价的人数限额）：按4名述职对象计算，至少2人、最多1人，没有一张票能满足。"
    ]


_junk = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 200), st.floats(0, 9), st.text(max_size=3),
    st.sampled_from([*ITEMS, *FOUR, "33.3", "2.5"]), st.lists(st.sampled_from([*ITEMS, *FOUR]), max_size=3),
)  # fmt: skip
_names = st.sampled_from(
    ["item", "items", "answers", "at_least", "at_most", "min_n", "max_n", "min_share", "max_share",
     "overall", "option", "best", "worst", "not_better_than", "n", "x"]
)  # fmt: skip
_wild_rules = st.builds(
    ValidityRule,
    st.sampled_from(RuleKind),
    st.sampled_from(Consequence),
    st.dictionaries(_names, _junk, max_size=4),
)


@given(ballots(st.one_of(templates, templates, st.builds(
    PaperTemplate, st.just("测评表"), st.just(PAPER_ITEMS), st.just(SCALES), st.lists(_wild_rules, max_size=2).map(tuple)
))))  # fmt: skip
@settings(max_examples=200, deadline=None)
def test_whatever_passes_the_check_can_be_judged_and_worded(ballot):
    template, answers, subjects = ballot

    if not template_gaps(template):
        for one in judge_marks(template, answers, subjects=subjects).violations:
            assert words(template, one, {})
