"""The lists of organizations: as they are now, and as they were on a day."""

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from apps.common.domain.chinese_dates import parse_date
from apps.common.kit.requests import actor_of
from apps.common.lists import Action, Column, DateFilter, Filter, ListPage, field_filter
from apps.organizations.domain.kinds import OrganizationKind
from apps.organizations.models import Organization
from apps.organizations.policies import can_edit_organizations
from apps.organizations.selectors import (
    organizations_visible_to,
    sees_part_only,
    with_superior_name,
    within,
)
from apps.organizations.selectors.fields import field_choices
from apps.organizations.selectors.history import organizations_as_of
from apps.organizations.selectors.search import matching, matching_then

UNITS_OFFERED = 200


def units_of(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the units of the two upper levels, to narrow a list to one of them."""
    return [(key, name) for key, name, _ in _known_units(request)]


def _known_units(request: HttpRequest) -> list[tuple[str, str, str]]:
    """Return ids, names and paths of the units. Read once per request."""
    known: list[tuple[str, str, str]] | None = getattr(request, "organization_units", None)
    if known is None:
        rows = organizations_visible_to(actor_of(request)).filter(depth__lte=1, abolished_on__isnull=True)
        read = rows.order_by("path").values_list("pk", "name", "path")
        known = [(str(pk), name, path) for pk, name, path in read[:UNITS_OFFERED]]
        setattr(request, "organization_units", known)  # noqa: B010 -- an attribute Django's class does not declare
    return known


class UnitFilter(Filter):
    """Narrows to the subtree of one of the units; ``apply`` takes its path."""

    def narrowed(self, rows: QuerySet[Any], request: HttpRequest) -> QuerySet[Any]:
        """Apply the chosen unit; one that is not offered counts as none."""
        path = self.path(request)
        return self.apply(rows, path) if path else rows

    def path(self, request: HttpRequest) -> str:
        """Return the path of the chosen unit, empty for none."""
        chosen = request.GET.get(self.name, "")
        return next((path for key, _, path in _known_units(request) if key == chosen), "") if chosen else ""


def in_subtree(rows: QuerySet[Any], path: str) -> QuerySet[Any]:
    """Narrow organizations to a subtree."""
    return rows.filter(path__startswith=path)


def in_state(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    """Narrow to living or abolished organizations."""
    return rows.filter(abolished_on__isnull=value == "living")


class OrganizationList(ListPage):
    title = "党组织"
    intro = "花名册中的党组织。点名称看隶属关系和历任书记。"
    columns = (
        Column("name", "名称", "name", sort=("pinyin_key",), width=34,
               url=lambda row: reverse("organizations:organization_detail", args=[row.pk])),
        Column("code", "编码", "code", sort=("code",), width=16),
        Column("kind", "类型", lambda row: row.get_kind_display(), sort=("kind",), width=10),
        Column("field", "领域", lambda row: row.get_field_display(), sort=("field",), width=8),
        Column("superior", "上级党组织", "superior_name", sort=("path",), width=30),
        Column("stroke", "名称笔画序", "name", sort=("stroke_key",), shown=False, width=34),
        Column("depth", "层级", "depth", sort=("depth", "pinyin_key"), numeric=True, shown=False, width=8),
        Column("founded_on", "成立日期", "founded_on", sort=("founded_on",), shown=False),
        Column("state", "状态", lambda row: "已撤销" if row.abolished_on else "正常", sort=("abolished_on",), width=10,
               template="organizations/_state_cell.html"),
        Column("abolished_on", "撤销日期", "abolished_on", sort=("abolished_on",), shown=False),
        Column("note", "备注", "note", shown=False, width=24),
    )  # fmt: skip
    filters = (
        UnitFilter("unit", "所属", units_of, in_subtree),
        field_filter("field", "领域", field_choices),
        field_filter("kind", "类型", OrganizationKind.choices()),
        Filter("state", "状态", [("living", "正常"), ("abolished", "已撤销")], in_state),
    )
    search_fields = ("name", "code", "pinyin_key", "initials_key")
    search_hint = "名称、编码、拼音或首字母"
    default_sort = "code"
    empty_text = "花名册里还没有您能看到的党组织。"

    def get_rows(self, request: HttpRequest) -> QuerySet[Organization]:
        return with_superior_name(organizations_visible_to(actor_of(request)))

    def is_allowed(self, request: HttpRequest) -> bool:
        return bool(actor_of(request).scope_paths())

    def is_gathered(self, request: HttpRequest) -> bool:
        """Codes go by places: those of one province stand together, and the last province's behind all others."""
        by_code = request.GET.get("sort", "").lstrip("-") in {"", "code"}
        return by_code and (bool(request.GET.get("unit")) or sees_part_only(actor_of(request)))

    def search(self, rows: QuerySet[Any], word: str) -> QuerySet[Any]:
        return matching(rows, word)

    def page_context(self, request: HttpRequest) -> dict[str, Any]:
        actions = [
            Action("组织树", reverse("organizations:organization_tree")),
            Action("按某日查看", reverse("organizations:past_organization_list")),
        ]
        if can_edit_organizations(actor_of(request)):
            actions.append(Action("领域", reverse("organizations:field_list")))
            actions.append(Action("新增党组织", reverse("organizations:organization_create")))
        return {"actions": actions, "empty_hint": "可从“花名册导入”用工作簿一次导入，也可以逐个新增。"}


class PastOrganizationList(ListPage):
    """The organizations of a day, of those that are in the account's subtrees now. Read only."""

    title = "党组织（按某日查看）"
    intro = "名称、编码、类型、领域和上级都是所选那一天的，只供查看和导出；没有选日期就是今天。成立日期未填的组织，视为一直存在。"
    columns = (
        Column("name", "当时名称", "name", sort=("organization__pinyin_key",), width=34,
               url=lambda row: reverse("organizations:organization_history", args=[row.organization_id])),
        Column("code", "当时编码", "code", sort=("code",), width=16),
        Column("kind", "当时类型", lambda row: row.get_kind_display(), sort=("kind",), width=10),
        Column("field", "当时领域", lambda row: row.get_field_display(), sort=("field",), width=8),
        Column("superior", "当时上级", lambda row: row.superior_name, width=30),
        Column("begins_on", "此状态始于", "begins_on", sort=("begins_on",)),
        Column("ends_on", "此状态止于", "ends_on", sort=("ends_on",)),
        Column("now", "现在名称", "organization.name", shown=False, width=34),
        Column("state", "现在状态", lambda row: "已撤销" if row.organization.abolished_on else "正常", width=10),
    )  # fmt: skip
    filters = (
        DateFilter("day", "按某日查看", lambda rows, day: rows),
        field_filter("field", "领域", field_choices),
        field_filter("kind", "类型", OrganizationKind.choices()),
    )
    search_fields = ("name", "code", "organization__pinyin_key", "organization__initials_key")
    search_hint = "当时的名称、编码或现在的拼音、首字母"
    default_sort = "code"
    empty_text = "那一天没有您能看到的党组织。"

    def get_rows(self, request: HttpRequest) -> QuerySet[Any]:
        day = parse_date(request.GET.get("day", "")) or timezone.localdate()
        superiors = organizations_as_of(day).filter(organization=OuterRef("superior")).values("name")[:1]
        rows = organizations_as_of(day).filter(within(actor_of(request).scope_paths(), "organization__"))
        return rows.select_related("organization").annotate(superior_name=Subquery(superiors))

    def is_allowed(self, request: HttpRequest) -> bool:
        return bool(actor_of(request).scope_paths())

    def search(self, rows: QuerySet[Any], word: str) -> QuerySet[Any]:
        return matching_then(rows, word)

    def page_context(self, request: HttpRequest) -> dict[str, Any]:
        day = parse_date(request.GET.get("day", ""))
        query = f"?day={day.isoformat()}" if day else ""
        return {
            "actions": [Action("当天的组织树", reverse("organizations:organization_tree") + query)],
            "crumbs": [("党组织", reverse("organizations:organization_list")), ("按某日查看", "")],
        }
