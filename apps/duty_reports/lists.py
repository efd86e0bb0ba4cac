"""Lists: duty reports, and the problems named in a cycle."""

from collections.abc import Callable
from typing import Any, cast

from django.db.models import QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse

from apps.accounts.models import User
from apps.common.lists import Action, Column, Filter, ListPage, field_filter
from apps.cycles.domain.schemes import ReportMode
from apps.cycles.selectors import cycles_visible_to
from apps.duty_reports.domain.states import ProblemSource, ReportState
from apps.duty_reports.policies import can_list_problems, can_list_reports
from apps.duty_reports.selectors import duty_reports_visible_to, problems_visible_to, with_list_figures
from apps.organizations.models import Organization
from apps.organizations.selectors.fields import field_choices

Choice = tuple[str, str]


def account(request: HttpRequest) -> User:
    """Return the account behind ``login_required``."""
    return cast("User", request.user)


def _once(request: HttpRequest, name: str, read: Callable[[], list[Choice]]) -> list[Choice]:
    """Read the choices of a filter once per request: they are asked for when narrowing and again when showing."""
    kept: dict[str, list[Choice]] = request.__dict__.setdefault("filter_choices", {})
    if name not in kept:
        kept[name] = read()
    return kept[name]


def cycle_choices(request: HttpRequest) -> list[Choice]:
    """Return the opened cycles the account may look at, newest first."""
    rows = cycles_visible_to(account(request)).exclude(stage="draft").order_by("-year", "pk")
    return _once(
        request, "cycles", lambda: [(str(pk), title) for pk, title in rows.values_list("pk", "title")]
    )


def in_unit(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    """Narrow to the subtree of the organization with this id."""
    path = Organization.objects.filter(pk=int(value)).values("path")
    return rows.filter(reviewee__organization__path__startswith=Subquery(path))


def unit_choices(request: HttpRequest) -> list[Choice]:
    """Return the organizations directly below the hosts of the cycles in sight."""
    hosts = cycles_visible_to(account(request)).exclude(stage="draft").order_by().values("host_id")
    rows = Organization.objects.filter(superior_id__in=hosts).order_by("path")
    return _once(request, "units", lambda: [(str(pk), name) for pk, name in rows.values_list("pk", "name")])


class ReportList(ListPage):
    title = "述职报告"
    search_fields = ("reviewee__name", "reviewee__organization_name")
    search_hint = "姓名或党组织"
    empty_text = "还没有述职报告。"
    columns = (
        Column(
            "name", "姓名", "reviewee.name", sort=("reviewee__secretary__pinyin_key",), width=10,
            url=lambda row: reverse("duty_reports:report_detail", args=[row.pk]),
        ),
        Column("organization", "党组织", "reviewee.organization_name", sort=("reviewee__organization__pinyin_key",), width=30),
        Column("field", "领域", lambda row: row.reviewee.get_field_display(), sort=("reviewee__field",), width=8),
        Column("mode", "述职方式", lambda row: row.reviewee.get_mode_display(), sort=("reviewee__mode",), width=12),
        Column(
            "state", "状态", lambda row: row.get_state_display(), sort=("state",),
            template="duty_reports/_state_cell.html", width=10,
        ),
        Column("n_chars", "字数", "n_chars", sort=("n_chars",), numeric=True, width=8),
        Column("n_rounds", "轮次", "n_rounds", sort=("n_rounds",), numeric=True, width=8),
        Column("submitted_at", "提交时间", "submitted_at", sort=("submitted_at",), width=18),
        Column("reminded_at", "最近催办", "reminded_at", sort=("reminded_at",), width=18),
        Column("saved_at", "最近保存", "saved_at", sort=("saved_at",), shown=False, width=18),
        Column("approved_at", "通过时间", "approved_at", sort=("approved_at",), shown=False, width=18),
        Column("cycle", "周期", "reviewee.cycle.title", sort=("reviewee__cycle__year",), shown=False, width=30),
    )  # fmt: skip
    filters = (
        Filter("cycle", "周期", cycle_choices, lambda rows, value: rows.filter(reviewee__cycle_id=value)),
        field_filter("state", "状态", ReportState.choices()),
        field_filter("field", "领域", field_choices, "reviewee__field"),
        field_filter("mode", "述职方式", ReportMode.choices(), "reviewee__mode"),
        Filter("unit", "下级单位", unit_choices, in_unit),
    )

    def is_allowed(self, request: HttpRequest) -> bool:
        return can_list_reports(account(request))

    def get_rows(self, request: HttpRequest) -> QuerySet[Any]:
        rows = with_list_figures(duty_reports_visible_to(account(request)))
        return rows.order_by("-reviewee__cycle__year", "reviewee__order_no", "pk")

    def page_context(self, request: HttpRequest) -> dict[str, Any]:
        return {
            "actions": [Action("报送进度", reverse("duty_reports:report_board"))],
            "empty_hint": "周期启动后，系统为每位述职对象建好报告。",
        }


class ProblemList(ListPage):
    title = "问题清单"
    intro = "本人查摆、会议点评、巡视巡察和监督检查指出的问题，归在党组织名下。"
    search_fields = ("text", "organization__name", "raised_by", "reviewee__name")
    search_hint = "问题、党组织或提出人"
    empty_text = "还没有登记问题。"
    columns = (
        Column("organization", "党组织", "organization.name", sort=("organization__pinyin_key",), width=26),
        Column("text", "问题", "text", width=60),
        Column("source", "来源", lambda row: row.get_source_display(), sort=("source",), width=12),
        Column("raised_by", "提出人", "raised_by", sort=("raised_by",), width=12),
        Column("reviewee", "述职对象", "reviewee.name", width=10),
        Column("year", "年度", "cycle.year", sort=("cycle__year",), numeric=True, width=8),
        Column("created_at", "登记时间", "created_at", sort=("created_at",), width=18),
        Column("field", "领域", lambda row: row.organization.get_field_display(), shown=False, width=8),
    )
    filters = (
        Filter("cycle", "周期", cycle_choices, lambda rows, value: rows.filter(cycle_id=value)),
        field_filter("source", "来源", ProblemSource.choices()),
        field_filter("field", "领域", field_choices, "organization__field"),
    )

    def is_allowed(self, request: HttpRequest) -> bool:
        return can_list_problems(account(request))

    def get_rows(self, request: HttpRequest) -> QuerySet[Any]:
        rows = problems_visible_to(account(request)).select_related("cycle", "organization", "reviewee")
        return rows.order_by("-cycle__year", "organization__path", "pk")

    def page_context(self, request: HttpRequest) -> dict[str, Any]:
        return {"empty_hint": "书记在述职报告里列出、会议点评拆分、整改台账补登的问题都会出现在这里。"}
