"""The list of archives."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import CharField, Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.urls import reverse

from apps.archives.models import CycleArchive
from apps.archives.selectors import DOWNLOADED, archives_visible_to, cycles_to_archive
from apps.audit.models import AuditEntry
from apps.common.kit.requests import actor_of
from apps.common.lists import Column, Filter, ListPage


def _cycles(request: HttpRequest) -> list[tuple[str, str]]:
    return [(str(one.pk), one.title) for one in cycles_to_archive(actor_of(request))]


class ArchiveList(ListPage):
    """All archives of managed cycles, and the button that makes one."""

    title = "归档"
    intro = "把一个周期的方案、报告、会议、测评、得分、等次、文书、整改和日志摘录打成一个归档包，随包有目录、散列值清单和核对说明。"
    template_name = "archives/archive_list.html"
    columns: ClassVar[Sequence[Column]] = (
        Column(
            "cycle",
            "周期",
            "cycle.title",
            ("cycle__year", "cycle__title"),
            lambda row: reverse("archives:archive_detail", args=[row.pk]),
            width=36,
        ),
        Column("made_at", "生成时间", "made_at", ("made_at",), width=18),
        Column("made_by", "生成人", "made_by.display_name", ("made_by__display_name",)),
        Column("n_files", "文件数", "n_files", ("n_files",), numeric=True),
        Column(
            "size",
            "大小（MB）",
            lambda row: round(row.file.size / 1024 / 1024, 1),
            ("file__size",),
            numeric=True,
        ),
        Column("sha256", "SHA-256", "file.sha256", template="archives/_hash_cell.html", width=68),
        Column("downloads", "下载", "n_downloads", numeric=True, template="archives/_download_cell.html"),
    )
    filters: ClassVar[Sequence[Filter]] = (
        Filter("cycle", "周期", _cycles, lambda rows, value: rows.filter(cycle_id=value)),
    )
    search_fields: ClassVar = ("cycle__title", "file__sha256")
    search_hint = "按周期或 SHA-256 搜索"
    default_sort = "-made_at"
    empty_text = "还没有归档包。点上面的“生成归档包”，完成后显示在这里。"

    def is_allowed(self, request: HttpRequest) -> bool:
        return bool(actor_of(request).department_paths())

    def get_rows(self, request: HttpRequest) -> QuerySet[CycleArchive]:
        taken = (
            AuditEntry.objects.filter(action=DOWNLOADED, object_id=Cast(OuterRef("file_id"), CharField()))
            .order_by()
            .values("action")
            .annotate(n=Count("seq"))
            .values("n")
        )
        rows = archives_visible_to(actor_of(request)).select_related("cycle", "file", "made_by")
        return rows.annotate(n_downloads=Subquery(taken))

    def page_context(self, request: HttpRequest) -> dict[str, Any]:
        return {
            "cycles": cycles_to_archive(actor_of(request))[:3],
            "crumbs": [("归档", reverse("archives:archive_list"))],
        }
