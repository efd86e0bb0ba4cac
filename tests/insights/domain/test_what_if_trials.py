"""What counts as a change, and how it is told."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from apps.cycles.domain.grades import Grade
from apps.cycles.domain.schemes import BlankRule
from apps.insights.domain.what_if.trials import Counting, Grading, Names, differences, is_proportional
from tests.insights.domain.what_if_worlds import BALLOT, DAILY, REAL, A, B

NAMES = Names(
    {A: "A票", B: "B票"}, {BALLOT: "现场测评", DAILY: "平时考核"}, {"rural": "农区", "health": "卫健"}
)


def told(trial, real=REAL):
    return [(one.what, one.before, one.now) for one in differences(real, trial, NAMES)]


def test_same_scheme_has_no_difference():
    assert told(REAL) == []


def test_scaled_weights_are_the_same_weights():
    assert told(replace(REAL, groups={A: Decimal(3), B: Decimal(2)})) == []


def test_differences_are_told_in_words():
    counting = Counting(
        trim_each_side=1, trim_when_more_than=5, blank_rule=BlankRule.VALUE, blank_value=Decimal("60.00")
    )
    trial = replace(REAL, groups={A: Decimal(1), B: Decimal(1)}, counting=counting, decimals=3)

    assert told(trial) == [
        ("类别权重：A票", "60%", "50%"),
        ("类别权重：B票", "40%", "50%"),
        ("去掉高低分", "不去掉", "多于 5 张时去掉最高、最低各 1 张"),
        ("空白项", "按弃权（不计入该项）", "按 60 分计"),
        ("保留小数", "2 位", "3 位"),
    ]


def test_grading_is_told_by_field():
    real = replace(REAL, grading=Grading(thresholds={Grade.GOOD: Decimal(90)}, quota=Decimal(85)))
    grading = Grading(
        thresholds={Grade.GOOD: Decimal("88.50")}, quota=Decimal(85), quotas={"health": Decimal(30)}
    )

    assert told(replace(real, grading=grading), real) == [
        ("“好”起点", "90 分", "88.5 分"),
        ("“好”比例上限：卫健", "85%", "30%"),
    ]


def test_settings_without_effect_are_no_change():
    assert Counting(blank_value=Decimal(10)).is_like(Counting())
    assert Counting(trim_when_more_than=9).is_like(Counting())
    assert not Counting(trim_each_side=1).is_like(Counting())


@given(st.dictionaries(st.integers(1, 4), st.integers(0, 50).map(Decimal), min_size=1), st.integers(1, 9))
def test_proportion_is_blind_to_scale(weights, factor):
    assert is_proportional(weights, {key: one * factor for key, one in weights.items()})
