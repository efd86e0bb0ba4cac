"""The list of secretaries."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from apps.common.domain.text import search_words
from apps.common.kit.paging import BoundedPaginator, LookingPaginator
from apps.common.kit.requests import actor_of
from apps.common.kit.sheets import SheetColumn, Table
from apps.common.lists import Action, Column, Filter, ListPage
from apps.organizations.lists import UnitFilter, units_of
from apps.organizations.selectors.fields import field_choices
from apps.secretaries.domain.careers import is_in_office
from apps.secretaries.domain.kinds import AppointmentKind
from apps.secretaries.domain.phones import mask_phone
from apps.secretaries.models import Appointment, Secretary
from apps.secretaries.policies import can_edit_secretaries
from apps.secretaries.selectors import (
    in_office_on,
    main_appointment,
    matching_people,
    one_post_each,
    out_of_office,
    people_serving_in,
    secretaries_listed_for,
    told_matching,
    with_careers,
    with_main,
)

LEFT_OPEN = "left_open"
BY_MAIN = ("organization", "since")
BY_NAME = ("", "name", "stroke")


def read_main(path: str) -> Any:
    """Return a reader of one attribute of the main appointment."""

    def read(row: Secretary) -> Any:
        found: Any = main_appointment(row)
        for name in path.split("."):
            found = getattr(found, name, None)
        return found

    return read


def field_label(row: Secretary) -> str:
    """Return the field of the main appointment's organization."""
    main = main_appointment(row)
    return main.organization.get_field_display() if main else ""


def state_label(row: Secretary) -> str:
    """Tell in a word whether the person is in office today."""
    today = timezone.localdate()
    return (
        "在任"
        if any(is_in_office(one.started_on, one.ended_on, today) for one in row.appointments.all())
        else "不在任"
    )


def serving(rows: QuerySet[Any], **conditions: Any) -> QuerySet[Any]:
    """Narrow to people in office today at organizations that meet the conditions."""
    held = Appointment.objects.filter(in_office_on(timezone.localdate()), secretary=OuterRef("pk"))
    return rows.filter(Exists(held.filter(**conditions)))


def as_read(rows: QuerySet[Any], path: str) -> QuerySet[Any]:  # noqa: ARG001 -- what a filter is given
    """Leave the rows as they are: they were read from the unit in the first place (:meth:`SecretaryList.get_rows`)."""
    return rows


def in_state(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    """Narrow to people in office, to those still in office where the organization is no more, or to people in none."""
    if value == "in_office":
        return serving(rows)
    if value == LEFT_OPEN:
        return serving(rows, organization__abolished_on__lte=timezone.localdate())
    return out_of_office(rows, timezone.localdate())


def phone_table(request: HttpRequest, people: Sequence[Secretary], reason: str) -> Table:
    """Return the sheet of full numbers, with who took it and what for above it."""
    now = timezone.localtime()
    posts = [main_appointment(one) for one in people]
    return Table(
        title="书记通讯录",
        columns=[
            SheetColumn("姓名", 12),
            SheetColumn("党组织", 34),
            SheetColumn("职务", 16),
            SheetColumn("手机", 16),
        ],
        rows=(
            [one.name, post.organization.name if post else "", post.post if post else "", one.phone]
            for one, post in zip(people, posts, strict=True)
        ),
        notes=[
            f"导出时间：{now:%Y-%m-%d %H:%M}　导出人：{request.user}　共 {len(people)} 人",
            f"用途：{reason}。含个人信息，请勿转发，用后删除。",
        ],
        sheet_name="书记通讯录",
    )


def _order_action(request: HttpRequest) -> Action:
    """Return the link to the other order of names: official lists go by strokes of the surname."""
    params = request.GET.copy()
    by_strokes = params.get("sort") == "stroke"
    params["sort"] = "name" if by_strokes else "stroke"
    return Action("按姓名拼音" if by_strokes else "按姓氏笔画", f"?{params.urlencode()}")


UNIT = UnitFilter("unit", "所属", units_of, as_read)


class SecretaryList(ListPage):
    title = "书记"
    intro = "各级党组织书记。点姓名看书记卡片，卡片可直接打印。"
    columns = (
        Column("name", "姓名", "name", sort=("pinyin_key",), width=12,
               url=lambda row: reverse("secretaries:secretary_detail", args=[row.pk])),
        Column("organization", "党组织", read_main("organization.name"), sort=("main__organization__code",), width=34),
        Column("post", "职务", read_main("post"), width=16),
        Column("field", "领域", field_label, width=8),
        Column("since", "任职日期", read_main("started_on"), sort=("main__started_on",)),
        Column("state", "状态", state_label, template="secretaries/_state_cell.html", width=10),
        Column("phone", "手机", lambda row: mask_phone(row.phone), width=14),
        Column("gender", "性别", lambda row: row.get_gender_display(), sort=("gender",), shown=False, width=6),
        Column("born", "出生年月", lambda row: f"{row.born_on:%Y-%m}" if row.born_on else "", sort=("born_on",),
               shown=False, width=10),
        Column("stroke", "姓氏笔画序", "name", sort=("stroke_key",), shown=False, width=12),
    )  # fmt: skip
    filters = (
        UNIT,
        Filter("field", "领域", field_choices, lambda rows, value: serving(rows, organization__field=value)),
        Filter("kind", "任职类别", AppointmentKind.choices(), lambda rows, value: serving(rows, kind=value)),
        Filter(
            "state",
            "状态",
            [("in_office", "在任"), ("out", "不在任"), (LEFT_OPEN, "在任，但组织已撤销")],
            in_state,
        ),
    )
    search_fields = ("name", "pinyin_key", "initials_key")
    search_hint = "姓名、拼音或首字母"
    default_sort = "name"
    empty_text = "还没有您能看到的书记。"

    def search(self, rows: QuerySet[Any], word: str) -> QuerySet[Any]:
        return matching_people(rows, word)

    def narrowed_rows(self, request: HttpRequest) -> QuerySet[Secretary]:
        """Return the rows as the request narrows and orders them."""
        return self._ordered(request, self._narrowed(request, self.get_rows(request)), list(self.columns))

    def get_rows(self, request: HttpRequest) -> QuerySet[Secretary]:
        actor, path = actor_of(request), UNIT.path(request)
        rows = people_serving_in(actor, path, timezone.localdate()) if path else secretaries_listed_for(actor)
        return with_careers(rows)

    def paginator(self, request: HttpRequest, rows: QuerySet[Any]) -> BoundedPaginator:
        """Count the people of a unit by their posts; look where people of a name are met."""
        size, asked = self._page_size(request), request.GET
        words = search_words(asked.get("q", ""))
        if words and asked.get("sort", "").lstrip("-") in BY_NAME:
            looking = LookingPaginator(rows, size)
            looking.first = told_matching(Secretary.objects.order_by(*rows.query.order_by), words)
            return looking
        paginator = BoundedPaginator(rows, size)
        path = UNIT.path(request)
        if path and not words and not any(asked.get(one.name) for one in self.filters if one is not UNIT):
            paginator.counted = one_post_each(path, timezone.localdate())
        return paginator

    def _ordered(self, request: HttpRequest, rows: QuerySet[Any], columns: list[Column]) -> QuerySet[Any]:
        is_by_main = request.GET.get("sort", "").lstrip("-") in BY_MAIN
        return super()._ordered(request, with_main(rows) if is_by_main else rows, columns)

    def is_allowed(self, request: HttpRequest) -> bool:
        return bool(actor_of(request).scope_paths())

    def page_context(self, request: HttpRequest) -> dict[str, Any]:
        actions = [_order_action(request)]
        if can_edit_secretaries(actor_of(request)):
            query = request.GET.urlencode()
            actions.append(Action("导出手机号", f"{reverse('secretaries:phone_export')}?{query}"))
            actions.append(Action("新增书记", reverse("secretaries:secretary_create")))
        return {"actions": actions, "empty_hint": "可从“花名册导入”用工作簿一次导入，也可以逐个新增。"}
