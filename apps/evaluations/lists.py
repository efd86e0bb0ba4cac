"""Lists of sessions and of released words. Rehearsals stand on the page of their session, not here."""

from functools import cached_property
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from apps.accounts.models import User
from apps.common.lists import Action, Column, Filter, ListPage, field_filter
from apps.evaluations.domain.states import SessionState
from apps.evaluations.models import EvaluationSession, OpenedComment
from apps.evaluations.policies import can_list_sessions, can_manage_session
from apps.evaluations.selectors import sessions_visible_to, with_slip_counts
from apps.evaluations.selectors.results import RELEASED_STATES, comment_rows

YEARS = "evaluations.years"


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


def _years(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the years to filter by, read once per request."""
    kept: list[int] | None = request.META.get(YEARS)
    if kept is None:
        rows = sessions_visible_to(_user(request)).order_by("-cycle__year")
        kept = request.META[YEARS] = list(rows.values_list("cycle__year", flat=True).distinct())
    return [(str(year), f"{year}年度") for year in kept]


class SessionList(ListPage):
    title = "测评"
    intro = "现场测评场次：设密钥、彩排、打印测评票、开始投票、截止、开箱、发布。"
    columns = (
        Column(
            "title",
            "场次",
            "title",
            sort=("title",),
            url=lambda row: reverse("evaluations:session_detail", args=[row.pk]),
            width=34,
        ),
        Column("cycle", "年度周期", "cycle.title", sort=("-cycle__year", "cycle__title"), width=30),
        Column(
            "state",
            "状态",
            lambda row: row.get_state_display(),
            sort=("state",),
            template="evaluations/_state_cell.html",
        ),
        Column("n_subjects", "述职对象（名）", "n_subjects", sort=("n_subjects",), numeric=True),
        Column("n_issued", "发出（张）", "n_issued", sort=("n_issued",), numeric=True),
        Column("closes", "预定截止", "closes_at", sort=("closes_at",), width=18, shown=False),
        Column("opened", "开始投票", "opened_for_voting_at", sort=("opened_for_voting_at",), width=18),
        Column("closed", "截止", "closed_at", sort=("closed_at",), width=18),
    )
    filters = (
        Filter("year", "年度", _years, lambda rows, value: rows.filter(cycle__year=int(value))),
        field_filter("state", "状态", SessionState.choices()),
    )
    search_fields = ("title", "cycle__title")
    search_hint = "搜索场次、周期"
    empty_text = "还没有测评场次。"

    def is_allowed(self, request: HttpRequest) -> bool:
        return can_list_sessions(_user(request))

    def get_rows(self, request: HttpRequest) -> QuerySet[EvaluationSession]:
        return with_slip_counts(sessions_visible_to(_user(request)).filter(rehearsal_of=None))

    def page_context(self, request: HttpRequest) -> dict[str, Any]:
        create = reverse("evaluations:session_create")
        return {
            "actions": [Action("新增测评场次", create, is_primary=True)],
            "empty_hint": "周期进入“述职报告”阶段后就可以新增场次、打印测评票。",
            "empty_action_url": create,
            "empty_action_label": "新增测评场次",
        }


def _about(row: OpenedComment) -> str:
    """Return whom the words are about, if enough ballots wrote about that person for the name to be shown."""
    reviewee = row.subject.reviewee if row.subject is not None and row.shown_no is not None else None  # type: ignore[attr-defined]  # annotated by comment_rows
    return reviewee.name if reviewee else "全场和其他"


def _field(row: OpenedComment) -> str:
    items = row.paper.definition["items"]
    return next((item["text"] for item in items if item["key"] == row.item_key), "意见")


class CommentList(ListPage):
    """Words of the ballots after the release. Rows carry no group, no time and no order of casting."""

    title = "测评意见"
    intro = "意见与评分、类别已经拆开，顺序随机。写到同一个人的不足规定票数的，并入“全场和其他”，不标姓名。"
    columns = (
        Column("about", "关于", _about, sort=("shown_no",), width=16),
        Column("field", "栏目", _field, width=18),
        Column("text", "内容", "text", width=70),
    )
    search_fields = ("text",)
    search_hint = "搜索内容"
    empty_text = "没有可以公开的测评意见。"

    def is_allowed(self, request: HttpRequest) -> bool:
        return can_list_sessions(_user(request))

    def get_rows(self, request: HttpRequest) -> QuerySet[OpenedComment]:
        return comment_rows(self._session)

    @cached_property
    def _session(self) -> EvaluationSession:
        """The session of the address, looked up once per request: a view lives as long as its request."""
        user = _user(self.request)
        rows = sessions_visible_to(user).select_related("cycle__scheme", "cycle__host")
        session = get_object_or_404(rows, pk=self.kwargs["session_id"])
        if not can_manage_session(user, session):
            raise PermissionDenied
        return session

    def page_context(self, request: HttpRequest) -> dict[str, Any]:
        session = self._session
        k_min = session.cycle.scheme.k_min
        detail = reverse("evaluations:session_detail", args=[session.pk])
        is_released = session.state in RELEASED_STATES
        return {
            "crumbs": [("测评", reverse("evaluations:session_list")), (session.title, detail), ("意见", "")],
            "empty_hint": f"没有人写意见，或写意见的不足 {k_min} 张票，按规定不公开。"
            if is_released
            else "测评结果发布以后才能查看意见。",
            "empty_action_url": detail,
            "empty_action_label": "回到场次",
        }
