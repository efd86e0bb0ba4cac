"""The account's messages."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from apps.accounts.models import User
from apps.common.lists import Action, Column, Filter, ListPage
from apps.notifications.models import Notification
from apps.notifications.selectors import notifications_visible_to


class NotificationList(ListPage):
    title = "消息"
    columns = (
        Column(
            "title", "标题", "title", sort=("title",), template="notifications/_title_cell.html", width=40
        ),
        Column("body", "内容", "body", width=60),
        Column("created_at", "时间", "created_at", sort=("created_at",), width=18),
        Column(
            "state",
            "状态",
            lambda message: "已读" if message.read_at else "未读",
            template="notifications/_state_cell.html",
        ),
    )
    filters = (
        Filter(
            "state",
            "状态",
            (("unread", "未读"), ("read", "已读")),
            lambda rows, value: rows.filter(read_at__isnull=value == "unread"),
        ),
    )
    search_fields = ("title", "body")
    search_hint = "标题或内容"
    default_sort = "-created_at"
    empty_text = "还没有消息。"

    def get_rows(self, request: HttpRequest) -> QuerySet[Notification]:
        assert isinstance(request.user, User)  # noqa: S101 -- behind the login
        return notifications_visible_to(request.user)

    def page_context(self, request: HttpRequest) -> dict[str, Any]:
        url = reverse("notifications:notification_read_all")
        return {
            "actions": [Action("全部标为已读", url, is_post=True)],
            "empty_hint": "报告被退回、整改到期、任务完成时，会在这里告诉您。",
        }
