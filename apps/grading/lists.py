"""Lists of grading: cycles under deliberation, reconsiderations, and signed grades."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from apps.common.kit.requests import actor_of
from apps.common.lists import Column, Filter, ListPage, field_filter
from apps.cycles.domain.grades import Grade
from apps.cycles.domain.stages import Stage
from apps.cycles.models import ReviewCycle
from apps.grading.domain.states import ReconsiderationState
from apps.grading.models import GradeDecision, Reconsideration
from apps.grading.selectors import (
    cycles_to_decide,
    decisions_visible_to,
    reconsiderations_visible_to,
    with_effective_grade,
)
from apps.organizations.selectors.fields import field_choices


def _deliberation_url(row: ReviewCycle) -> str:
    return reverse("grading:deliberation_detail", args=[row.pk])


def _signed_off_at(row: ReviewCycle) -> datetime | None:
    return row.deliberation.signed_off_at if hasattr(row, "deliberation") else None


def _state_label(row: ReviewCycle) -> str:
    return row.deliberation.state.label if hasattr(row, "deliberation") else "未开始"


class DeliberationList(ListPage):
    title = "等次审定"
    intro = "计分完成、周期进入“评定等次”阶段后，在这里按领域研究审定等次，并由负责人签发。"
    search_fields = ("title", "host__name")
    search_hint = "周期、组织单位"
    default_sort = "year"
    empty_text = "还没有进入“评定等次”阶段的周期。测评结果发布后，周期会进入这个阶段。"
    columns = (
        Column("title", "周期", "title", sort=("title",), url=_deliberation_url, width=40),
        Column("year", "年度", "year", sort=("-year", "title"), width=8),
        Column("host", "组织单位", "host.name", sort=("host__name",), width=30),
        Column("stage", "阶段", lambda row: row.get_stage_display(), sort=("stage",)),
        Column("n_decided", "已审定（人）", "n_decided", sort=("n_decided",), numeric=True),
        Column("n_decisions", "应审定（人）", "n_decisions", sort=("n_decisions",), numeric=True),
        Column("state", "进展", _state_label, width=10),
        Column(
            "signed_off_at",
            "签发时间",
            _signed_off_at,
            sort=("deliberation__signed_off_at",),
            template="grading/_signed_cell.html",
            width=18,
        ),
    )
    filters: ClassVar[Sequence[Filter]] = (
        field_filter(
            "stage", "阶段", [(s.value, s.label) for s in (Stage.GRADING, Stage.RECTIFYING, Stage.ARCHIVED)]
        ),
    )

    def is_allowed(self, request: HttpRequest) -> bool:
        return bool(actor_of(request).department_paths())

    def get_rows(self, request: HttpRequest) -> QuerySet[ReviewCycle]:
        return cycles_to_decide(actor_of(request))


def _in_state(rows: QuerySet[Reconsideration], value: str) -> QuerySet[Reconsideration]:
    if value == ReconsiderationState.WITHDRAWN.value:
        return rows.filter(withdrawn_at__isnull=False)
    if value == ReconsiderationState.DECIDED.value:
        return rows.filter(decided_at__isnull=False)
    is_heard = value == ReconsiderationState.HEARD.value
    return rows.filter(decided_at=None, withdrawn_at=None, heard_on__isnull=not is_heard)


class ReconsiderationList(ListPage):
    title = "复核"
    intro = "等次签发后有异议的，在这里登记、听取意见、研究决定。原来的审定保留不变，各处以最后一次复核的等次为准。"
    search_fields = (
        "decision__reviewee__name",
        "decision__reviewee__organization_name",
        "requested_by_name",
    )
    search_hint = "姓名、党组织、申请人"
    default_sort = "-requested_on"
    empty_text = "没有复核申请。需要登记的，请到已签发的等次审定表，在本人一行点“登记复核”。"
    columns = (
        Column(
            "name",
            "姓名",
            "decision.reviewee.name",
            sort=("decision__reviewee__name",),
            url=lambda row: reverse("grading:reconsideration_detail", args=[row.pk]),
        ),
        Column(
            "organization",
            "党组织",
            "decision.reviewee.organization_name",
            sort=("decision__reviewee__organization_name",),
            width=30,
        ),
        Column(
            "year",
            "年度",
            "decision.reviewee.cycle.year",
            sort=("-decision__reviewee__cycle__year", "pk"),
            width=8,
        ),
        Column("requested_on", "申请日期", "requested_on", sort=("requested_on", "pk"), width=12),
        Column("requested_by", "申请人", "requested_by_name", sort=("requested_by_name",)),
        Column(
            "before", "原等次", lambda row: row.get_grade_before_display(), sort=("grade_before",), width=8
        ),
        Column("after", "复核后", lambda row: row.get_grade_after_display(), sort=("grade_after",), width=8),
        Column("state", "进展", lambda row: row.state.label, template="grading/_act_state_cell.html"),
        Column("held_on", "研究日期", "held_on", sort=("held_on",), width=12),
    )
    filters: ClassVar[Sequence[Filter]] = (
        Filter("state", "进展", ReconsiderationState.choices(), _in_state),
        Filter(
            "year",
            "年度",
            lambda request: [
                (str(year), str(year))
                for year in reconsiderations_visible_to(actor_of(request))
                .order_by("-decision__reviewee__cycle__year")
                .values_list("decision__reviewee__cycle__year", flat=True)
                .distinct()
            ],
            lambda rows, value: rows.filter(decision__reviewee__cycle__year=value),
        ),
    )

    def is_allowed(self, request: HttpRequest) -> bool:
        return bool(actor_of(request).department_paths())

    def get_rows(self, request: HttpRequest) -> QuerySet[Reconsideration]:
        return reconsiderations_visible_to(actor_of(request)).select_related("decision__reviewee__cycle")


def _signed_cycles(request: HttpRequest) -> Sequence[tuple[str, str]]:
    rows = cycles_to_decide(actor_of(request)).filter(deliberation__signed_off_at__isnull=False)
    return [(str(pk), title) for pk, title in rows.order_by("-year", "title").values_list("pk", "title")]


class DecisionList(ListPage):
    title = "已签发的等次"
    intro = "已签发的全部等次，经过复核的以复核后的为准。反馈意见书等文书在“文书”里出具。"
    search_fields = ("reviewee__name", "reviewee__organization_name")
    search_hint = "姓名、党组织"
    default_sort = "cycle"
    empty_text = "还没有已签发的等次。等次审定并签发后再来。"
    columns = (
        Column("name", "姓名", "reviewee.name", sort=("reviewee__name",)),
        Column(
            "organization",
            "党组织",
            "reviewee.organization_name",
            sort=("reviewee__organization_name",),
            width=30,
        ),
        Column(
            "cycle",
            "年度",
            "reviewee.cycle.year",
            sort=("-reviewee__cycle__year", "reviewee__order_no"),
            width=8,
        ),
        Column(
            "field", "领域", lambda row: row.reviewee.get_field_display(), sort=("reviewee__field",), width=8
        ),
        Column("grade", "等次", "effective_grade_label", sort=("effective_grade",), width=8),
        Column(
            "signed",
            "签发的等次",
            lambda row: row.get_overall_grade_display(),
            sort=("overall_grade",),
            width=10,
            shown=False,
        ),
        Column("reason", "调整理由", "departure_reason", width=40, shown=False),
    )
    filters: ClassVar[Sequence[Filter]] = (
        Filter("cycle", "周期", _signed_cycles, lambda rows, value: rows.filter(reviewee__cycle_id=value)),
        field_filter("field", "领域", field_choices, "reviewee__field"),
        field_filter("grade", "等次", Grade.choices(), "effective_grade"),
    )

    def is_allowed(self, request: HttpRequest) -> bool:
        return bool(actor_of(request).department_paths())

    def get_rows(self, request: HttpRequest) -> QuerySet[GradeDecision]:
        rows = decisions_visible_to(actor_of(request)).filter(deliberation__signed_off_at__isnull=False)
        return with_effective_grade(rows).select_related("reviewee__cycle")
