"""The list of vetoes."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from apps.assessments.lists.base import AssessmentList, cycle_filter
from apps.assessments.models import Veto
from apps.assessments.selectors import ASSESSABLE_STAGES, vetoes_visible_to
from apps.common.kit.requests import actor_of
from apps.common.lists import Action, Column, Filter, field_filter
from apps.cycles.domain.grades import Grade


class VetoList(AssessmentList):
    title = "一票否决"
    intro = "记录后，本人的等次不能高于限定的等次。否决只会压低等次，不会抬高。"
    search_fields = ("reviewee__name", "reviewee__organization_name", "reason")
    search_hint = "姓名、党组织、事由"
    default_sort = "-entered_at"
    empty_text = "没有一票否决记录。"
    columns = (
        Column("name", "姓名", "reviewee.name", sort=("reviewee__name",)),
        Column(
            "organization",
            "党组织",
            "reviewee.organization_name",
            sort=("reviewee__organization_name",),
            width=30,
        ),
        Column("cycle", "周期", "reviewee.cycle.title", sort=("-reviewee__cycle__year",), width=30),
        Column(
            "condition",
            "否决情形",
            lambda row: row.condition.name if row.condition else "方案以外",
            sort=("condition__name",),
            width=24,
        ),
        Column("caps_at", "最高只能评为", lambda row: row.get_caps_at_display(), sort=("caps_at",)),
        Column("reason", "事由", "reason", width=40),
        Column("entered_by", "录入人", "entered_by.display_name", sort=("entered_by__display_name",)),
        Column("entered_at", "录入时间", "entered_at", sort=("entered_at",), width=18),
        Column(
            "state",
            "状态",
            lambda row: "已撤回" if row.withdrawn_at else "有效",
            template="assessments/_veto_state.html",
        ),
    )
    filters: ClassVar[Sequence[Filter]] = (
        cycle_filter("reviewee__cycle"),
        Filter(
            "state",
            "状态",
            [("standing", "有效"), ("withdrawn", "已撤回")],
            lambda rows, value: rows.filter(withdrawn_at__isnull=value == "standing"),
        ),
        field_filter("caps_at", "限定等次", Grade.choices()[1:]),
    )

    def get_rows(self, request: HttpRequest) -> QuerySet[Veto]:
        return vetoes_visible_to(actor_of(request)).select_related(
            "reviewee__cycle", "entered_by", "withdrawn_by", "condition"
        )

    def page_context(self, request: HttpRequest) -> dict[str, Any]:  # noqa: ARG002 -- the base's signature
        new = Action("记录一票否决", reverse("assessments:veto_create"), is_primary=True)
        return {"actions": [new], "assessable_stages": ASSESSABLE_STAGES}
