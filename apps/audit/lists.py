"""The log as a list."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from apps.audit.kit import labels
from apps.audit.models import AuditEntry
from apps.audit.policies import can_read_log
from apps.audit.selectors import entries_visible_to
from apps.common.kit.requests import actor_of
from apps.common.lists import Column, DateFilter, Filter, ListPage


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


class EntryList(ListPage):
    title = "日志"
    intro = "每个账号的每次操作记一条，只增不改，前后相扣。"
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
        Column("code", "事项代码", "action", width=28, shown=False),
        Column("hash", "散列", "entry_hash", width=66, shown=False),
    )
    filters = (
        Filter(
            "action",
            "事项",
            lambda request: labels.all_labels(),
            lambda rows, value: rows.filter(action=value),
        ),
        DateFilter("from", "自", lambda rows, day: rows.filter(at__gte=_start_of(day))),
        DateFilter("until", "至", lambda rows, day: rows.filter(at__lt=_start_of(day + timedelta(days=1)))),
    )
    search_fields = ("actor_label", "object_label")
    search_hint = "账号、对象或事项"
    default_sort = "-seq"
    page_size = 50
    empty_text = "日志还是空的。"

    def is_allowed(self, request: HttpRequest) -> bool:
        return can_read_log(actor_of(request))

    def get_rows(self, request: HttpRequest) -> QuerySet[AuditEntry]:
        return entries_visible_to(actor_of(request)).defer("details")

    def search(self, rows: QuerySet[Any], word: str) -> QuerySet[Any]:
        found = Q(actor_label__icontains=word) | Q(object_label__icontains=word)
        return rows.filter(found | Q(action__in=labels.actions_called(word)))
