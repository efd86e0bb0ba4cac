"""Imported figures and vetoes."""

from datetime import UTC, datetime
from decimal import Decimal

from apps.assessments.models import ComponentScore, Veto

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
