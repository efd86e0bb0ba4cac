"""Organizations that nobody heads (空缺)."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from apps.common.kit.requests import actor_of
from apps.common.lists import Action, Column, Filter, ListPage, field_filter
from apps.organizations.domain.kinds import OrganizationKind
from apps.organizations.lists import UnitFilter, in_subtree, units_of
from apps.organizations.models import Organization
from apps.organizations.selectors import with_superior_name
from apps.organizations.selectors.search import matching
from apps.secretaries.policies import can_edit_secretaries
from apps.secretaries.selectors import never_led, vacant_longer_than, vacant_organizations, with_vacancy

NEVER = "never"
DAYS = [("90", "三个月以上"), ("180", "半年以上"), ("365", "一年以上"), (NEVER, "从未登记过书记")]


def days_vacant(row: Any) -> int | None:
    """Return how many days the post has been vacant; ``None`` if no secretary was ever recorded."""
    since: date | None = row.vacant_since
    return (timezone.localdate() - since).days if since else None


def last_label(row: Any) -> str:
    """Return who left last."""
    return row.last_name or "从未登记过"


def acting_label(row: Any) -> str:
    """Return who acts meanwhile."""
    return f"{row.acting_name}（{row.acting_post}）" if row.acting_name else "无人主持"


def next_label(row: Any) -> str:
    """Return who is to take over, and when."""
    return f"{row.next_name}，{row.next_on} 到任" if row.next_name else ""


def by_acting(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    """Narrow to vacancies with or without somebody acting."""
    return rows.filter(acting_id__isnull=value == "none")


def by_age(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    """Narrow to vacancies older than so many days, or to those that never had a secretary."""
    if value == NEVER:
        return never_led(rows)
    return vacant_longer_than(rows, int(value), timezone.localdate())


class VacancyList(ListPage):
    title = "书记空缺"
    intro = "今天没有书记在任的党组织（已撤销的不算）。主持工作的人不算书记，列在“主持工作”一栏。"
    columns = (
        Column("name", "党组织", "name", sort=("pinyin_key",), width=34,
               url=lambda row: reverse("organizations:organization_detail", args=[row.pk])),
        Column("code", "编码", "code", sort=("code",), width=16),
        Column("kind", "类型", lambda row: row.get_kind_display(), sort=("kind",), width=10, shown=False),
        Column("superior", "上级党组织", "superior_name", sort=("path",), width=28),
        Column("since", "空缺自", "vacant_since", sort=("standing__vacant_from",)),
        Column("days", "已空缺（天）", days_vacant, numeric=True, width=12),
        Column("last", "前任书记", last_label, width=12),
        Column("acting", "主持工作", acting_label, width=24, template="secretaries/_acting_cell.html"),
        Column("next", "已定接任", next_label, width=20, shown=False),
    )  # fmt: skip
    filters = (
        UnitFilter("unit", "所属", units_of, in_subtree),
        field_filter("kind", "类型", OrganizationKind.choices()),
        Filter("days", "空缺时间", DAYS, by_age),
        Filter("acting", "主持工作", [("some", "有人主持"), ("none", "无人主持")], by_acting),
    )
    search_fields = ("name", "code", "pinyin_key", "initials_key")
    search_hint = "党组织名称、编码、拼音或首字母"
    default_sort = "since"
    empty_text = "没有书记空缺的党组织。"

    def get_rows(self, request: HttpRequest) -> QuerySet[Organization]:
        today = timezone.localdate()
        return with_superior_name(with_vacancy(vacant_organizations(actor_of(request), today), today))

    def is_allowed(self, request: HttpRequest) -> bool:
        return bool(actor_of(request).scope_paths())

    def search(self, rows: QuerySet[Any], word: str) -> QuerySet[Any]:
        return matching(rows, word)

    def page_context(self, request: HttpRequest) -> dict[str, Any]:
        actions = [Action("书记", reverse("secretaries:secretary_list"))]
        if can_edit_secretaries(actor_of(request)):
            actions.append(Action("新增书记", reverse("secretaries:secretary_create")))
        return {"actions": actions, "empty_hint": "每个党组织今天都有书记在任。"}
