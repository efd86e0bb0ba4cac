"""The grades of the example beside the scheme editor follow the rules of real ones."""

from dataclasses import replace
from decimal import Decimal

import pytest

from apps.cycles.domain.grades import Grade
from apps.cycles.domain.plans import ConditionPlan, QuotaPlan
from apps.cycles.domain.presets import PRESETS
from apps.cycles.domain.schemes import ConditionKind, GradeMethod
from apps.cycles.kit.worked_example import Outcome, WorkedExample
from apps.grading.kit.worked_example import graded_example
from apps.organizations.domain.fields import preset_field

PLAN = PRESETS["60-40"].plan


def worked(*totals, votes=((), (), (), ())):
    outcomes = tuple(
        Outcome(n, f"第{n}人", Decimal(total), n, Decimal(total), {"现场测评": Decimal(total)}, own)
        for n, (total, own) in enumerate(zip(totals, votes, strict=True), start=1)
    )
    return WorkedExample((), (), outcomes)


def grades(plan, example):
    return [one.grade for one in graded_example(plan, example).outcomes]


def ruled(**changes):
    return replace(PLAN, rules=replace(PLAN.rules, **changes))


def test_starts_decide():
    assert grades(PLAN, worked("95", "85", "75", "40")) == ["好", "较好", "一般", "差"]


def test_quota_of_the_made_up_field_goes_before_the_general_one():
    plan = replace(ruled(good_quota=Decimal(100)), quotas=(QuotaPlan(preset_field("rural"), Decimal(50)),))

    assert grades(plan, worked("98", "97", "96", "95")) == ["好", "好", "较好", "较好"]


def test_rank_bands_decide():
    shares = zip(PLAN.grades, (25, 50, 75, 100), strict=True)
    rules = ruled(grade_method=GradeMethod.RANK_BAND)
    plan = replace(rules, grades=tuple(replace(rule, until_share=Decimal(one)) for rule, one in shares))

    assert grades(plan, worked("70", "60", "50", "40")) == ["好", "较好", "一般", "差"]


def test_most_votes_decide():
    plan = ruled(grade_method=GradeMethod.PLURALITY, plurality_item="overall")
    votes = ((9, 3, 0, 0), (3, 9, 0, 0), (1, 5, 6, 0), (0, 0, 2, 10))

    assert grades(plan, worked("50", "50", "50", "50", votes=votes)) == ["好", "较好", "一般", "差"]


@pytest.mark.parametrize(("at_least", "grade"), [("95", "好"), ("95.01", "一般")])
def test_condition_on_a_score_caps_the_grade(at_least, grade):
    rule = ConditionPlan("测评达标", ConditionKind.ELIGIBILITY, Grade.AVERAGE, "现场测评", Decimal(at_least))
    plan = replace(PLAN, conditions=(rule, ConditionPlan("否决", ConditionKind.VETO, Grade.POOR)))

    example = graded_example(plan, worked("95", "85", "75", "40"))

    assert example.outcomes[0].grade == grade
    assert example.steps[-1].lines[0].result == "好"
    assert example.steps[-1].lines[-1].result == grade
