"""The lists of components, of people who lack figures, and of imports."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from apps.assessments.domain.states import ImportState
from apps.assessments.lists.base import AssessmentList, cycle_filter, newest_action
from apps.assessments.models import FigureImport
from apps.assessments.selectors import components_visible_to
from apps.assessments.selectors.cycles import lacking, missing_visible_to
from apps.assessments.selectors.figures import open_components
from apps.assessments.selectors.imports import imports_visible_to
from apps.common.kit.requests import actor_of
from apps.common.lists import Action, Column, Filter, field_filter
from apps.cycles.models import Reviewee, SchemeComponent
from apps.organizations.selectors.fields import field_choices


def _grid_url(row: SchemeComponent) -> str:
    return reverse("assessments:component_grid", args=[row.pk])


def import_actions(request: HttpRequest, *, is_primary: bool = False) -> list[Action]:
    """Return the way to the import; empty if no cycle takes figures."""
    return newest_action(request, "assessments:import_create", "用表格导入", is_primary=is_primary)


class Missing(list[dict[str, Any]]):
    """The imported components a person lacks a figure of (``pk``, ``name``); as text, their names."""

    def __str__(self) -> str:
        return "、".join(one["name"] for one in self)


class ComponentList(AssessmentList):
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
    filters: ClassVar[Sequence[Filter]] = (cycle_filter("scheme__cycle"),)

    def get_rows(self, request: HttpRequest) -> QuerySet[SchemeComponent]:
        return components_visible_to(actor_of(request))

    def page_context(self, request: HttpRequest) -> dict[str, Any]:
        return {"actions": import_actions(request, is_primary=True)}


def _components_offered(request: HttpRequest) -> list[tuple[str, str]]:
    rows = open_components(actor_of(request)).values_list("pk", "name", "scheme__cycle__year")
    return [(str(key), f"{name}（{year}年度）") for key, name, year in rows]


class MissingList(AssessmentList):
    title = "缺项"
    intro = "还缺考核得分的述职对象。缺一项就算不出总分；缺的不会按 0 分计。"
    search_fields = ("name", "organization_name")
    search_hint = "姓名、党组织"
    default_sort = "cycle"
    empty_text = "没有缺项：应录入的考核得分都已录入，或者没有周期在录入阶段。"
    columns = (
        Column("name", "姓名", "name", sort=("name",), width=12),
        Column("organization", "党组织", "organization_name", sort=("organization_name",), width=32),
        Column("field", "领域", lambda row: row.get_field_display(), sort=("field",), width=10),
        Column("cycle", "周期", "cycle.title", sort=("-cycle__year", "cycle__title", "order_no"), width=36),
        Column("n_missing", "缺几项", "n_missing", sort=("n_missing",), numeric=True, width=10),
        Column(
            "missing",
            "缺哪些",
            lambda row: Missing(row.missing),
            template="assessments/_missing_cell.html",
            width=30,
        ),
    )
    filters: ClassVar[Sequence[Filter]] = (
        cycle_filter("cycle"),
        Filter(
            "component",
            "缺的项目",
            _components_offered,
            lambda rows, value: lacking(rows, int(value)),
        ),
        field_filter("field", "领域", field_choices),
    )

    def get_rows(self, request: HttpRequest) -> QuerySet[Reviewee]:
        return missing_visible_to(actor_of(request))

    def page_context(self, request: HttpRequest) -> dict[str, Any]:
        return {"actions": import_actions(request)}


class ImportList(AssessmentList):
    title = "表格导入"
    intro = "用表格成批录入考核得分：下载表格填写，上传预检，核对后确认。每次导入都留在这里。"
    search_fields = ("file__name", "cycle__title")
    search_hint = "文件名、周期"
    default_sort = "-uploaded_at"
    empty_text = "还没有导入过表格。"
    columns = (
        Column(
            "file",
            "文件",
            "file.name",
            sort=("file__name",),
            url=lambda row: reverse("assessments:import_detail", args=[row.pk]),
            width=32,
        ),
        Column("cycle", "周期", "cycle.title", sort=("-cycle__year", "cycle__title"), width=36),
        Column(
            "state",
            "状态",
            lambda row: row.get_state_display(),
            sort=("state",),
            template="assessments/_import_state.html",
        ),
        Column("n_new", "新增", "n_new", sort=("n_new",), numeric=True, width=8),
        Column("n_changed", "更改", "n_changed", sort=("n_changed",), numeric=True, width=8),
        Column("n_unchanged", "不变", "n_unchanged", sort=("n_unchanged",), numeric=True, width=8),
        Column("n_problems", "错误", "n_problems", sort=("n_problems",), numeric=True, width=8),
        Column("uploaded_by", "上传人", "uploaded_by.display_name", sort=("uploaded_by__display_name",)),
        Column("uploaded_at", "上传时间", "uploaded_at", sort=("uploaded_at",), width=18),
        Column("confirmed_at", "确认时间", "confirmed_at", sort=("confirmed_at",), width=18, shown=False),
    )
    filters: ClassVar[Sequence[Filter]] = (
        cycle_filter("cycle"),
        field_filter("state", "状态", ImportState.choices()),
    )

    def get_rows(self, request: HttpRequest) -> QuerySet[FigureImport]:
        rows = imports_visible_to(actor_of(request)).select_related("file", "cycle", "uploaded_by")
        return rows.defer("preview", "problems", "remarks")

    def page_context(self, request: HttpRequest) -> dict[str, Any]:
        actions = import_actions(request, is_primary=True)
        if not actions:
            return {}
        return {
            "actions": actions,
            "empty_hint": "下载表格，填好得分和依据，再上传。",
            "empty_action_url": actions[0].url,
            "empty_action_label": actions[0].label,
        }
