"""The list of secretaries."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from apps.common.kit.requests import actor_of
from apps.common.lists import Action, Column, Filter, ListPage
from apps.organizations.lists import units_of
from apps.organizations.models import Organization
from apps.organizations.selectors.fields import field_choices
from apps.secretaries.domain.phones import mask_phone
from apps.secretaries.models import Appointment, Secretary
from apps.secretaries.policies import can_edit_secretaries
from apps.secretaries.selectors import main_appointment, secretaries_visible_to, with_careers


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
    """Tell in a word whether the person is in office."""
    main = main_appointment(row)
    return "在任" if main and main.ended_on is None else "不在任"


def serving(rows: QuerySet[Any], **conditions: Any) -> QuerySet[Any]:
    """Narrow to people in office at organizations that meet the conditions."""
    found = Appointment.objects.filter(secretary=OuterRef("pk"), ended_on__isnull=True, **conditions)
    return rows.filter(Exists(found))


def in_subtree(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    """Narrow to people in office in the subtree of the organization with this id."""
    path = Organization.objects.filter(pk=int(value)).values_list("path", flat=True).first()
    return serving(rows, organization__path__startswith=path) if path else rows.none()


def in_state(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    """Narrow to people in office, or to the others."""
    in_office = Exists(Appointment.objects.filter(secretary=OuterRef("pk"), ended_on__isnull=True))
    return rows.filter(in_office if value == "in_office" else ~in_office)


class SecretaryList(ListPage):
    title = "书记"
    intro = "各级党组织书记。点姓名看书记卡片，卡片可直接打印。"
    columns = (
        Column("name", "姓名", "name", sort=("pinyin_key",), width=12,
               url=lambda row: reverse("secretaries:secretary_detail", args=[row.pk])),
        Column("organization", "党组织", read_main("organization.name"), sort=("main_code",), width=34),
        Column("post", "职务", read_main("post"), width=16),
        Column("field", "领域", field_label, width=8),
        Column("since", "任职日期", read_main("started_on"), sort=("main_since",)),
        Column("state", "状态", state_label, template="secretaries/_state_cell.html", width=10),
        Column("phone", "手机", lambda row: mask_phone(row.phone), width=14),
        Column("gender", "性别", lambda row: row.get_gender_display(), sort=("gender",), shown=False, width=6),
        Column("born", "出生年月", lambda row: f"{row.born_on:%Y-%m}" if row.born_on else "", sort=("born_on",),
               shown=False, width=10),
        Column("stroke", "姓氏笔画序", "name", sort=("stroke_key",), shown=False, width=12),
    )  # fmt: skip
    filters = (
        Filter("unit", "所属", units_of, in_subtree),
        Filter("field", "领域", field_choices, lambda rows, value: serving(rows, organization__field=value)),
        Filter("state", "状态", [("in_office", "在任"), ("out", "不在任")], in_state),
    )
    search_fields = ("name", "pinyin_key")
    search_hint = "姓名或拼音"
    default_sort = "organization"
    empty_text = "还没有您能看到的书记。"

    def get_rows(self, request: HttpRequest) -> QuerySet[Secretary]:
        return with_careers(secretaries_visible_to(actor_of(request)))

    def is_allowed(self, request: HttpRequest) -> bool:
        return bool(actor_of(request).scope_paths())

    def page_context(self, request: HttpRequest) -> dict[str, Any]:
        actions = []
        if can_edit_secretaries(actor_of(request)):
            actions.append(Action("新增书记", reverse("secretaries:secretary_create")))
        return {"actions": actions, "empty_hint": "可从“花名册导入”用工作簿一次导入，也可以逐个新增。"}
