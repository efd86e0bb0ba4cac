"""Presets against the layouts they are to reproduce, counted from the domain reference."""

import json
from decimal import Decimal

import pytest

from apps.cycles.domain.papers.presets import PRESETS, STANDARD
from apps.cycles.domain.papers.templates import (
    CommentPolicy,
    Consequence,
    ItemKind,
    Orientation,
    RuleKind,
    describe_template,
    template_from,
)
from apps.cycles.domain.papers.validity import judge_marks, words


def form(key):
    return PRESETS[key].template


def labels(template, item_key):
    return [option.label for option in template.options_of(template.item(item_key))]


def values(template, item_key):
    return [int(option.value) for option in template.options_of(template.item(item_key))]


def bands(template, item_key):
    scale = template.scale_of(template.item(item_key))
    return [f"{option.low}–{option.high}" for option in scale.options]


def sections(template):
    found = {}
    for item in template.items:
        found.setdefault(item.section, []).append(item.text)
    return found


def rules(template):
    return [(rule.kind, rule.consequence) for rule in template.rules]


@pytest.mark.parametrize("key", PRESETS)
def test_preset_survives_json(key):
    template = form(key)

    assert template_from(json.loads(json.dumps(describe_template(template)))) == template


def test_presets_are_named_after_their_layout():
    assert list(PRESETS) == [preset.key for preset in PRESETS.values()]
    assert len({preset.label for preset in PRESETS.values()}) == len(PRESETS)
    assert all(preset.summary.endswith("。") for preset in PRESETS.values())
    assert form("standard") is STANDARD


def test_t1_six_compulsory_grades_per_page():
    template = form("six_grades")

    assert template.orientation is Orientation.PER_PERSON
    assert template.items[0].text == "总体评价"
    assert len(template.items) == 6
    assert all(item.is_required for item in template.items)
    assert {tuple(labels(template, item.key)) for item in template.items} == {("好", "较好", "一般", "差")}
    assert values(template, "overall") == [100, 75, 50, 25]


def test_t1_fourteen_secretaries_are_84_marks_and_none_may_be_missing():
    template = form("six_grades")
    subjects = [str(no) for no in range(14)]
    keys = [item.key for item in template.items]
    full = {subject: dict.fromkeys(keys, "good") for subject in subjects}
    short = full | {"13": dict.fromkeys(keys[1:], "good")}

    assert sum(map(len, full.values())) == 84
    assert not judge_marks(template, full, subjects=subjects).is_void
    assert judge_marks(template, short, subjects=subjects).is_void


def test_t5_matrix_of_24_columns():
    template = form("virtue_matrix")

    assert template.orientation is Orientation.MATRIX
    assert [item.text for item in template.items] == ["德", "能", "勤", "绩", "廉", "总体评价"]
    assert sum(len(template.options_of(item)) for item in template.items) == 24
    assert labels(template, "de") == ["好", "较好", "一般", "较差"]
    assert labels(template, "overall") == ["优秀", "称职", "基本称职", "不称职"]


def test_t9_nineteen_rows_in_five_groups_and_the_overall_below():
    template = form("grouped_rows")

    assert template.orientation is Orientation.PER_PERSON
    assert {name: len(rows) for name, rows in sections(template).items()} == {
        "政治思想": 3,
        "工作能力与实绩": 5,
        "民主作风": 4,
        "为人师表": 4,
        "廉洁自律": 3,
        "综合评价": 1,
    }
    assert labels(template, "politics") == ["好", "较好", "一般", "差"]
    assert labels(template, "overall") == ["优秀", "称职（较好）", "基本称职（一般）", "不称职（差）"]
    assert template.items[-1].is_overall


def test_t10_numbers_with_printed_bands_and_a_tick():
    template = form("banded_scores")
    numbers = template.items[:5]

    assert template.orientation is Orientation.MATRIX
    assert {item.text: int(item.maximum) for item in numbers} == {
        "德": 20,
        "能": 15,
        "勤": 15,
        "绩": 30,
        "廉": 20,
    }
    assert bands(template, "de") == ["16–20", "11–15", "6–10", "0–5"]
    assert bands(template, "neng") == ["12–15", "8–11", "4–7", "0–3"]
    assert bands(template, "ji") == ["25–30", "17–24", "8–16", "0–7"]
    assert [item.text for item in template.items[5:]] == ["综合得分", "综合评价"]
    assert sum(item.weight for item in template.items) == Decimal(100)


@pytest.mark.parametrize(
    ("edge", "n"), [("low", 0), ("low", 1), ("low", 2), ("high", 1), ("high", 2), ("high", 3)]
)
def test_t10_items_of_one_band_agree_with_the_tick_of_its_name(edge, n):
    template = form("banded_scores")
    row = {
        item.key: str(getattr(template.scale_of(item).options[n], edge))
        for item in template.items
        if item.is_scored
    }
    ticks = [option.key for option in template.options_of(template.item("overall"))]

    agreeing = [
        tick
        for tick in ticks
        if not judge_marks(template, {"1": row | {"overall": tick}}, subjects=["1"]).violations
    ]

    assert agreeing == [ticks[n]]


def test_t10_tick_that_disagrees_is_void_but_the_scores_stay():
    template = form("banded_scores")
    row = {"de": "16", "neng": "12", "qin": "12", "ji": "25", "lian": "15", "total": "80", "overall": "good"}

    judgement = judge_marks(template, {"7": row}, subjects=["7"])

    assert (judgement.is_void, judgement.void_items) == (False, frozenset({("7", "overall")}))
    assert words(template, judgement.violations[0], {"7": "张三"}) == (
        "张三的得分合计80分，“综合评价”所选等次的分数段是81–100，两者不一致，请修改分数或等次，否则该项无效。"
    )


def test_t13_is_read_before_it_is_filled_in():
    template = form("read_first")

    assert template.must_read_seconds == 15
    assert template.notes
    assert values(template, "policy") == [100, 60, 0]
    assert labels(template, "policy") == ["满意", "基本满意", "不满意"]
    assert [item.kind for item in template.items if not item.is_scored] == [ItemKind.TEXT]
    assert list(sections(template)) == ["党的领导", "党的建设", "全面从严治党", "意见建议"]


def test_t18_exactly_one_tick_each():
    template = form("three_blocks")
    row = {item.key: "good" for item in template.items}

    assert sections(template) == {
        "总体评价": ["总体评价"],
        "综合测评": ["德", "能", "勤", "绩", "廉"],
        "专项测评": ["政治素质", "专业素养", "作风", "依法办事", "落实廉政责任制"],
    }
    for change, is_void in [({}, False), ({"law": ["good", "poor"]}, True), ({"law": ""}, True)]:
        assert judge_marks(template, {"1": row | change}, subjects=["1"]).is_void is is_void


def test_t23_a_grade_and_words_to_each_reporter():
    template = form("grade_comment")

    assert [item.text for item in template.items] == ["评价等次"]
    assert template.comments is CommentPolicy.PER_PERSON
    assert template.comment_max_chars == 300
    assert template.orientation is Orientation.PER_PERSON


def test_t14_quotas_at_both_ends():
    template = form("score_quotas")
    (item,) = template.items

    assert (item.minimum, item.maximum, item.step) == (Decimal(0), Decimal(100), Decimal("0.1"))
    assert rules(template) == [
        (RuleKind.COUNT_LIMIT, Consequence.BALLOT),
        (RuleKind.COUNT_LIMIT, Consequence.BALLOT),
        (RuleKind.ALL_EQUAL, Consequence.BALLOT),
    ]


def test_t15_no_ties():
    template = form("ranking")
    subjects = ["1", "2", "3"]

    def is_void(*ranks):
        answers = {subject: {"rank": rank} for subject, rank in zip(subjects, ranks, strict=True)}
        return judge_marks(template, answers, subjects=subjects).is_void

    assert (is_void("2", "1", "3"), is_void("1", "1", "2"), is_void("1", "2", ["3", "2"])) == (
        False,
        True,
        True,
    )


@pytest.mark.parametrize("key", PRESETS)
def test_example_mark_and_secrecy_are_on_every_form(key):
    template = form(key)

    assert template.shows_example
    assert template.footer == "本表无记名"
