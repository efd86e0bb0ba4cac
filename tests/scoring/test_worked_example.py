"""The example beside the scheme editor: real functions on made-up ballots, whatever the scheme."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.common.domain.formats import round_half_up
from apps.cycles.domain.papers.answers import is_allowed
from apps.cycles.domain.papers.presets import PRESETS as LAYOUTS
from apps.cycles.domain.patterns import PATTERNS
from apps.cycles.domain.plans import PaperPlan, SchemePlan
from apps.cycles.domain.presets import PRESETS
from apps.cycles.domain.schemes import BlankRule, Denominator, EmptyGroupRule
from apps.cycles.kit.worked_example import work_out
from apps.scoring.domain.computation import compute
from apps.scoring.domain.made_up import NAMES, made_up_inputs, made_up_marks
from apps.scoring.kit.worked_example import worked_example

PLAN = PRESETS["60-40"].plan


def lines(plan, title):
    return [
        (line.what, line.formula, line.result)
        for step in worked_example(plan).steps
        if step.title == title
        for line in step.lines
    ]


@pytest.mark.parametrize("key", PATTERNS)
def test_outcomes_are_those_of_the_computation(key):
    plan = PATTERNS[key]
    figures = compute(made_up_inputs(plan, made_up_marks(plan))).figures

    outcomes = worked_example(plan).outcomes

    assert [one.name for one in outcomes] == list(NAMES)
    assert [one.total for one in outcomes] == [round_half_up(one.total, 2) for one in figures]


@pytest.mark.parametrize("key", LAYOUTS)
def test_made_up_ballots_answer_every_layout(key):
    template = LAYOUTS[key].template
    plan = replace(PLAN, papers=(PaperPlan("表", template),))

    wrong = [
        (item.key, answer)
        for ballots in made_up_marks(plan).values()
        for pattern in ballots
        for item, answer in zip(
            [i for i in template.items if i.kind.value != "text"], pattern.answers, strict=True
        )
        if answer is not None and not is_allowed(template, item, answer, n_subjects=len(NAMES))
    ]

    assert wrong == []


@settings(deadline=None)
@given(
    st.sampled_from(sorted(PATTERNS)),
    st.integers(0, 2),
    st.sampled_from(list(Denominator)),
    st.sampled_from(list(BlankRule)),
    st.sampled_from(list(EmptyGroupRule)),
    st.integers(0, 4),
    st.booleans(),
)
def test_any_rules_can_be_worked_out(key, trim, denominator, blank, empty, decimals, clamps):
    plan = PATTERNS[key]
    rules = replace(
        plan.rules,
        trim_each_side=trim,
        denominator=denominator,
        blank_rule=blank,
        blank_value=Decimal(60),
        empty_group_rule=empty,
        decimals=decimals,
        clamps_total=clamps,
    )

    worked = worked_example(replace(plan, rules=rules))

    assert all(line.result for step in worked.steps for line in step.lines)
    assert {len(sheet.head) for sheet in worked.sheets} == {
        len(row) for sheet in worked.sheets for row in sheet.rows
    }


def test_group_line_tells_what_trimming_leaves():
    plan = replace(PLAN, rules=replace(PLAN.rules, trim_each_side=1))

    # 甲 from A: 90, 90, 93, 90, (30×95+30×95+20×85)÷80 = 92.5 …: the highest and the lowest go
    (a, b) = lines(plan, "测评表：每类的平均分")

    assert a[1].startswith("6 张有得分的票，去掉最高、最低各 1 张：合计 ")
    assert a[1].endswith(" ÷ 4")
    assert b[0] == "B票 书记和党务部门负责人"


def test_limits_of_a_bonus_are_told():
    plan = replace(
        PATTERNS["W11"], rules=replace(PATTERNS["W11"].rules, bonus_limit=Decimal(2), clamps_total=False)
    )

    told = lines(plan, "甲的总分")

    assert told[1:3] == [
        ("加分：创新做法被上级推广", "记 3 分", "3"),
        ("加分合计", "3，超过上限 2", "2"),
    ]


def test_ballots_of_the_first_person_are_shown_with_their_scores():
    sheet = worked_example(PLAN).sheets[0]

    assert sheet.title == "测评表：A票 党委班子给甲的票"
    assert sheet.head == ("票", *(item.text for item in PLAN.papers[0].template.items), "本票得分")
    assert any("空白" in row for row in sheet.rows)
    assert len(sheet.rows) == 6


def test_editor_gets_the_example_with_grades():
    worked = work_out(PLAN)

    assert worked is not None
    assert worked.is_graded
    assert worked.steps[-1].title == "甲的建议等次"
    assert [one.total for one in worked.outcomes] == [one.total for one in worked_example(PLAN).outcomes]


def test_empty_parts_are_left_out():
    plan = SchemePlan(papers=PLAN.papers, groups=PLAN.groups, components=PLAN.components, grades=PLAN.grades)

    assert worked_example(plan).outcomes[0].votes == ()
