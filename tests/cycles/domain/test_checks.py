"""Laws of what may open, without database or Django."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.cycles.domain.checks import Dates, check_opening, doubled, plain, weight_gap
from apps.cycles.domain.papers.presets import STANDARD
from apps.cycles.domain.plans import ComponentPlan, GroupPlan, PaperPlan, SchemeRules
from apps.cycles.domain.presets import ALL, COPIED, PRESETS, preset_label
from apps.cycles.domain.schemes import BlankRule, ComponentKind, SectionKind

PLAN = PRESETS["60-40"].plan
READY = Dates(date(2026, 12, 1), date(2026, 12, 20), date(2027, 6, 30))
weights = st.lists(st.integers(1, 20_000).map(lambda n: Decimal(n) / 100), min_size=1, max_size=8)


def blocking(plan, n_reviewees=1, dates=READY):
    return [gap.message for gap in check_opening(plan, n_reviewees, dates) if gap.is_blocking]


@pytest.mark.parametrize("preset", ALL, ids=lambda preset: preset.key)
def test_every_preset_can_open_once_people_and_dates_are_set(preset):
    assert check_opening(preset.plan, 1, READY) == []


@given(weights)
def test_weights_pass_exactly_when_they_sum_to_hundred(parts):
    gap = weight_gap("groups", "类别", parts)

    assert (gap is None) == (sum(parts) == 100)


@given(weights)
def test_gap_of_weights_names_what_is_missing(parts):
    rest = Decimal(100) - sum(parts)
    gap = weight_gap("groups", "类别", parts)

    if gap is not None:
        assert plain(abs(rest)) in gap.message
        assert ("还差" in gap.message) == (rest > 0)


@given(weights, st.integers(1, 19_999))
def test_moving_weight_between_two_groups_changes_no_verdict(parts, cents):
    part = Decimal(cents) / 100
    moved = [parts[0] + part, *parts[1:], -part]

    assert (weight_gap("groups", "类别", parts) is None) == (weight_gap("groups", "类别", moved) is None)


@given(
    st.permutations(list(PLAN.groups)),
    st.permutations(list(STANDARD.items)),
    st.permutations(list(PLAN.grades)),
)
def test_order_of_rows_does_not_matter(groups, items, grades):
    papers = (replace(PLAN.papers[0], template=replace(STANDARD, items=tuple(items))),)
    shuffled = replace(PLAN, groups=tuple(groups), papers=papers, grades=tuple(grades))

    assert check_opening(shuffled, 1, READY) == []


def test_empty_scheme_names_every_part():
    parts = {
        gap.part
        for gap in check_opening(
            replace(PLAN, groups=(), papers=(), grades=(), components=(), sections=()), 0, READY
        )
    }

    assert parts == {"groups", "papers", "grades", "components", "sections", "reviewees"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"groups": ()}, "还没有测评主体类别，请至少添加一类。"),
        (
            {"groups": (GroupPlan("A", Decimal(60)), GroupPlan("B", Decimal("30.5")))},
            "测评主体类别的权重合计是90.5%，应为100%（还差9.5%）。",
        ),
        ({"papers": ()}, "还没有测评表，请至少新增一张。"),
        (
            {"components": (ComponentPlan("考核", ComponentKind.IMPORTED, Decimal(100)),)},
            "得分构成里还没有来自现场测评的一项，请至少保留一项。",
        ),
        (
            {
                "components": (
                    ComponentPlan("甲", ComponentKind.BALLOT, Decimal(60)),
                    ComponentPlan("乙", ComponentKind.BALLOT, Decimal(40), "测评表"),
                )
            },
            "得分构成里的“甲”“乙”都取自测评表“测评表”，每一项应取自不同的测评表。",
        ),
        ({"grades": PLAN.grades[:3]}, "等次“差”还没有设定起点总分。"),
        (
            {"grades": (replace(PLAN.grades[0], from_total=Decimal(80)), *PLAN.grades[1:])},
            "“好”的起点总分应高于“较好”。",
        ),
        (
            {"grades": (*PLAN.grades[:3], replace(PLAN.grades[3], from_total=Decimal(10)))},
            "最低等次“差”的起点总分应为0，否则低分没有等次。",
        ),
        (
            {"sections": tuple(s for s in PLAN.sections if s.kind != SectionKind.PROBLEMS)},
            "方案要求问题与原因不少于33%，但报告没有“问题与原因”类栏目。",
        ),
        ({"rules": SchemeRules(blank_rule=BlankRule.VALUE)}, "空白项按指定分值计，但还没有填写分值。"),
        (
            {"rules": SchemeRules(trim_each_side=2, trim_when_more_than=3)},
            "去掉最高、最低分之后可能一张票也不剩，请提高“有效票多于几张时去掉”。",
        ),
    ],
)
def test_each_gap_is_told_in_words(change, message):
    assert blocking(replace(PLAN, **change)) == [message]


TWO = (PaperPlan("甲表", STANDARD), PaperPlan("乙表", STANDARD))


def test_two_forms_scored_apart_may_open():
    parts = (
        ComponentPlan("甲", ComponentKind.BALLOT, Decimal(60), "甲表"),
        ComponentPlan("乙", ComponentKind.BALLOT, Decimal(40), "乙表"),
    )

    assert check_opening(replace(PLAN, papers=TWO, components=parts), 1, READY) == []


def test_form_that_no_part_takes_its_score_from_is_advice_only():
    gaps = check_opening(replace(PLAN, papers=TWO), 1, READY)

    assert [(gap.part, gap.message, gap.is_blocking) for gap in gaps] == [
        ("components", "测评表“乙表”没有计入得分：得分构成里没有一项取自它。", False)
    ]


def test_gaps_of_several_forms_name_the_form():
    empty = PaperPlan("乙表", replace(STANDARD, items=()))

    assert blocking(replace(PLAN, papers=(TWO[0], empty))) == ["“乙表”：还没有测评项目，请至少添加一项。"]


def test_form_to_be_scored_without_scored_item_blocks():
    unscored = replace(STANDARD, items=tuple(replace(item, weight=Decimal(0)) for item in STANDARD.items))

    messages = blocking(replace(PLAN, papers=(PaperPlan("测评表", unscored),)))

    assert messages == ["没有计分的项目，请至少让一项（文字项目除外）的权重大于0。"]


def test_nobody_chosen_blocks():
    assert blocking(PLAN, n_reviewees=0) == ["还没有选定述职对象。"]


def test_dates_out_of_order_block():
    dates = Dates(date(2026, 12, 21), date(2026, 12, 20), None)

    assert blocking(PLAN, dates=dates) == ["述职报告截止日期（2026-12-21）晚于会议日期（2026-12-20）。"]


def test_small_group_and_missing_deadline_are_advice_only():
    plan = replace(PLAN, groups=(replace(PLAN.groups[0], n_expected=4), PLAN.groups[1]))

    gaps = check_opening(plan, 1, Dates())

    assert [(gap.part, gap.is_blocking) for gap in gaps] == [("groups", False), ("basics", False)]


@given(st.lists(st.sampled_from(["甲", "乙", "丙"])))
def test_doubled_finds_exactly_the_repeated_names(names):
    assert doubled(names) == [name for name in dict.fromkeys(names) if names.count(name) > 1]


@given(st.decimals(0, 1000, places=2))
def test_plain_number_keeps_its_value(number):
    assert Decimal(plain(number)) == number


def test_preset_names_are_told():
    assert [preset_label(key) for key in ("60-40", COPIED, "old")] == ["60/40 两类票", "沿用上年方案", "old"]
