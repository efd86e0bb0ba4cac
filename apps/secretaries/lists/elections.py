"""Elections that are due (应换届)."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from apps.common.kit.paging import BoundedPaginator
from apps.common.kit.requests import actor_of
from apps.common.lists import Action, Column, Filter, ListPage, field_filter
from apps.organizations.domain.kinds import OrganizationKind
from apps.organizations.lists import UnitFilter, in_subtree, units_of
from apps.organizations.models import Organization
from apps.organizations.selectors import with_superior_name
from apps.organizations.selectors.search import matching
from apps.secretaries.domain.terms import DueState, days_left_in_words, due_state
from apps.secretaries.selectors import electing_organizations, in_due_state, with_last_election


def state_of(row: Any) -> str:
    """Return how near the next election is, in words."""
    return due_state(row.due_on, timezone.localdate()).label


def left_of(row: Any) -> str:
    """Return the days that are left, in words."""
    return days_left_in_words(row.due_on, timezone.localdate())


def shifted(row: Any) -> str:
    """Return why the day was moved, if it was."""
    return row.shift_reason or ""


def by_state(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    """Narrow to a state of being due."""
    return in_due_state(rows, DueState(value), timezone.localdate())


class ElectionList(ListPage):
    title = "换届"
    intro = "应当换届的党组织，按应换届日期排列。届期按类型：党委 5 年，党总支、党支部 3 年；不同的在党组织页面设置。"
    columns = (
        Column("name", "党组织", "name", sort=("pinyin_key",), width=34,
               url=lambda row: reverse("organizations:organization_detail", args=[row.pk])),
        Column("code", "编码", "code", sort=("code",), width=16, shown=False),
        Column("kind", "类型", lambda row: row.get_kind_display(), sort=("kind",), width=10),
        Column("superior", "上级党组织", "superior_name", sort=("path",), width=28),
        Column("term", "届期（年）", "term", sort=("standing__term_years",), numeric=True, width=10),
        Column("held", "上次换届", "held_on", sort=("held_on",)),
        Column("due", "应换届日期", "due_on", sort=("standing__due_on",)),
        Column("left", "期限", left_of, width=14),
        Column("state", "状态", state_of, template="secretaries/_due_cell.html", width=16),
        Column("shift", "延期或提前原因", shifted, shown=False, width=24),
    )  # fmt: skip
    filters = (
        UnitFilter("unit", "所属", units_of, in_subtree),
        field_filter("kind", "类型", OrganizationKind.choices()),
        Filter("state", "状态", DueState.choices(), by_state),
    )
    search_fields = ("name", "code", "pinyin_key", "initials_key")
    search_hint = "党组织名称、编码、拼音或首字母"
    default_sort = "due"
    empty_text = "没有符合条件的党组织。"

    def get_rows(self, request: HttpRequest) -> QuerySet[Organization]:
        rows = electing_organizations(actor_of(request), timezone.localdate())
        return with_superior_name(with_last_election(rows)).order_by("standing__due_on", "pk")

    def paginator(self, request: HttpRequest, rows: QuerySet[Any]) -> BoundedPaginator:
        """Count without the elections themselves: nothing is narrowed by them."""
        paginator = super().paginator(request, rows)
        bare = electing_organizations(actor_of(request), timezone.localdate())
        paginator.counted = self._narrowed(request, bare).order_by().values("pk")
        return paginator

    def is_allowed(self, request: HttpRequest) -> bool:
        return bool(actor_of(request).scope_paths())

    def search(self, rows: QuerySet[Any], word: str) -> QuerySet[Any]:
        return matching(rows, word)

    def page_context(self, request: HttpRequest) -> dict[str, Any]:  # noqa: ARG002 -- the base gives it
        actions = [Action("书记空缺", reverse("secretaries:vacancy_list"))]
        return {"actions": actions, "empty_hint": "可放宽筛选条件，或在党组织页面登记换届。"}
