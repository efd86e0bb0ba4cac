"""A cycle with everything assessments know: imported components, lists of points, conditions."""

import pytest

from apps.cycles.models import GradeCondition, SchemeAdjustment, SchemeComponent
from tests.factories.cycles import make_cycle, make_reviewee
from tests.factories.scoring import make_clerk, set_stage


@pytest.fixture
def full_cycle():
    """Two reviewees; 党建工作综合考核 in points, 项目排名 by place, one bonus and two deductions, one veto and two conditions."""
    cycle = make_cycle(preset="50-50", stage="draft")
    for _ in range(2):
        make_reviewee(cycle=cycle)
    scheme = cycle.scheme
    component = scheme.components.get(kind="imported")
    SchemeComponent.objects.create(
        scheme=scheme, order_no=9, name="项目排名", kind="imported", weight=10,
        conversion={"kind": "place", "first": "100", "step": "2", "floor": "0"},
    )  # fmt: skip
    lines = [
        ("bonus", "受表彰", 1, 3, 4), ("deduction", "被通报", 2, 2, None), ("deduction", "信访", 1, 5, 3),
    ]  # fmt: skip
    for order_no, (kind, name, least, most, limit) in enumerate(lines, start=1):
        SchemeAdjustment.objects.create(
            scheme=scheme, order_no=order_no, kind=kind, name=name, least=least, most=most, limit=limit
        )
    GradeCondition.objects.create(scheme=scheme, order_no=1, kind="veto", name="受党纪处分", cap="average")
    GradeCondition.objects.create(
        scheme=scheme, order_no=2, kind="eligibility", name="单位考核优秀", cap="fairly_good"
    )
    GradeCondition.objects.create(
        scheme=scheme, order_no=3, kind="eligibility", name="综合考核达标", cap="fairly_good", component=component,
        at_least=85,
    )  # fmt: skip
    type(scheme).objects.filter(pk=scheme.pk).update(bonus_limit=3, deduction_limit=4)
    return set_stage(cycle, "reporting")


@pytest.fixture
def clerk(full_cycle):
    return make_clerk(full_cycle)
