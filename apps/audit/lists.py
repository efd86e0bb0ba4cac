"""The log as a list."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from apps.audit.domain.outcomes import Outcome
from apps.audit.kit import labels
from apps.audit.models import AuditEntry
from apps.audit.policies import can_read_log
from apps.audit.selectors import entries_visible_to, name_of_account, start_of
from apps.audit.services import record_action
from apps.common.kit.requests import actor_of
from apps.common.lists import Action, Column, DateFilter, Filter, ListPage, field_filter


def _of_app(rows: QuerySet[Any], app: str) -> QuerySet[Any]:
    return rows.filter(Q(action__startswith=f"{app}.") | Q(action__startswith=f"{app}:"))


def _of_object(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
    kind, _, number = words.partition(":")
    return rows.filter(object_type=kind, object_id=number)


def _by_link(
    name: str,
    label: str,
    apply: Callable[[QuerySet[Any], str], QuerySet[Any]],
    told: Callable[[str], str] = str,
    *,
    is_value: Callable[[str], bool] = str.isprintable,
) -> Filter:
    """Return a filter that links set: one account, one address, one request, one object. What is no value counts as none."""

    def offered(request: HttpRequest) -> list[tuple[str, str]]:
        value = request.GET.get(name, "")
        return [(value, told(value))] if value and is_value(value) else []

    return Filter(name, label, offered, apply)


def _of_last_days(rows: QuerySet[Any], days: str) -> QuerySet[Any]:
    return (
        rows.filter(at__gte=start_of(timezone.localdate() - timedelta(days=int(days))))
        if days != ALL
        else rows
    )


ALL = "all"
DEFAULT_DAYS = 30
"""Days the list shows unless asked for more: searching all of some years' entries reads every one of them."""
DEFAULT_TOLD = f"最近 {DEFAULT_DAYS} 天"
PERIODS = (("90", "最近 90 天"), ("366", "最近一年"), (ALL, "全部时间"))
BASE_FILTERS = (
    Filter("period", "时段", PERIODS, _of_last_days, unchosen=DEFAULT_TOLD),  # always the first
    Filter("app", "模块", lambda request: labels.all_apps(), _of_app),
    Filter(
        "action", "事项", lambda request: labels.all_labels(), lambda rows, value: rows.filter(action=value)
    ),
    field_filter("outcome", "结果", Outcome.choices()),
    DateFilter("from", "自", lambda rows, day: rows.filter(at__gte=start_of(day))),
    DateFilter("until", "至", lambda rows, day: rows.filter(at__lt=start_of(day + timedelta(days=1)))),
)
LINKED_FILTERS = (
    _by_link(
        "account",
        "账号",
        lambda rows, value: rows.filter(actor_id=value),
        name_of_account,
        is_value=str.isdecimal,
    ),
    _by_link("address", "来源", lambda rows, value: rows.filter(origin=value)),
    _by_link("request", "请求", lambda rows, value: rows.filter(request_id=value)),
    _by_link("object", "对象", _of_object, labels.object_told),
)
UNBOUNDED = ("from", "until", *(one.name for one in LINKED_FILTERS))
"""Who chooses one of these is shown all of it: a history that begins 30 days ago would be none."""


CODE = "audit/_code_cell.html"


class EntryList(ListPage):
    title = "日志"
    intro = f"每个账号的每次操作和每次被拒绝记一条，只增不改，前后相扣。时间为北京时间（UTC+8）。不选时段和日期时，只列出{DEFAULT_TOLD}的。"
    columns = (
        Column(
            "seq",
            "序号",
            "seq",
            sort=("seq",),
            numeric=True,
            width=10,
            url=lambda row: reverse("audit:entry_detail", args=[row.pk]),
        ),
        Column("at", "时间", "at", sort=("at", "seq"), width=18, template="audit/_at_cell.html"),
        Column("actor", "账号", "actor_label", sort=("actor_label", "seq"), width=24),
        Column("action", "事项", lambda row: labels.label_of(row.action), sort=("action", "seq"), width=20),
        Column("object", "对象", "object_label", sort=("object_label", "seq"), width=40),
        Column(
            "outcome",
            "结果",
            lambda row: Outcome(row.outcome).label,
            width=8,
            template="audit/_outcome_cell.html",
        ),
        Column("origin", "来源", "origin", sort=("origin", "seq"), width=16),
        Column("request", "请求编号", "request_id", width=18, shown=False, template=CODE),
        Column("code", "事项代码", "action", width=28, shown=False, template=CODE),
        Column("hash", "散列", "entry_hash", width=66, shown=False, template=CODE),
    )
    filters: ClassVar[Sequence[Filter | DateFilter]] = BASE_FILTERS
    search_fields = ("actor_label", "object_label")
    search_hint = "账号、对象、事项或来源"
    default_sort = "-at"  # the index of the period gives this order too
    page_size = 50
    empty_text = f"{DEFAULT_TOLD}没有日志。"

    def is_allowed(self, request: HttpRequest) -> bool:
        return can_read_log(actor_of(request))

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        linked = [one for one in LINKED_FILTERS if request.GET.get(one.name)]
        period = replace(BASE_FILTERS[0], unchosen="不限" if _has(request, UNBOUNDED) else DEFAULT_TOLD)
        self.filters = (period, *BASE_FILTERS[1:], *linked)  # type: ignore[misc]  # of this one view, not of the class
        response = super().get(request, **kwargs)
        if request.GET.get("export") == "xlsx":
            self._log_export(request)
        return response

    def get_rows(self, request: HttpRequest) -> QuerySet[AuditEntry]:
        rows = entries_visible_to(actor_of(request)).defer("details")
        return rows if _is_time_chosen(request) else _of_last_days(rows, str(DEFAULT_DAYS))

    def search(self, rows: QuerySet[Any], word: str) -> QuerySet[Any]:
        found = Q(actor_label__icontains=word) | Q(object_label__icontains=word) | Q(origin__startswith=word)
        return rows.filter(found | Q(action__in=labels.actions_called(word)))

    def page_context(self, request: HttpRequest) -> dict[str, Any]:
        return {
            "actions": [Action("核对、导出与留存", reverse("audit:log_status"))],
            "empty_action_url": f"?period={ALL}",
            "empty_action_label": "查看全部时间",
            "narrowed_hint": ""
            if _is_time_chosen(request)
            else f"只查了{DEFAULT_TOLD}的。请在“时段”里选更长的时间，或换个词、清除条件后再看。",
        }

    def _conditions(self, request: HttpRequest) -> list[str]:
        """Return how the export was narrowed; the period it has unless another is chosen is a condition too."""
        if _is_time_chosen(request):
            return super()._conditions(request)
        return [*super()._conditions(request), f"时段：{DEFAULT_TOLD}"]

    def _log_export(self, request: HttpRequest) -> None:
        conditions = self._conditions(request)
        record_action(
            "audit.list_exported",
            None,
            actor=actor_of(request),
            at=timezone.now(),
            details={"conditions": "；".join(conditions)},
        )


def _is_time_chosen(request: HttpRequest) -> bool:
    return _has(request, ("period", *UNBOUNDED))


def _has(request: HttpRequest, names: Sequence[str]) -> bool:
    return any(request.GET.get(name) for name in names)
