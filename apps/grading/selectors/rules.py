"""The grading part of a cycle's scheme, read for the rules in one query."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, OuterRef, QuerySet
from django.db.models.functions import Cast, JSONObject

from apps.cycles.domain.grades import BEST_FIRST, Grade
from apps.cycles.domain.schemes import AppraisalGrade, ConditionKind, GradeMethod, TieRule
from apps.cycles.models import (
    AppraisalLink,
    FieldQuota,
    GradeCondition,
    GradeRule,
    ReviewCycle,
    ReviewScheme,
)
from apps.grading.domain.proposal import GradingRules
from apps.grading.domain.schemes import Condition, GradingScheme, Link
from apps.organizations.domain.fields import Field
from apps.organizations.models import field_named


def rows_as_json(rows: QuerySet[Any], **columns: Any) -> ArraySubquery:
    """Return the rows of a correlated query as one column of JSON objects; keys are those of ``columns``."""
    return ArraySubquery(rows.values(row_as_json=JSONObject(**columns)))


def exact(column: str) -> Cast:
    """Return a decimal column as text: JSON has floats only."""
    return Cast(column, CharField())


def grading_scheme(cycle: ReviewCycle) -> GradingScheme:
    """Return the rules by which a cycle grades."""
    own = OuterRef("pk")
    row = (
        ReviewScheme.objects.select_related("plurality_paper")
        .annotate(
            grade_rows=rows_as_json(
                GradeRule.objects.filter(scheme=own),
                grade="grade",
                start=exact("from_total"),
                until=exact("until_share"),
            ),
            condition_rows=rows_as_json(
                GradeCondition.objects.filter(scheme=own).order_by("order_no"),
                key="pk",
                kind="kind",
                name="name",
                cap="cap",
                component="component_id",
                component_name="component__name",
                at_least=exact("at_least"),
            ),
            quota_rows=rows_as_json(
                FieldQuota.objects.filter(scheme=own).order_by("pk"), field="field", share=exact("good_quota")
            ),
            link_rows=rows_as_json(
                AppraisalLink.objects.filter(scheme=own).order_by("pk"),
                grade="grade",
                best="best_appraisal",
                consequence="consequence",
            ),
        )
        .get(cycle=cycle)
    )
    return GradingScheme(
        rules=_rules(row, row.grade_rows),
        quotas=_quotas(row.quota_rows),
        conditions=tuple(_condition(one) for one in row.condition_rows),
        links=_links(row.link_rows),
        annual_weight=row.annual_weight,
        decimals=row.decimals,
        plurality_item=_item_text(row),
    )


def _rules(scheme: ReviewScheme, rows: Sequence[Mapping[str, Any]]) -> GradingRules:
    by_grade = {Grade(one["grade"]): one for one in rows}
    return GradingRules(
        method=GradeMethod(scheme.grade_method),
        thresholds={grade: Decimal(one["start"]) for grade, one in by_grade.items()},
        until={grade: Decimal(one["until"]) for grade, one in by_grade.items() if one["until"] is not None},
        grades=tuple(grade for grade in BEST_FIRST if grade in by_grade) or BEST_FIRST,
        quota=scheme.good_quota,
        tie_rule=TieRule(scheme.tie_rule),
    )


def _quotas(rows: Sequence[Mapping[str, Any]]) -> dict[Field, Decimal]:
    return {field_named(one["field"]): Decimal(one["share"]) for one in rows}


def _links(rows: Sequence[Mapping[str, Any]]) -> dict[Grade, Link]:
    found = {Grade(one["grade"]): Link(AppraisalGrade(one["best"]), one["consequence"]) for one in rows}
    return {grade: found[grade] for grade in BEST_FIRST if grade in found}


def _condition(one: Mapping[str, Any]) -> Condition:
    return Condition(
        key=one["key"],
        kind=ConditionKind(one["kind"]),
        name=one["name"],
        cap=Grade(one["cap"]),
        component=one["component"],
        component_name=one["component_name"] or "",
        at_least=None if one["at_least"] is None else Decimal(one["at_least"]),
    )


def _item_text(scheme: ReviewScheme) -> str:
    paper = scheme.plurality_paper
    item = paper.template.item(scheme.plurality_item) if paper and scheme.plurality_item else None
    return item.text if item else ""
