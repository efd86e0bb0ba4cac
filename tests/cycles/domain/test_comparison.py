"""Schemes in words, and what differs between two of them."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from apps.cycles.domain.comparison import Change, compare_schemes
from apps.cycles.domain.conversions import Band, ConversionPlan, ShareBand
from apps.cycles.domain.grades import Grade
from apps.cycles.domain.plans import (
    AdjustmentPlan,
    ComponentPlan,
    ConditionPlan,
    LinkPlan,
    QuotaPlan,
    SchemePlan,
)
from apps.cycles.domain.presets import ALL, PRESETS
from apps.cycles.domain.schemes import (
    AdjustmentKind,
    AppraisalGrade,
    ComponentKind,
    ConditionKind,
    Conversion,
    GradeMethod,
)
from apps.cycles.domain.words import PART_TITLES, scheme_in_words, share_text, share_words
from apps.organizations.domain.fields import preset_field

PLAN = PRESETS["60-40"].plan


def words(plan, part):
    (chapter,) = (one for one in scheme_in_words(plan) if one.part == part)
    return {one.name: one.text for one in chapter.statements}


def changed(before, after):
    return [
        (one.part, row.name, row.before, row.after, row.change)
        for one in compare_schemes(before, after)
        for row in one.changed
    ]


@pytest.mark.parametrize(
    ("share", "typed", "read"),
    [(Fraction(90), "90", "90%"), (Fraction(100, 3), "1/3", "1/3"), (Fraction(333, 10), "33.3", "33.3%")],
)
def test_share_is_written_as_it_is_typed(share, typed, read):
    assert (share_text(share), share_words(share)) == (typed, read)


def test_components_are_said_in_words():
    bands = ConversionPlan(
        Conversion.BANDS,
        (Band(Fraction(90), Fraction(100)), Band(Fraction(0), Fraction(80))),
        (ShareBand(("average", "poor"), Fraction(100, 3), Fraction(65)),),
    )
    place = ConversionPlan(Conversion.PLACE, step=Fraction(2), floor=Fraction(60))
    parts = (
        ComponentPlan("现场测评", ComponentKind.BALLOT, Decimal(40)),
        ComponentPlan("优秀率", ComponentKind.SHARE, Decimal(20), "", "overall", ("good",), bands),
        ComponentPlan("领导排序", ComponentKind.IMPORTED, Decimal(20), conversion=place),
        ComponentPlan("重点项目", ComponentKind.IMPORTED, Decimal(20), full_marks=Decimal(600),
                      conversion=ConversionPlan(Conversion.BEST_RATIO)),
    )  # fmt: skip

    assert words(replace(PLAN, components=parts), "components") == {
        "现场测评": "权重40%，取“测评表”的测评得分",
        "优秀率": "权重20%，取“测评表”“总体评价”一项选“好”的占比，分段折算：“一般”“差”合计达到1/3的得65分（先看这一条）；"
        "90%以上得100分；0%以上得80分",
        "领导排序": "权重20%，录入名次，按名次折算：第1名100分，每低一名少2分，最低60分",
        "重点项目": "权重20%，录入考核得分（满分600分），与本领域最高者的比值乘100",
    }


def test_rest_of_a_rich_scheme_is_said_in_words():
    plan = replace(
        PLAN,
        adjustments=(
            AdjustmentPlan("获上级表彰", AdjustmentKind.BONUS, Decimal(1), Decimal(3), Decimal(5)),
            AdjustmentPlan("受处分", AdjustmentKind.DEDUCTION, Decimal(2), Decimal(2)),
        ),
        conditions=(
            ConditionPlan("重大违纪", ConditionKind.VETO, Grade.POOR),
            ConditionPlan("单位绩效优秀", ConditionKind.ELIGIBILITY, Grade.FAIRLY_GOOD),
            ConditionPlan("测评达标", ConditionKind.ELIGIBILITY, Grade.AVERAGE, "现场测评", Decimal(80)),
        ),
        quotas=(QuotaPlan(preset_field("rural"), Decimal(30)),),
        links=(LinkPlan(Grade.GOOD, AppraisalGrade.EXCELLENT, "作为评优的依据"),),
        rules=replace(PLAN.rules, bonus_limit=Decimal(5), clamps_total=False, annual_weight=Decimal(10)),
    )

    assert words(plan, "adjustments") == {
        "获上级表彰": "加分：每次1至3分，每人累计最多5分",
        "受处分": "扣分：每次2分，累计不限",
        "加分合计上限": "5分",
        "扣分合计上限": "不限",
        "总分范围": "不限，可以超过100分或低于0分",
    }
    assert words(plan, "conditions") == {
        "重大违纪": "一票否决情形：发生的，等次最高为“差”",
        "单位绩效优秀": "评定条件：由组织部门逐人认定是否具备，达不到的，等次最高为“较好”",
        "测评达标": "评定条件：“现场测评”的得分应达到80分，达不到的，等次最高为“一般”",
    }
    assert words(plan, "links") == {
        "评为“好”": "年度考核最高定为“优秀”；作为评优的依据",
        "计入年度考核得分": "按总分的10%计入",
    }
    assert words(plan, "grades")["“好”的比例（农区）"] == "不超过领域人数的30%，向下取整"


def test_method_of_grades_decides_what_is_said_of_them():
    by_votes = replace(
        PLAN, rules=replace(PLAN.rules, grade_method=GradeMethod.PLURALITY, plurality_item="overall")
    )

    assert words(PLAN, "grades")["等次“好”"] == "总分90分以上"
    assert "等次“好”" not in words(by_votes, "grades")
    assert words(by_votes, "grades")["建议等次的办法"] == "按得票最多的等次：“测评表”的“总体评价”"


@pytest.mark.parametrize("preset", ALL, ids=lambda preset: preset.key)
def test_scheme_does_not_differ_from_itself(preset):
    assert changed(preset.plan, preset.plan) == []
    assert [one.part for one in scheme_in_words(preset.plan)] == list(PART_TITLES)


@pytest.mark.parametrize("one", ALL, ids=lambda preset: preset.key)
@pytest.mark.parametrize("two", ALL, ids=lambda preset: preset.key)
def test_comparison_backwards_turns_every_row_round(one, two):
    turned = {Change.ADDED: Change.REMOVED, Change.REMOVED: Change.ADDED}
    forth = {
        (part, name, before, after, change)
        for part, name, before, after, change in changed(one.plan, two.plan)
    }
    back = {
        (part, name, after, before, turned.get(change, change))
        for part, name, before, after, change in changed(two.plan, one.plan)
    }

    assert forth == back


def test_each_change_is_named():
    a, b = PLAN.groups
    after = replace(
        PLAN,
        groups=(b, replace(a, weight=Decimal(50))),
        components=(replace(PLAN.components[0], name="民主测评"),),
        rules=replace(PLAN.rules, decimals=3),
    )

    assert changed(PLAN, after) == [
        ("groups", b.name, "权重40%，应到人数未定（排第2）", "权重40%，应到人数未定（排第1）", Change.MOVED),
        ("groups", a.name, "权重60%，应到人数未定", "权重50%，应到人数未定", Change.CHANGED),
        ("components", "民主测评", "", "权重100%，取“测评表”的测评得分", Change.ADDED),
        ("components", "现场测评", "权重100%，取“测评表”的测评得分", "", Change.REMOVED),
        ("rules", "小数位", "2位，只在公布时四舍五入一次", "3位，只在公布时四舍五入一次", Change.CHANGED),
    ]


def test_two_statements_of_one_name_are_kept_apart():
    doubled = replace(PLAN, groups=(PLAN.groups[0], replace(PLAN.groups[0], weight=Decimal(1))))

    assert [row.name for row in compare_schemes(SchemePlan(), doubled)[0].rows] == [
        "A票 党委班子",
        "A票 党委班子（第2处）",
    ]
