"""What the tables themselves refuse, whoever writes."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from apps.assessments.models import AdjustmentEntry, Veto
from apps.assessments.selectors import adjustment_entries_of, findings_of
from apps.cycles.models import GradeCondition, SchemeAdjustment
from tests.factories.assessments import AT, make_adjustment_entry, make_finding, make_veto
from tests.factories.cycles import make_cycle, make_reviewee
from tests.factories.scoring import make_clerk, set_stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle():
    cycle = make_cycle(stage="draft")
    for _ in range(2):
        make_reviewee(cycle=cycle)
    SchemeAdjustment.objects.create(
        scheme=cycle.scheme, order_no=1, kind="bonus", name="表彰", least=1, most=3, limit=5
    )
    GradeCondition.objects.create(
        scheme=cycle.scheme, order_no=1, kind="eligibility", name="考核优秀", cap="fairly_good"
    )
    return set_stage(cycle, "reporting")


@pytest.fixture
def entry(cycle):
    return make_adjustment_entry(
        cycle.reviewees.first(), cycle.scheme.adjustments.get(), actor=make_clerk(cycle), points="2.5"
    )


def test_entry_is_never_deleted_nor_rewritten(entry):
    for act in (entry.delete, lambda: AdjustmentEntry.objects.update(points=1)):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()

    entry.refresh_from_db()
    assert entry.points == Decimal("2.5")


def test_veto_is_never_deleted(cycle):
    veto = make_veto(cycle.reviewees.first(), actor=make_clerk(cycle))

    with pytest.raises(DatabaseError), transaction.atomic():
        veto.delete()


@pytest.mark.parametrize("half", ["withdrawn_at", "withdrawn_by"])
def test_veto_is_withdrawn_by_somebody_at_a_time(cycle, half):
    clerk = make_clerk(cycle)
    veto = make_veto(cycle.reviewees.first(), actor=clerk)

    with pytest.raises(IntegrityError), transaction.atomic():
        Veto.objects.filter(pk=veto.pk).update(**{half: {"withdrawn_at": AT, "withdrawn_by": clerk}[half]})

    Veto.objects.filter(pk=veto.pk).update(withdrawn_at=AT, withdrawn_by=clerk)


@pytest.mark.parametrize("points", [0, -1])
def test_points_are_positive(cycle, points):
    with pytest.raises(IntegrityError):
        make_adjustment_entry(
            cycle.reviewees.first(), cycle.scheme.adjustments.get(), actor=make_clerk(cycle), points=points
        )


def test_withdrawal_names_who_and_when(entry):
    with pytest.raises(IntegrityError):
        AdjustmentEntry.objects.filter(pk=entry.pk).update(withdrawn_at=AT)


def test_one_finding_per_reviewee_and_condition(cycle):
    condition, clerk = cycle.scheme.conditions.get(), make_clerk(cycle)
    make_finding(cycle.reviewees.first(), condition, actor=clerk)

    with pytest.raises(IntegrityError):
        make_finding(cycle.reviewees.first(), condition, actor=clerk, is_met=False)


def test_selectors_return_what_stands(cycle, entry):
    first, second = cycle.reviewees.all()
    clerk, condition = make_clerk(cycle), cycle.scheme.conditions.get()
    withdrawn = make_adjustment_entry(second, entry.adjustment, actor=clerk)
    AdjustmentEntry.objects.filter(pk=withdrawn.pk).update(withdrawn_at=AT, withdrawn_by=clerk)
    make_finding(second, condition, actor=clerk, is_met=False)

    assert adjustment_entries_of(cycle) == [(first.pk, entry.adjustment_id, Decimal("2.5"))]
    assert findings_of(cycle) == {(second.pk, condition.pk): False}
