"""The list of eligibility rules with how far they are recorded."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from apps.assessments.lists.base import AssessmentList, cycle_filter
from apps.assessments.selectors.findings import conditions_visible_to
from apps.common.domain.formats import plain_decimal
from apps.common.kit.requests import actor_of
from apps.common.lists import Column, Filter
from apps.cycles.models import GradeCondition


def _grid_url(row: GradeCondition) -> str:
    return reverse("assessments:finding_grid", args=[row.scheme.cycle_id])


def basis_in_words(row: GradeCondition) -> str:
    """Return what decides whether the rule is met."""
    if row.component is None:
        return "由工作人员认定"
    least = "" if row.at_least is None else f"不低于 {plain_decimal(row.at_least)} 分"
    return f"由“{row.component.name}”得分自动得出，{least}"


def _counted(name: str) -> Any:
    """Return a count; a rule that the score decides has none."""
    return lambda row: getattr(row, name) if row.component_id is None else None


class ConditionList(AssessmentList):
    title = "评定条件"
    intro = "评为较高等次要符合的条件。没有认定的按不符合处理，等次不能高于限定的等次。"
    search_fields = ("name", "scheme__cycle__title")
    search_hint = "条件、周期"
    default_sort = "cycle"
    empty_text = "现有周期的方案没有列出评定条件。"
    columns = (
        Column("name", "条件", "name", sort=("name",), url=_grid_url, width=30),
        Column(
            "cycle",
            "周期",
            "scheme.cycle.title",
            sort=("-scheme__cycle__year", "scheme__cycle__title", "order_no"),
            width=36,
        ),
        Column("cap", "不符合的最高评为", lambda row: row.get_cap_display(), sort=("cap",)),
        Column("basis", "怎样得出", basis_in_words, width=36),
        Column("n_met", "符合（人）", _counted("n_met"), numeric=True),
        Column("n_not_met", "不符合（人）", _counted("n_not_met"), numeric=True),
        Column("n_open", "未认定（人）", _counted("n_open"), numeric=True),
    )
    filters: ClassVar[Sequence[Filter]] = (cycle_filter("scheme__cycle"),)

    def get_rows(self, request: HttpRequest) -> QuerySet[GradeCondition]:
        return conditions_visible_to(actor_of(request))
