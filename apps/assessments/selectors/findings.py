"""Reads of eligibility conditions and what was found on them."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat, JSONObject

from apps.assessments.models import ComponentScore, ConditionFinding
from apps.common.domain.actors import Actor
from apps.cycles.domain.schemes import ConditionKind
from apps.cycles.domain.stages import Stage
from apps.cycles.models import GradeCondition, ReviewCycle, Reviewee
from apps.organizations.selectors import within

Key = tuple[int, int]


def eligibility_conditions(cycle: ReviewCycle) -> QuerySet[GradeCondition]:
    """Return the eligibility rules of a cycle in their order, computed ones included; ``n_people`` counts its reviewees."""
    rows = GradeCondition.objects.filter(scheme__cycle=cycle, kind=ConditionKind.ELIGIBILITY.value)
    return rows.select_related("component").annotate(n_people=Count("scheme__cycle__reviewees"))


def recorded_conditions(cycle: ReviewCycle) -> QuerySet[GradeCondition]:
    """Return the eligibility rules that staff record; the others follow from a component's score."""
    return eligibility_conditions(cycle).filter(component__isnull=True)


def finding_rows(cycle: ReviewCycle) -> dict[Key, ConditionFinding]:
    """Return the findings of a cycle by (reviewee, condition)."""
    rows = ConditionFinding.objects.filter(reviewee__cycle=cycle).select_related("entered_by", "evidence")
    return {(one.reviewee_id, one.condition_id): one for one in rows}


def conditions_visible_to(user: Actor) -> QuerySet[GradeCondition]:
    """Return the eligibility rules of opened cycles the account manages, with how many people meet them, do not, are open."""
    rows = GradeCondition.objects.filter(
        within(user.department_paths(), "scheme__cycle__host__"), kind=ConditionKind.ELIGIBILITY.value
    )
    return (
        rows.exclude(scheme__cycle__stage=Stage.DRAFT.value)
        .select_related("scheme__cycle", "component")
        .annotate(
            n_met=Count("findings", filter=Q(findings__is_met=True), distinct=True),
            n_not_met=Count("findings", filter=Q(findings__is_met=False), distinct=True),
            n_people=Count("scheme__cycle__reviewees", distinct=True),
        )
        .annotate(n_open=F("n_people") - F("n_met") - F("n_not_met"))
    )


def with_figures_in_words(rows: QuerySet[Reviewee]) -> QuerySet[Reviewee]:
    """Annotate reviewees with the figures brought in for them, without a query of their own (see ``figure_in_words``)."""
    scores = ComponentScore.objects.filter(reviewee=OuterRef("pk")).order_by("component_id")
    told = Concat(
        Cast("value", TextField()), Value("/"), Cast("out_of", TextField()), output_field=TextField()
    )
    return rows.annotate(
        figures=ArraySubquery(scores.values(one=JSONObject(component="component_id", told=told)))
    )


def figure_in_words(reviewee: Reviewee, component_id: int | None) -> str:
    """Return what was brought in for a component as ``value/out_of``; empty if nothing was, or the ballots decide."""
    figures: list[dict[str, Any]] = reviewee.figures  # type: ignore[attr-defined]  # annotated
    return next((one["told"] for one in figures if one["component"] == component_id), "")
