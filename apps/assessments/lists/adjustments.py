"""The lists of bonus and deduction entries, and of their sums by person."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from apps.assessments.lists.base import AssessmentList, cycle_filter, newest_action
from apps.assessments.models import AdjustmentEntry
from apps.assessments.selectors import ASSESSABLE_STAGES
from apps.assessments.selectors.adjustments import (
    KindSum,
    adjusted_reviewees,
    entries_visible_to,
    sum_of,
)
from apps.common.kit.requests import actor_of
from apps.common.lists import Action, Column, Filter, field_filter
from apps.cycles.domain.schemes import AdjustmentKind
from apps.cycles.models import Reviewee
from apps.organizations.selectors.fields import field_choices


def _person_url(row: AdjustmentEntry) -> str:
    return reverse("assessments:reviewee_adjustments", args=[row.reviewee_id])


def _new(request: HttpRequest) -> list[Action]:
    return newest_action(request, "assessments:adjustment_create", "录入加分扣分", is_primary=True)


class AdjustmentList(AssessmentList):
    title = "加分扣分"
    intro = "按方案的加分、扣分情形记录。超过限额的部分照记不计；撤回的记录保留，不再计分。"
    search_fields = ("reviewee__name", "reviewee__organization_name", "adjustment__name", "reason")
    search_hint = "姓名、党组织、情形、事由"
    default_sort = "-entered_at"
    empty_text = "没有加分扣分记录。"
    columns = (
        Column("name", "姓名", "reviewee.name", sort=("reviewee__name",), url=_person_url, width=12),
        Column(
            "organization",
            "党组织",
            "reviewee.organization_name",
            sort=("reviewee__organization_name",),
            width=28,
        ),
        Column(
            "kind",
            "类别",
            lambda row: row.adjustment.get_kind_display(),
            sort=("adjustment__kind",),
            template="assessments/_kind_cell.html",
            width=8,
        ),
        Column("line", "情形", "adjustment.name", sort=("adjustment__name",), width=24),
        Column(
            "points", "分值（分）", "points", sort=("points",), numeric=True, number_format="0.00", width=10
        ),
        Column("reason", "事由", "reason", width=36),
        Column("happened_on", "发生日期", "happened_on", sort=("happened_on",), width=12),
        Column(
            "evidence",
            "佐证材料",
            lambda row: row.evidence.name if row.evidence else "",
            template="assessments/_evidence_cell.html",
            width=20,
        ),
        Column(
            "cycle", "周期", "reviewee.cycle.title", sort=("-reviewee__cycle__year",), width=30, shown=False
        ),
        Column(
            "entered_by",
            "录入人",
            "entered_by.display_name",
            sort=("entered_by__display_name",),
            shown=False,
        ),
        Column("entered_at", "录入时间", "entered_at", sort=("entered_at",), width=18, shown=False),
        Column(
            "state",
            "状态",
            lambda row: "已撤回" if row.withdrawn_at else "有效",
            template="assessments/_adjustment_state.html",
        ),
    )
    filters: ClassVar[Sequence[Filter]] = (
        cycle_filter("reviewee__cycle"),
        field_filter("kind", "类别", AdjustmentKind.choices(), "adjustment__kind"),
        Filter(
            "state",
            "状态",
            [("standing", "有效"), ("withdrawn", "已撤回")],
            lambda rows, value: rows.filter(withdrawn_at__isnull=value == "standing"),
        ),
    )

    def get_rows(self, request: HttpRequest) -> QuerySet[AdjustmentEntry]:
        return entries_visible_to(actor_of(request))

    def page_context(self, request: HttpRequest) -> dict[str, Any]:
        actions = _new(request)
        hint = {
            "empty_hint": "有受表彰、被通报等情形的，在这里记录，计分时按方案加减。",
            "empty_action_url": actions[0].url if actions else "",
            "empty_action_label": "录入加分扣分",
        }
        none = {"empty_hint": "现在没有周期在录入阶段。"}
        return {"actions": actions, "assessable_stages": ASSESSABLE_STAGES} | (hint if actions else none)


def _sum(row: Reviewee, kind: AdjustmentKind) -> KindSum:
    entries: list[AdjustmentEntry] = row.standing_entries  # type: ignore[attr-defined]  # prefetched
    return sum_of(kind, entries, {one.adjustment for one in entries}, row.cycle.scheme)


def _left_out(row: Reviewee) -> Any:
    return sum(_sum(row, kind).all_left_out for kind in AdjustmentKind)


class AdjustmentSumList(AssessmentList):
    title = "加分扣分汇总"
    intro = "每人实际计入的加分和扣分，已按每项和合计的限额算好。"
    search_fields = ("name", "organization_name")
    search_hint = "姓名、党组织"
    default_sort = "cycle"
    empty_text = "还没有有效的加分扣分记录。"
    columns = (
        Column(
            "name",
            "姓名",
            "name",
            sort=("name",),
            url=lambda row: reverse("assessments:reviewee_adjustments", args=[row.pk]),
            width=12,
        ),
        Column("organization", "党组织", "organization_name", sort=("organization_name",), width=30),
        Column("field", "领域", lambda row: row.get_field_display(), sort=("field",), width=10),
        Column("cycle", "周期", "cycle.title", sort=("-cycle__year", "cycle__title", "order_no"), width=34),
        Column("n_entries", "记录（条）", lambda row: len(row.standing_entries), numeric=True, width=10),
        Column(
            "bonus",
            "计入加分（分）",
            lambda row: _sum(row, AdjustmentKind.BONUS).total,
            numeric=True,
            number_format="0.00",
        ),
        Column(
            "deduction",
            "计入扣分（分）",
            lambda row: _sum(row, AdjustmentKind.DEDUCTION).total,
            numeric=True,
            number_format="0.00",
        ),
        Column("left_out", "超限不计（分）", _left_out, numeric=True, number_format="0.00"),
    )
    filters: ClassVar[Sequence[Filter]] = (
        cycle_filter("cycle"),
        field_filter("field", "领域", field_choices),
    )

    def get_rows(self, request: HttpRequest) -> QuerySet[Reviewee]:
        return adjusted_reviewees(actor_of(request))
