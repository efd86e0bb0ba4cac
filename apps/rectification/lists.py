"""The ledger as a list page."""

from datetime import date
from typing import Any, cast

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from apps.accounts.domain.roles import Role
from apps.accounts.models import User
from apps.common.lists import Action, Column, Filter, ListPage, field_filter
from apps.duty_reports.domain.states import ProblemSource
from apps.notifications.kit.todos import Todo
from apps.organizations.selectors.fields import field_choices
from apps.rectification.domain.colours import Colour, colour_of, days_in_words
from apps.rectification.domain.states import ItemState
from apps.rectification.models import RectificationItem
from apps.rectification.policies import can_open_ledger
from apps.rectification.selectors import (
    Waiting,
    items_visible_to,
    ledger_places,
    waiting_for_secretary,
    waiting_for_staff,
    with_colour,
    with_settled,
)

OPEN_STATES = "not_closed"
PLACES = "rectification.places"


def user_of(request: HttpRequest) -> User:
    """Return the account behind ``login_required``."""
    return cast("User", request.user)


def colour_today(item: RectificationItem) -> str:
    """Return the item's colour in words, as of today."""
    today = timezone.localdate()
    colour = colour_of(item.due_on, today, is_closed_out=item.is_closed_out)
    days = days_in_words(item.due_on, today, is_closed_out=item.is_closed_out)
    return f"{colour.label}（{days}）" if days else colour.label


def _places(request: HttpRequest) -> list[tuple[int, str, int, str]]:
    """Return what ``ledger_places`` finds, read once per request: two filters ask, each more than once."""
    kept: list[tuple[int, str, int, str]] | None = request.META.get(PLACES)
    if kept is None:
        kept = request.META[PLACES] = list(ledger_places(user_of(request)))
    return kept


def _cycles(request: HttpRequest) -> list[tuple[str, str]]:
    return list({str(pk): title for pk, title, _, _ in _places(request)}.items())


def _organizations(request: HttpRequest) -> list[tuple[str, str]]:
    return sorted({str(pk): name for _, _, pk, name in _places(request)}.items(), key=lambda pair: pair[1])


def _in_colour(rows: QuerySet[RectificationItem], value: str) -> QuerySet[RectificationItem]:
    return with_colour(rows, value, timezone.localdate())


def _in_state(rows: QuerySet[RectificationItem], value: str) -> QuerySet[RectificationItem]:
    if value == OPEN_STATES:
        return rows.exclude(state=ItemState.CLOSED_OUT.value)
    return rows.filter(state=value)


class ItemList(ListPage):
    title = "整改台账"
    intro = "等次签发后，每个问题成为一项整改：定措施、定责任人、定时限；销号须由另一人验收。"
    columns = (
        Column(
            "organization", "责任单位", "organization.name",
            sort=("organization__pinyin_key",), width=26,
        ),
        Column(
            "problem", "问题", "problem.text", sort=("problem__text",), width=50,
            url=lambda row: reverse("rectification:item_detail", args=[row.pk]),
        ),
        Column(
            "colour", "预警", colour_today, sort=("is_settled", "due_on"),
            template="rectification/_colour_cell.html", width=18,
        ),
        Column(
            "state", "状态", lambda row: ItemState(row.state).label,
            sort=("state",), template="rectification/_state_cell.html", width=12,
        ),
        Column("due_on", "时限", "due_on", sort=("due_on",), width=12),
        Column("percent", "进度（%）", "progress_percent", sort=("progress_percent",), numeric=True, width=10),
        Column("person", "责任人", "responsible_person", sort=("responsible_person",), width=12),
        Column(
            "source", "来源", lambda row: ProblemSource(row.problem.source).label,
            sort=("problem__source",), shown=False, width=14,
        ),
        Column("raised_by", "提出人", "problem.raised_by", sort=("problem__raised_by",), shown=False),
        Column("measure", "整改措施", "measure", shown=False, width=50),
        Column("leader", "责任领导", "responsible_leader", sort=("responsible_leader",), shown=False),
        Column(
            "field", "领域", lambda row: row.organization.get_field_display(),
            sort=("organization__field",), shown=False, width=10,
        ),
        Column("cycle", "年度周期", "cycle.title", sort=("-cycle__year",), shown=False, width=26),
        Column("closed_out_at", "销号时间", "closed_out_at", sort=("closed_out_at",), shown=False, width=18),
        Column("note", "验收意见", "verification_note", shown=False, width=30),
    )  # fmt: skip
    filters = (
        Filter("cycle", "周期", _cycles, lambda rows, value: rows.filter(cycle_id=int(value))),
        Filter("state", "状态", [(OPEN_STATES, "未销号（全部）"), *ItemState.choices()], _in_state),
        Filter("colour", "预警", Colour.choices(), _in_colour),
        field_filter("field", "领域", field_choices, "organization__field"),
        Filter(
            "organization",
            "责任单位",
            _organizations,
            lambda rows, value: rows.filter(organization_id=int(value)),
        ),
        field_filter("source", "来源", ProblemSource.choices(), "problem__source"),
    )
    search_fields = ("problem__text", "organization__name", "organization__pinyin_key", "responsible_person")
    search_hint = "搜索问题、单位、责任人"
    default_sort = "colour"
    empty_text = "台账里还没有整改事项。"

    def is_allowed(self, request: HttpRequest) -> bool:
        return can_open_ledger(user_of(request))

    def get_rows(self, request: HttpRequest) -> QuerySet[RectificationItem]:
        return with_settled(items_visible_to(user_of(request)))

    def page_context(self, request: HttpRequest) -> dict[str, Any]:
        hint = {"empty_hint": "等次签发后，点评和自查的问题会自动成为整改事项。"}
        if not user_of(request).is_department_staff:
            return hint
        return hint | {
            "actions": [Action("登记巡察、检查发现的问题", reverse("rectification:problem_create"))]
        }


def item_todos(user: User, today: date) -> list[Todo]:
    """Return what waits for the account in the ledger; one query each for secretaries and staff."""
    found: list[Todo] = []
    if user.holds(Role.SECRETARY.value):
        found += _secretary_todos(waiting_for_secretary(user, today))
    if user.is_department_staff:
        found += _staff_todos(waiting_for_staff(user, today))
    return [todo for todo in found if todo.count]


def _secretary_todos(waiting: Waiting) -> list[Todo]:
    own, due_on = reverse("rectification:own_item_list"), waiting.first_due_on
    return [
        Todo("制定整改措施", own, waiting.n_unplanned, due_on, order=70),
        Todo("整改已逾期", own, waiting.n_overdue, due_on, order=71),
        Todo("整改即将到期", own, waiting.n_due_soon, due_on, order=72),
    ]


def _staff_todos(waiting: Waiting) -> list[Todo]:
    ledger = reverse("rectification:item_list")
    return [
        Todo("验收销号申请", f"{ledger}?state={ItemState.APPLIED.value}", waiting.n_applied, order=70),
        Todo("督促逾期的整改", f"{ledger}?colour={Colour.RED.value}", waiting.n_overdue, order=71),
    ]
