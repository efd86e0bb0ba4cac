"""A scheme that uses every rule there is: stored, read back, copied, frozen."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import IntegrityError, transaction

from apps.cycles import services
from apps.cycles.domain.conversions import Band, ConversionPlan, ShareBand
from apps.cycles.domain.grades import Grade
from apps.cycles.domain.plans import (
    AdjustmentPlan,
    ComponentPlan,
    ConditionPlan,
    GradePlan,
    LinkPlan,
    QuotaPlan,
)
from apps.cycles.domain.presets import PRESETS
from apps.cycles.domain.schemes import (
    AdjustmentKind,
    AppraisalGrade,
    ComponentKind,
    ConditionKind,
    Conversion,
    Denominator,
    GradeMethod,
    TieRule,
)
from apps.cycles.models import ReviewScheme
from apps.cycles.selectors import plan_of
from apps.cycles.services.writing import rule_values, write_parts
from apps.organizations.domain.fields import preset_field
from tests.factories.accounts import make_user
from tests.factories.cycles import make_cycle
from tests.factories.organizations import make_organization

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)
BANDED = ConversionPlan(
    Conversion.BANDS,
    bands=(Band(Fraction(90), Fraction(100)), Band(Fraction(0), Fraction(80))),
    overrides=(ShareBand(("average", "poor"), Fraction(100, 3), Fraction(65)),),
)
BASE = PRESETS["60-40"].plan
RICH = replace(
    BASE,
    components=(
        ComponentPlan("现场测评", ComponentKind.BALLOT, Decimal(40), "测评表"),
        ComponentPlan("优秀率", ComponentKind.SHARE, Decimal(30), "测评表", "overall", ("good",), BANDED),
        ComponentPlan(
            "重点任务",
            ComponentKind.IMPORTED,
            Decimal(30),
            conversion=ConversionPlan(Conversion.BEST_RATIO),
            full_marks=Decimal(600),
        ),
    ),
    grades=tuple(
        GradePlan(rule.grade, rule.from_total, Decimal(share))
        for rule, share in zip(BASE.grades, (30, 80, 95, 100), strict=True)
    ),
    adjustments=(
        AdjustmentPlan("受到表彰", AdjustmentKind.BONUS, Decimal(1), Decimal(3), Decimal(5)),
        AdjustmentPlan("违反规定", AdjustmentKind.DEDUCTION, Decimal("0.5"), Decimal("0.5")),
    ),
    conditions=(
        ConditionPlan("受到党纪处分", ConditionKind.VETO, Grade.AVERAGE),
        ConditionPlan(
            "重点任务达到80分", ConditionKind.ELIGIBILITY, Grade.FAIRLY_GOOD, "重点任务", Decimal(80)
        ),
    ),
    quotas=(QuotaPlan(preset_field("rural"), Decimal(40)),),
    links=(
        LinkPlan(Grade.GOOD, AppraisalGrade.EXCELLENT),
        LinkPlan(Grade.POOR, AppraisalGrade.BASIC, "约谈"),
    ),
    rules=replace(
        BASE.rules,
        denominator=Denominator.RETURNED,
        clamps_total=False,
        bonus_limit=Decimal(5),
        deduction_limit=Decimal(10),
        grade_method=GradeMethod.PLURALITY,
        tie_rule=TieRule.BALLOT_FIRST,
        plurality_paper="测评表",
        plurality_item="overall",
        annual_weight=Decimal(10),
    ),
)


def rich_draft():
    """A draft that holds the rich scheme."""
    cycle = make_cycle(stage="draft", host=make_organization(name="区委"))
    ReviewScheme.objects.filter(pk=cycle.scheme.pk).update(**rule_values(RICH.rules))
    cycle.scheme.refresh_from_db()
    write_parts(cycle.scheme, RICH)
    return cycle


def stored(cycle):
    return plan_of(ReviewScheme.objects.get(cycle=cycle))


def test_a_stored_scheme_is_read_back_as_it_was():
    assert stored(rich_draft()) == RICH


def test_a_copy_has_every_rule():
    cycle = rich_draft()

    new = services.copy_cycle(cycle.pk, actor=make_user("clerk", cycle.host), at=AT)

    assert stored(new) == RICH


def test_a_condition_keeps_to_its_component_when_the_components_are_saved_again():
    cycle = rich_draft()

    services.set_components(cycle.pk, components=RICH.components, actor=make_user("clerk", cycle.host), at=AT)

    assert stored(cycle).conditions == RICH.conditions


def test_a_condition_loses_a_component_that_is_gone():
    cycle = rich_draft()

    services.set_components(
        cycle.pk, components=RICH.components[:2], actor=make_user("clerk", cycle.host), at=AT
    )

    assert [one.component for one in stored(cycle).conditions] == ["", ""]


@pytest.mark.parametrize("part", ["adjustments", "conditions", "quotas", "links"])
def test_no_part_of_a_frozen_scheme_can_be_taken_away(part):
    cycle = rich_draft()
    ReviewScheme.objects.filter(cycle=cycle).update(frozen_at=AT)

    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        getattr(cycle.scheme, part).all().delete()

    assert stored(cycle) == RICH


def test_a_draft_can_be_thrown_away_whole():
    cycle = rich_draft()

    services.delete_draft(cycle.pk, actor=make_user("clerk", cycle.host), at=AT)

    assert not ReviewScheme.objects.filter(pk=cycle.scheme.pk).exists()
