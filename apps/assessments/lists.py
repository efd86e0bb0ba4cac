"""The lists of components and vetoes."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from apps.assessments.models import Veto
from apps.assessments.selectors import ASSESSABLE_STAGES, components_visible_to, vetoes_visible_to
from apps.common.kit.requests import actor_of
from apps.common.lists import Column, Filter, ListPage, field_filter
from apps.cycles.domain.grades import Grade
from apps.cycles.models import SchemeComponent


def _grid_url(row: SchemeComponent) -> str:
    return reverse("assessments:component_grid", args=[row.pk])


class ComponentList(ListPage):
    title = "考核得分"
    intro = "总分中除现场测评以外的部分（如日常考核、实地核查）在这里录入。没有录入就是缺，不会按 0 分计。"
    search_fields = ("name", "scheme__cycle__title")
    search_hint = "名称、周期"
    default_sort = "cycle"
    empty_text = "没有需要录入的考核得分。所用方案的总分只含现场测评，或者周期还没有启动。"
    columns = (
        Column("name", "名称", "name", sort=("name",), url=_grid_url, width=20),
        Column(
            "cycle",
            "周期",
            "scheme.cycle.title",
            sort=("-scheme__cycle__year", "scheme__cycle__title", "order_no"),
            width=36,
        ),
        Column(
            "weight", "权重（%）", "weight", sort=("weight",), numeric=True, number_format="0.##", width=10
        ),
        Column("n_entered", "已录入（人）", "n_entered", sort=("n_entered",), numeric=True),
        Column("n_reviewees", "应录入（人）", "n_reviewees", sort=("n_reviewees",), numeric=True),
        Column("n_missing", "还缺（人）", "n_missing", sort=("n_missing",), numeric=True),
    )

    def is_allowed(self, request: HttpRequest) -> bool:
        return bool(actor_of(request).department_paths())

    def get_rows(self, request: HttpRequest) -> QuerySet[SchemeComponent]:
        return components_visible_to(actor_of(request))

    def page_context(self, request: HttpRequest) -> dict[str, Any]:
        return {"actions": [{"label": "一票否决", "url": reverse("assessments:veto_list")}]}


class VetoList(ListPage):
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
        Filter(
            "state",
            "状态",
            [("standing", "有效"), ("withdrawn", "已撤回")],
            lambda rows, value: rows.filter(withdrawn_at__isnull=value == "standing"),
        ),
        field_filter("caps_at", "限定等次", Grade.choices()[1:]),
    )

    def is_allowed(self, request: HttpRequest) -> bool:
        return bool(actor_of(request).department_paths())

    def get_rows(self, request: HttpRequest) -> QuerySet[Veto]:
        return vetoes_visible_to(actor_of(request)).select_related("reviewee__cycle", "entered_by")

    def page_context(self, request: HttpRequest) -> dict[str, Any]:
        new = {"label": "记录一票否决", "url": reverse("assessments:veto_create"), "is_primary": True}
        return {"actions": [new], "assessable_stages": ASSESSABLE_STAGES}
