"""Lists: cycles, reviewees of a cycle, and people who could become reviewees."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.common.errors import DomainError
from apps.common.lists import Action, Column, Filter, ListPage, field_filter
from apps.cycles import services
from apps.cycles.domain.schemes import ReportMode
from apps.cycles.domain.stages import Stage
from apps.cycles.models import ReviewCycle
from apps.cycles.policies import can_create_cycle, can_list_cycles, can_manage_cycle
from apps.cycles.selectors import (
    candidates_for,
    cycles_visible_to,
    field_counts,
    papers_visible_to,
    reviewees_visible_to,
    with_list_figures,
)
from apps.organizations.domain.kinds import OrganizationKind
from apps.organizations.selectors.fields import field_choices
from apps.secretaries.selectors import posts_matching

LEVELS = [("1", "直接下级"), ("2", "下两级"), ("3", "下三级")]


def account(request: HttpRequest) -> User:
    """Return the account behind ``login_required``."""
    return cast("User", request.user)


def _years(request: HttpRequest) -> list[tuple[str, str]]:
    years = cycles_visible_to(account(request)).order_by("-year").values_list("year", flat=True).distinct()
    return [(str(year), f"{year}年") for year in years]


class CycleList(ListPage):
    title = "年度周期"
    intro = "一个组织单位一年一个周期，从筹备走到归档。点名称查看方案和进度。"
    search_fields = ("title", "host__name")
    search_hint = "名称或组织单位"
    default_sort = "-year"
    empty_text = "还没有年度周期。"
    columns = (
        Column(
            "title", "名称", "title", sort=("title",), width=34,
            url=lambda row: reverse("cycles:cycle_detail", args=[row.pk]),
        ),
        Column("year", "年度", "year", sort=("year",), numeric=True, width=8),
        Column("host", "组织单位", "host.name", sort=("host__pinyin_key",), width=24),
        Column(
            "stage", "阶段", lambda row: row.get_stage_display(), template="cycles/_stage_cell.html", width=12
        ),
        Column("n_reviewees", "述职对象（人）", "n_reviewees", sort=("n_reviewees",), numeric=True, width=12),
        Column("n_oral", "现场述职（人）", "n_oral", sort=("n_oral",), numeric=True, width=12),
        Column("reports_due_on", "报告截止", "reports_due_on", sort=("reports_due_on",)),
        Column("meeting_on", "会议日期", "meeting_on", sort=("meeting_on",)),
        Column("rectification_due_on", "整改期限", "rectification_due_on", shown=False),
        Column("opened_at", "启动时间", "opened_at", sort=("opened_at",), shown=False, width=18),
    )  # fmt: skip
    filters = (
        Filter("year", "年度", _years, lambda rows, value: rows.filter(year=value)),
        field_filter("stage", "阶段", Stage.choices()),
    )

    def is_allowed(self, request: HttpRequest) -> bool:
        return can_list_cycles(account(request))

    def get_rows(self, request: HttpRequest) -> QuerySet[Any]:
        return with_list_figures(cycles_visible_to(account(request)))

    def page_context(self, request: HttpRequest) -> dict[str, Any]:
        if not can_create_cycle(account(request)):
            return {}
        url = reverse("cycles:cycle_create")
        return {
            "actions": [Action("新增周期", url, is_primary=True)],
            "empty_hint": "先选一个方案样式新增周期，再选述职对象，检查无误后启动。",
            "empty_action_url": url,
            "empty_action_label": "新增周期",
        }


class _CyclePart(ListPage):
    """A list inside one cycle."""

    cycle: ReviewCycle

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated:
            if not can_list_cycles(account(request)):
                raise PermissionDenied
            rows = cycles_visible_to(account(request)).select_related("host", "scheme")
            self.cycle = get_object_or_404(rows, pk=kwargs["cycle_id"])
        return super().dispatch(request, *args, **kwargs)

    def is_open_to(self, request: HttpRequest) -> bool:
        """Tell whether the account may still choose people here."""
        return self.cycle.stage == Stage.DRAFT.value and can_manage_cycle(account(request), self.cycle)

    def crumbs(self, label: str) -> list[tuple[str, str]]:
        return [
            ("年度周期", reverse("cycles:cycle_list")),
            (self.cycle.title, reverse("cycles:cycle_detail", args=[self.cycle.pk])),
            (label, ""),
        ]

    def picked(self, request: HttpRequest) -> list[int]:
        """Return the ids ticked, or of everything filtered if that button was pressed."""
        if request.POST.get("scope") == "filtered":
            return list(self._narrowed(request, self.get_rows(request)).values_list("pk", flat=True))
        return [int(value) for value in request.POST.getlist("pick") if value.isdecimal()]


class RevieweeList(_CyclePart):
    title = "述职对象"
    search_fields = ("name", "organization_name", "post")
    search_hint = "姓名、党组织或职务"
    page_size = 50
    default_sort = "order_no"
    template_name = "cycles/reviewee_list.html"
    empty_text = "还没有选定述职对象。"
    columns = (
        Column("name", "姓名", "name", sort=("secretary__pinyin_key",), template="cycles/_pick_cell.html", width=10),
        Column("order_no", "序号", "order_no", sort=("order_no",), numeric=True, width=8),
        Column("organization", "党组织", "organization_name", sort=("organization__pinyin_key",), width=30),
        Column("post", "职务", "post", width=18),
        Column("field", "领域", lambda row: row.get_field_display(), sort=("field",), width=8),
        Column("mode", "述职方式", lambda row: row.get_mode_display(), sort=("mode",), width=12),
    )  # fmt: skip
    filters = (
        field_filter("field", "领域", field_choices),
        field_filter("mode", "述职方式", ReportMode.choices()),
    )

    def get_rows(self, request: HttpRequest) -> QuerySet[Any]:
        rows = reviewees_visible_to(account(request)).filter(cycle=self.cycle)
        return rows.select_related("secretary", "organization").order_by("order_no", "pk")

    def page_context(self, request: HttpRequest) -> dict[str, Any]:
        is_draft = self.is_open_to(request)
        context = {
            "cycle": self.cycle,
            "is_open": is_draft,
            "field_counts": field_counts(self.cycle),
            "crumbs": self.crumbs("述职对象"),
        }
        if not is_draft:
            return context
        add = reverse("cycles:candidate_list", args=[self.cycle.pk])
        order = reverse("cycles:reviewee_order", args=[self.cycle.pk])
        return context | {
            "actions": [Action("添加述职对象", add, is_primary=True), Action("调整顺序", order)],
            "empty_hint": "从花名册中在任的书记里选。",
            "empty_action_url": add,
            "empty_action_label": "添加述职对象",
        }

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Change the way of reporting of those picked, or take them out."""
        if not can_manage_cycle(account(request), self.cycle):
            raise PermissionDenied
        ids = self.picked(request)
        if not ids:
            messages.warning(request, "没有选中任何人，名单没有变化。")
        else:
            self._change(request, ids)
        return redirect(request.get_full_path())

    def _change(self, request: HttpRequest, ids: list[int]) -> None:
        act, at = request.POST.get("act", ""), timezone.now()
        try:
            if act == "remove":
                n = services.remove_reviewees(self.cycle.pk, reviewee_ids=ids, actor=account(request), at=at)
                messages.success(request, f"已移出{n}人。")
            elif act in dict(ReportMode.choices()):
                mode = ReportMode(act)
                n = services.set_report_mode(
                    self.cycle.pk, reviewee_ids=ids, mode=mode, actor=account(request), at=at
                )
                messages.success(request, f"{n}人已改为{mode}。")
        except DomainError as error:
            messages.error(request, error.message)


class CandidateList(_CyclePart):
    title = "添加述职对象"
    intro = "组织单位的下级里今天在任的书记。先筛选，再勾选几位，或把筛选出的全部加入。"
    search_fields = ("secretary__name", "organization__name")  # told to :meth:`search`
    search_hint = "姓名、党组织、拼音或编码"
    page_size = 50
    template_name = "cycles/candidate_list.html"
    empty_text = "没有可以添加的人：在任的书记都已加入，或花名册里还没有任职。"
    columns = (
        Column(
            "name", "姓名", "secretary.name", sort=("secretary__pinyin_key",), template="cycles/_pick_cell.html",
            width=10,
        ),
        Column("organization", "党组织", "organization.name", sort=("organization__pinyin_key",), width=30),
        Column("post", "职务", "post", width=18),
        Column("field", "领域", lambda row: row.organization.get_field_display(), sort=("organization__field",), width=8),
        Column("kind", "类型", lambda row: row.organization.get_kind_display(), sort=("organization__kind",), width=10),
        Column("level", "层级", lambda row: dict(LEVELS).get(str(row.level), f"下{row.level}级"), sort=("level",), width=10),
        Column("started_on", "任职日期", "started_on", sort=("started_on",)),
        Column("code", "编码", "organization.code", sort=("organization__code",), shown=False, width=16),
    )  # fmt: skip
    filters = (
        field_filter("field", "领域", field_choices, "organization__field"),
        field_filter("kind", "类型", OrganizationKind.choices(), "organization__kind"),
        field_filter("level", "层级", LEVELS),
    )

    def is_allowed(self, request: HttpRequest) -> bool:
        return can_manage_cycle(account(request), self.cycle)

    def get_rows(self, request: HttpRequest) -> QuerySet[Any]:
        return candidates_for(self.cycle, timezone.localdate())

    def search(self, rows: QuerySet[Any], word: str) -> QuerySet[Any]:
        return posts_matching(rows, word)

    def page_context(self, request: HttpRequest) -> dict[str, Any]:
        return {
            "cycle": self.cycle,
            "is_open": self.is_open_to(request),
            "modes": ReportMode.choices(),
            "crumbs": self.crumbs("添加述职对象"),
        }

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Add those picked."""
        if not can_manage_cycle(account(request), self.cycle):
            raise PermissionDenied
        ids = self.picked(request)
        mode = request.POST.get("mode", "")
        if not ids or mode not in dict(ReportMode.choices()):
            messages.warning(request, "没有选中任何人，名单没有变化。")
            return redirect(request.get_full_path())
        try:
            added = services.choose_reviewees(
                self.cycle.pk,
                appointment_ids=ids,
                mode=ReportMode(mode),
                actor=account(request),
                at=timezone.now(),
            )
            messages.success(request, f"已加入{len(added)}人，述职方式为{ReportMode(mode)}。")
        except DomainError as error:
            messages.error(request, error.message)
        return redirect("cycles:reviewee_list", self.cycle.pk)


class PaperSourceList(_CyclePart):
    title = "从别的周期复制测评表"
    intro = "您能看到的所有周期的测评表，往年的也在。点名称先看样子，点“复制”加到本周期，原来的表不变。"
    search_fields = ("name", "scheme__cycle__title", "scheme__cycle__host__name")
    search_hint = "名称、周期或组织单位"
    default_sort = "-year"
    template_name = "cycles/paper_source_list.html"
    empty_text = "还没有别的测评表可以复制。"
    columns = (
        Column(
            "name", "测评表", "name", sort=("name",), width=24, template="cycles/_copy_cell.html",
            url=lambda row: reverse("cycles:paper_edit", args=[row.scheme.cycle_id, row.pk]),
        ),
        Column("year", "年度", "scheme.cycle.year", sort=("scheme__cycle__year",), numeric=True, width=8),
        Column("cycle", "周期", "scheme.cycle.title", sort=("scheme__cycle__title",), width=34),
        Column("host", "组织单位", "scheme.cycle.host.name", sort=("scheme__cycle__host__pinyin_key",), width=24, shown=False),
        Column("n_items", "项目（项）", lambda row: len(row.definition["items"]), numeric=True, width=10),
    )  # fmt: skip
    filters = (Filter("year", "年度", _years, lambda rows, value: rows.filter(scheme__cycle__year=value)),)

    def is_allowed(self, request: HttpRequest) -> bool:
        return can_manage_cycle(account(request), self.cycle)

    def get_rows(self, request: HttpRequest) -> QuerySet[Any]:
        rows = papers_visible_to(account(request)).exclude(scheme=self.cycle.scheme)
        return rows.select_related("scheme__cycle__host")

    def page_context(self, request: HttpRequest) -> dict[str, Any]:
        create = reverse("cycles:paper_create", args=[self.cycle.pk])
        return {
            "cycle": self.cycle,
            "is_open": self.is_open_to(request),
            "crumbs": [*self.crumbs("测评表")[:-1], ("新增测评表", create), ("从别的周期复制", "")],
            "empty_hint": "可以从现成的版式开始。",
            "empty_action_url": create,
            "empty_action_label": "选版式",
        }
