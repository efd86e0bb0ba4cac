"""Rules in words, and what grades lead to, by hand."""

from dataclasses import replace
from decimal import Decimal

import pytest

from apps.cycles.domain.grades import BEST_FIRST, Grade
from apps.cycles.domain.schemes import AppraisalGrade, GradeMethod, TieRule
from apps.grading.domain.proposal import GradingRules
from apps.grading.domain.schemes import GradingScheme, Link, LinkEffect, rules_in_words
from apps.organizations.domain.fields import preset_field

G, F, A, P = BEST_FIRST
RULES = GradingRules(
    thresholds={G: Decimal(90), F: Decimal(80), A: Decimal(70), P: Decimal(0)},
    until={G: Decimal("30.00"), F: Decimal(70), A: Decimal(95), P: Decimal(100)},
)


def test_rank_bands_in_words():
    rules = replace(RULES, method=GradeMethod.RANK_BAND, tie_rule=TieRule.BALLOT_FIRST)

    assert rules_in_words(GradingScheme(rules)) == [
        "建议等次按领域内名次提出：前 30% 为“好”，前 70% 为“较好”，前 95% 为“一般”，其余为“差”；人数取整，不足一人的不计。",
        "名次线上总分相同的，测评得分高者优先；仍相同的都不列入上一等次，由会议研究。",
        "“好”等次不限名额。",
    ]


def test_plurality_in_words():
    scheme = GradingScheme(replace(RULES, method=GradeMethod.PLURALITY), plurality_item="总体评价")

    assert rules_in_words(scheme)[0] == (
        "建议等次按“总体评价”一项得票最多的等次提出；得票最多的等次不止一个的，取较低等次。"
    )


def test_field_has_its_own_quota():
    scheme = GradingScheme(replace(RULES, quota=Decimal(85)), quotas={preset_field("urban"): Decimal(40)})

    assert [scheme.rules_of(one).quota for one in (preset_field("rural"), preset_field("urban"))] == [85, 40]


@pytest.mark.parametrize(
    ("total", "points"),
    [("87.65", "8.77"), ("87.64", "8.76"), ("0.00", "0.00"), (None, None)],  # 8.765 rounds up
)
def test_annual_points_are_a_share_of_the_published_total(total, points):
    scheme = GradingScheme(RULES, annual_weight=Decimal("10.00"))

    effect = scheme.effect_of(None, None if total is None else Decimal(total))

    assert effect == LinkEffect(annual_points=None if points is None else Decimal(points))


def test_grade_without_link_has_no_consequence():
    scheme = GradingScheme(RULES, links={G: Link(AppraisalGrade.EXCELLENT, "优先表彰")})

    assert scheme.effect_of(Grade.GOOD, Decimal(95)) == LinkEffect(AppraisalGrade.EXCELLENT, "优先表彰")
    assert scheme.effect_of(Grade.POOR, Decimal(50)) == LinkEffect()
