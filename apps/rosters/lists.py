"""The list of imports."""

from typing import Any, cast

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from apps.accounts.models import User
from apps.common.lists import Action, Column, ListPage, field_filter
from apps.rosters.domain.states import ImportState
from apps.rosters.models import RosterImport
from apps.rosters.policies import can_import
from apps.rosters.selectors import imports_visible_to


class ImportList(ListPage):
    title = "花名册导入"
    intro = "用一个工作簿导入党组织和书记：先预检，不改动任何内容；核对后确认，一次写入。"
    columns = (
        Column("file", "文件", "file.name", sort=("file__name",), width=34,
               url=lambda row: reverse("rosters:import_detail", args=[row.pk])),
        Column("state", "状态", lambda row: row.get_state_display(), sort=("state",), template="rosters/_state_cell.html", width=10),
        Column("n_organizations", "党组织", "n_organizations", numeric=True, width=8),
        Column("n_secretaries", "书记", "n_secretaries", numeric=True, width=8),
        Column("n_created", "新增", "n_created", numeric=True, width=8),
        Column("n_updated", "更新", "n_updated", numeric=True, width=8),
        Column("n_errors", "错误", "n_errors", numeric=True, width=8),
        Column("uploaded_by", "上传人", "uploaded_by.display_name", sort=("uploaded_by__display_name",), width=12),
        Column("uploaded_at", "上传时间", "uploaded_at", sort=("uploaded_at",), width=18),
        Column("confirmed_at", "导入时间", "confirmed_at", sort=("confirmed_at",), shown=False, width=18),
    )  # fmt: skip
    filters = (field_filter("state", "状态", ImportState.choices()),)
    search_fields = ("file__name", "uploaded_by__display_name")
    search_hint = "文件名或上传人"
    default_sort = "-uploaded_at"
    empty_text = "还没有导入过花名册。"

    def get_rows(self, request: HttpRequest) -> QuerySet[RosterImport]:
        rows = imports_visible_to(_user(request)).select_related("file", "uploaded_by")
        return rows.defer("lines", "notices", "reason")

    def is_allowed(self, request: HttpRequest) -> bool:
        return can_import(_user(request))

    def page_context(self, request: HttpRequest) -> dict[str, Any]:
        new = reverse("rosters:import_create")
        return {
            "actions": [
                Action("下载模板", reverse("rosters:template_download")),
                Action(
                    "导出花名册",
                    reverse("rosters:roster_export"),
                    is_post=True,
                    confirm="导出您管理范围内的全部党组织和任职，含手机号，会记入日志。导出？",
                ),
                Action("导入花名册", new, is_primary=True),
            ],
            "empty_hint": "先下载模板，填好后上传预检。",
            "empty_action_url": new,
            "empty_action_label": "导入花名册",
        }


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)
