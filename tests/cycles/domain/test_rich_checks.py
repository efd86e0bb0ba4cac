"""Every wrong or doubtful combination of a rich scheme is told in one sentence that says how to go on."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.cycles.domain.checks import check_scheme
from apps.cycles.domain.conversions import Band, ConversionPlan, ShareBand
from apps.cycles.domain.grades import BEST_FIRST, Grade
from apps.cycles.domain.plans import (
    AdjustmentPlan,
    ComponentPlan,
    ConditionPlan,
    GroupPlan,
    LinkPlan,
    QuotaPlan,
)
from apps.cycles.domain.presets import PRESETS
from apps.cycles.domain.schemes import (
    AdjustmentKind,
    AppraisalGrade,
    BlankRule,
    ComponentKind,
    ConditionKind,
    Conversion,
    Denominator,
    GradeMethod,
)
from apps.organizations.domain.fields import preset_field

PLAN = PRESETS["60-40"].plan
BALLOT = PLAN.components[0]


def told(plan, in_fields=None):
    return [(gap.message, gap.is_blocking) for gap in check_scheme(plan, 1, in_fields)]


def bands(*pairs):
    return tuple(Band(Fraction(at), Fraction(score)) for at, score in pairs)


def share(**changes):
    """A share of 好 by bands that is in order, but for the changes."""
    plan = ConversionPlan(Conversion.BANDS, bands((90, 100), (60, 80), (0, 60)))
    fields = {"item": "overall", "options": ("good",), "conversion": plan} | changes
    return ComponentPlan("优秀率", ComponentKind.SHARE, Decimal(100), **fields)


def banded(*pairs, **changes):
    return share(conversion=ConversionPlan(Conversion.BANDS, bands(*pairs), **changes))


def imported(**changes):
    return ComponentPlan("日常考核", ComponentKind.IMPORTED, Decimal(40), **changes)


def override(options, at_least, score=65):
    return ShareBand(options, Fraction(at_least), Fraction(score))


POOR = ("average", "poor")
COMPONENTS = [
    (share(), None),
    (share(item=""), "“优秀率”按选项占比计算，请选取哪一项。"),
    (share(item="gone"), "“优秀率”要取的项目已不在测评表里，或不是选等次的项目，请重新选一项。"),
    (share(options=()), "“优秀率”还没有勾选哪几个等次计入占比。"),
    (share(options=("good", "gone")), "“优秀率”勾选的等次有的已不在测评表里，请重新勾选。"),
    (share(paper="旧表"), "“优秀率”取自测评表“旧表”，但没有这张表，请另选一张。"),
    (banded(), "“优秀率”选了分段折算，但还没有分段，请至少写一段。"),
    (banded((60, 80), (90, 100), (0, 60)), "“优秀率”的分段应从高到低排：60之后是90。"),
    (banded((90, 100), (90, 95), (0, 60)), "“优秀率”的分段应从高到低排：90之后是90。"),
    (banded((90, 80), (60, 100), (0, 60)), "“优秀率”90以上得80分，反而少于60以上的100分，请核对。"),
    (banded((90, 100), ("100/3", 80)), "“优秀率”低于1/3的没有得分，请再加一段从0开始的。"),
    (banded((0, 60), overrides=(override(POOR, "100/3"),)), None),
    (
        banded((0, 60), overrides=(override(POOR, 30), override(("poor",), 40))),
        "“优秀率”的另行规定第2条永远用不上：前面的一条总是先满足，请调换顺序或删去。",
    ),
    (
        banded((0, 60), overrides=(override(("gone",), 30),)),
        "“优秀率”的另行规定里有的等次已不在测评表里，请重新勾选。",
    ),
    (
        share(conversion=ConversionPlan(Conversion.PLACE, step=Fraction(2))),
        "“优秀率”不是录入的考核得分，没有录入的名次，请改为“按领域内名次折算”。",
    ),
    (
        share(conversion=ConversionPlan(Conversion.RANK, first=Fraction(0), step=Fraction(2))),
        "“优秀率”第1名的得分应大于0、不超过100。",
    ),
    (
        share(
            conversion=ConversionPlan(
                Conversion.RANK, first=Fraction(80), step=Fraction(2), floor=Fraction(90)
            )
        ),
        "“优秀率”的最低分90分高于第1名的80分，请改小。",
    ),
]


@pytest.mark.parametrize(("part", "message"), COMPONENTS)
def test_wrong_component_is_told(part, message):
    blocking = [said for said, is_blocking in told(replace(PLAN, components=(part,))) if is_blocking]

    assert blocking == ([message] if message else [])


ADVICE = [
    (
        banded((0, 60), overrides=(override(("poor",), 40), override(POOR, 30))),
        "“优秀率”的另行规定第2条与前面的有重叠，同时满足时按前面的一条，请确认。",
    ),
    (
        banded((0, 60), overrides=(override(("good",), 40),)),
        "“优秀率”的另行规定第1条看的就是计入占比的等次，直接写进分段更清楚。",
    ),
    (
        share(options=("good", "fairly_good", "average", "poor")),
        "“优秀率”勾选了全部等次，占比总是100%，请只勾选要计入的等次。",
    ),
    (
        share(conversion=ConversionPlan(Conversion.RANK)),
        "“优秀率”每低一名少0分，名次不影响得分，请填写递减的分数。",
    ),
    (share(full_marks=Decimal(50)), "“优秀率”来自测评票，填写的满分50不会用到，可以清空。"),
]


@pytest.mark.parametrize(("part", "message"), ADVICE)
def test_doubtful_component_is_told_and_does_not_block(part, message):
    assert told(replace(PLAN, components=(part,))) == [(message, False)]


def test_overrides_of_a_figure_that_is_no_share_are_told():
    plan = ConversionPlan(Conversion.BANDS, bands((0, 60)), (override(POOR, 30),))
    parts = (replace(BALLOT, weight=Decimal(60)), imported(conversion=plan))

    assert told(replace(PLAN, components=parts)) == [
        ("“日常考核”的另行规定看各等次的占比，只有“测评选项占比”可以用，请清空或改来源。", True)
    ]


def test_full_marks_of_nought_are_told():
    parts = (replace(BALLOT, weight=Decimal(60)), imported(full_marks=Decimal(0)))

    assert told(replace(PLAN, components=parts)) == [("“日常考核”的满分应大于0。", True)]


def line(least, most, limit=None, kind=AdjustmentKind.BONUS):
    limit = None if limit is None else Decimal(limit)
    return AdjustmentPlan("创新", kind, Decimal(least), Decimal(most), limit)


@pytest.mark.parametrize(
    ("lines", "rules", "expected"),
    [
        ([line("0.5", 3, 5)], {"bonus_limit": Decimal(5)}, []),
        ([line(0, 3)], {}, [("“创新”每次最少的分数应大于0。", True)]),
        ([line(3, 1)], {}, [("“创新”每次最多1分，少于每次最少的3分，请对调或改正。", True)]),
        (
            [line(2, 3, 1)],
            {},
            [("“创新”的累计上限1分少于一次最少的2分，一次也记不上，请提高上限。", True)],
        ),
        (
            [line(1, 3, 2)],
            {},
            [("“创新”的累计上限2分少于一次最多的3分，超出的部分不计，请确认。", False)],
        ),
        (
            [line(2, 3)],
            {"bonus_limit": Decimal(1)},
            [("加分合计上限1分少于“创新”一次最少的2分，请提高合计上限。", True)],
        ),
        (
            [line(2, 3)],
            {"deduction_limit": Decimal(10)},
            [("设了扣分合计上限10分，但没有一条扣分情形，上限不会用到，可以清空。", False)],
        ),
    ],
)
def test_limits_of_adjustments_are_told(lines, rules, expected):
    assert told(replace(PLAN, adjustments=tuple(lines), rules=replace(PLAN.rules, **rules))) == expected


def by_rank(*shares):
    grades = tuple(
        replace(rule, until_share=None if one is None else Decimal(one))
        for rule, one in zip(PLAN.grades, shares, strict=True)
    )
    return replace(PLAN, grades=grades, rules=replace(PLAN.rules, grade_method=GradeMethod.RANK_BAND))


@pytest.mark.parametrize(
    ("shares", "message"),
    [
        ((30, 70, 95, 100), None),
        ((30, 70, 100, 100), None),
        ((30, None, 95, None), "按名次区段建议等次，但“较好”“差”还没有填排到前百分之几。"),
        ((70, 30, 95, 100), "“较好”排到前30%，少于“好”的70%；各等次写的是累计比例，应越来越大。"),
        ((30, 70, 90, 95), "“差”排到前95%，后面的5%没有等次，请改为100%。"),
    ],
)
def test_rank_bands_are_cumulative_and_end_at_hundred(shares, message):
    assert told(by_rank(*shares)) == ([(message, True)] if message else [])


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ("overall", None),
        ("", "按得票最多的等次建议，但还没有选哪张测评表的哪一项，请选一项。"),
        (
            "gone",
            "按得票最多的等次建议，但所选项目已不在测评表“测评表”里，或不是选等次的项目，请重新选。",
        ),
    ],
)
def test_plurality_needs_an_item_that_is_there(item, message):
    rules = replace(PLAN.rules, grade_method=GradeMethod.PLURALITY, plurality_item=item)

    assert told(replace(PLAN, rules=rules)) == ([(message, True)] if message else [])


def test_what_another_method_left_behind_is_told():
    rules = replace(PLAN.rules, plurality_item="overall")
    grades = by_rank(30, 70, 95, 100).grades

    assert told(replace(PLAN, rules=rules, grades=grades)) == [
        ("建议等次按总分起点，所选的得票项目不会用到，可以清空。", False),
        ("建议等次按总分起点，填写的名次区段不会用到，可以清空。", False),
    ]


def test_quota_that_leaves_nobody_is_told():
    nobody = replace(PLAN, rules=replace(PLAN.rules, good_quota=Decimal(0)))
    small = replace(
        PLAN,
        quotas=(QuotaPlan(preset_field("rural"), Decimal(30)), QuotaPlan(preset_field("urban"), Decimal(85))),
    )

    assert told(nobody) == [("“好”的比例上限是0%，没有人能评为“好”；不限请填100。", False)]
    assert told(small, {preset_field("rural"): 3, preset_field("urban"): 2, preset_field("soe"): 1}) == [
        ("城市单独设的比例与总的相同，可以清空。", False),
        ("农区只有3人，按30%向下取整是0人，没有人能评为“好”；可以给这个领域单独设比例。", False),
        ("国企只有1人，按85%向下取整是0人，没有人能评为“好”；可以给这个领域单独设比例。", False),
    ]


def condition(**changes):
    fields = {"name": "条件", "kind": ConditionKind.ELIGIBILITY, "cap": Grade.FAIRLY_GOOD} | changes
    return ConditionPlan(**fields)


@pytest.mark.parametrize(
    ("one", "message"),
    [
        (condition(), None),
        (condition(component="现场测评", at_least=Decimal(85)), None),
        (condition(kind=ConditionKind.VETO), None),
        (condition(cap=Grade.GOOD), "“条件”的最高等次是“好”，等于没有限制，请选低一些的等次。"),
        (
            condition(component="没有", at_least=Decimal(85)),
            "“条件”看“没有”的得分，但得分构成里没有这一项，请另选。",
        ),
        (condition(component="现场测评"), "“条件”看“现场测评”的得分，但没有填应达到多少分。"),
        (condition(at_least=Decimal(85)), "“条件”填了应达到85分，但没有选看哪一项得分。"),
        (
            condition(kind=ConditionKind.VETO, at_least=Decimal(85)),
            "“条件”是否决情形，不看得分；请清空得分构成和分数，或改为“评定条件”。",
        ),
    ],
)
def test_wrong_condition_is_told(one, message):
    assert told(replace(PLAN, conditions=(one,))) == ([(message, True)] if message else [])


def links(*best):
    return tuple(LinkPlan(grade, one) for grade, one in zip(BEST_FIRST, best, strict=False))


E, C, B, I = AppraisalGrade  # noqa: E741 -- the four grades of the appraisal, best first


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        (links(E, C, B, I), []),
        (links(E, E, C, I), []),
        (
            links(E, B, C, I),
            [("评为“一般”年度考核最高可到“称职”，反而高于“较好”的“基本称职”，请核对。", True)],
        ),
        (links(C, C, B, I), [("评为“好”年度考核也不能评“优秀”（最高“称职”），请确认。", False)]),
        (links(E, C), [("等次“一般”“差”没有写年度考核最高可评什么，按不限制处理。", False)]),
    ],
)
def test_links_that_contradict_are_told(stated, expected):
    assert told(replace(PLAN, links=stated)) == expected


@given(st.permutations(list(AppraisalGrade)))
def test_links_block_exactly_when_a_worse_grade_gets_more(best):
    blocks = any(is_blocking for _, is_blocking in told(replace(PLAN, links=links(*best))))

    assert blocks == (best != list(AppraisalGrade))


def test_trimming_and_denominator_are_explained():
    rules = replace(
        PLAN.rules,
        trim_each_side=1,
        trim_when_more_than=5,
        denominator=Denominator.RETURNED,
        blank_value=Decimal(60),
    )
    groups = (GroupPlan("甲", Decimal(60), 5), GroupPlan("乙", Decimal(40), 12))

    assert told(replace(PLAN, groups=groups, rules=rules)) == [
        ("空白项按弃权（不计入该项），填写的分值60不会用到，可以清空。", False),
        (
            "平均分除以“收回的全部票”，没有表态的票因此相当于0分；如不是此意，请改为“有效票（不含弃权）”。",
            False,
        ),
        (
            "“甲”应到5人，不会多于5张票，去掉高低分对这一类不起作用；如要起作用，请降低“有效票多于几张时去掉”。",
            False,
        ),
    ]


@given(st.integers(0, 5), st.integers(0, 12))
def test_trimming_blocks_exactly_when_it_could_leave_nobody(each_side, more_than):
    rules = replace(PLAN.rules, trim_each_side=each_side, trim_when_more_than=more_than)
    blocks = any(is_blocking for _, is_blocking in told(replace(PLAN, rules=rules)))

    assert blocks == (each_side > 0 and more_than < 2 * each_side)


def test_blank_rule_by_value_is_content():
    rules = replace(
        PLAN.rules, blank_rule=BlankRule.VALUE, blank_value=Decimal(60), denominator=Denominator.RETURNED
    )

    assert told(replace(PLAN, rules=rules)) == []
