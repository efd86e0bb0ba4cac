"""Imported figures and vetoes."""

from datetime import UTC, datetime
from decimal import Decimal

from apps.assessments.models import AdjustmentEntry, ComponentScore, ConditionFinding, Veto

AT = datetime(2026, 12, 18, 1, 0, tzinfo=UTC)


def make_component_score(reviewee, component, *, actor, value=90, out_of=100, source="年度考核通报", at=AT):
    return ComponentScore.objects.create(
        reviewee=reviewee,
        component=component,
        value=Decimal(str(value)),
        out_of=Decimal(str(out_of)),
        source=source,
        entered_by=actor,
        entered_at=at,
    )


def make_veto(reviewee, *, actor, caps_at="average", reason="受到党纪处分", at=AT):
    return Veto.objects.create(
        reviewee=reviewee, caps_at=caps_at, reason=reason, entered_by=actor, entered_at=at
    )


def make_adjustment_entry(
    reviewee, adjustment, *, actor, points=1, reason="受到市级表彰", happened_on=None, at=AT
):
    return AdjustmentEntry.objects.create(
        reviewee=reviewee,
        adjustment=adjustment,
        points=Decimal(str(points)),
        reason=reason,
        happened_on=happened_on,
        entered_by=actor,
        entered_at=at,
    )


def make_finding(reviewee, condition, *, actor, is_met=True, reason="考核结果通报", at=AT):
    return ConditionFinding.objects.create(
        reviewee=reviewee,
        condition=condition,
        is_met=is_met,
        reason=reason,
        entered_by=actor,
        entered_at=at,
    )
