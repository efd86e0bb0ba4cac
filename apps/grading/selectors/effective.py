"""The grade that counts: the decided one, or that of the last decided reconsideration."""

from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from apps.grading.models import GradeDecision, Reconsideration

EFFECTIVE = "effective_grade"  # fills the property of the same name


def with_effective_grade(decisions: QuerySet[GradeDecision]) -> QuerySet[Any]:
    """Annotate ``effective_grade``, so that lists, counts and filters read the grade that counts; "" before it is decided."""
    decided = Reconsideration.objects.filter(decision=OuterRef("pk"), decided_at__isnull=False)
    last = decided.order_by("-decided_at", "-pk").values("grade_after")[:1]
    return decisions.annotate(**{EFFECTIVE: Coalesce(Subquery(last), F("overall_grade"))})


def signed_grade_of(reviewee: str = "pk") -> QuerySet[Any]:
    """Return a query for use in ``Subquery``: the grade that counts of the outer reviewee, once signed off."""
    signed = GradeDecision.objects.filter(
        reviewee=OuterRef(reviewee), deliberation__signed_off_at__isnull=False
    )
    return with_effective_grade(signed).values("effective_grade")[:1]


def last_grade_of(secretary: str, year: str) -> QuerySet[Any]:
    """Return a query for use in ``Subquery``: the grade that counts which the person got the year before."""
    earlier = GradeDecision.objects.filter(
        reviewee__secretary=OuterRef(secretary),
        reviewee__cycle__year=OuterRef(year) - 1,
        deliberation__signed_off_at__isnull=False,
    )
    return with_effective_grade(earlier).order_by("-pk").values("effective_grade")[:1]
