"""List, set-up, detail with the three buttons, and release of a session."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.common.errors import DomainError
from apps.common.lists import Action, Column, ListPage, field_filter
from apps.cycles.models import ReviewCycle
from apps.evaluations import services
from apps.evaluations.domain import sealing
from apps.evaluations.domain.states import ORDER, SessionState
from apps.evaluations.forms import SessionForm
from apps.evaluations.models import EvaluationSession
from apps.evaluations.policies import can_list_sessions
from apps.evaluations.selectors import (
    cycles_for_sessions,
    ledger_lines,
    sessions_visible_to,
    with_slip_counts,
)
from apps.evaluations.views.doors import held_session, user_of

LIST = ("测评", "evaluations:session_list")


class SessionList(ListPage):
    title = "测评"
    intro = "现场测评场次：设密钥、打印测评票、开始投票、截止、开箱、发布。"
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
        Column("n_subjects", "被评议人（名）", "n_subjects", sort=("n_subjects",), numeric=True),
        Column("n_issued", "发出（张）", "n_issued", sort=("n_issued",), numeric=True),
        Column("opened", "开始投票", "opened_for_voting_at", sort=("opened_for_voting_at",), width=18),
        Column("closed", "截止", "closed_at", sort=("closed_at",), width=18),
    )
    filters = (field_filter("state", "状态", SessionState.choices()),)
    search_fields = ("title", "cycle__title")
    search_hint = "搜索场次、周期"
    empty_text = "还没有测评场次。"

    def is_allowed(self, request: HttpRequest) -> bool:
        return can_list_sessions(user_of(request))

    def get_rows(self, request: HttpRequest) -> QuerySet[EvaluationSession]:
        return with_slip_counts(sessions_visible_to(user_of(request)))

    def page_context(self, request: HttpRequest) -> dict[str, Any]:  # noqa: ARG002 -- the base's signature
        create = reverse("evaluations:session_create")
        return {
            "actions": [Action("新增测评场次", create, is_primary=True)],
            "empty_hint": "周期进入“述职报告”阶段后就可以新增场次、打印测评票。",
            "empty_action_url": create,
            "empty_action_label": "新增测评场次",
        }


def crumbs(session: EvaluationSession, last: str = "") -> list[tuple[str, str]]:
    """Return the way to a page of the session."""
    detail = reverse("evaluations:session_detail", args=[session.pk])
    way = [(LIST[0], reverse(LIST[1])), (session.title, detail if last else "")]
    return [*way, (last, "")] if last else way


@login_required
@require_http_methods(["GET", "POST"])
def session_create(request: HttpRequest) -> HttpResponse:
    """Choose the cycle first (the groups depend on it), then title and numbers."""
    user = user_of(request)
    if not can_list_sessions(user):
        raise PermissionDenied
    cycles = list(cycles_for_sessions(user))
    wanted = request.GET.get("cycle", "")
    cycle = next((one for one in cycles if str(one.pk) == wanted), cycles[0] if cycles else None)
    form = SessionForm(request.POST or None, cycle=cycle) if cycle else None
    if cycle and form and request.method == "POST" and form.is_valid():
        session = _create(request, cycle, form)
        if session:
            return redirect("evaluations:session_detail", session.pk)
    context = {
        "form": form,
        "cycles": cycles,
        "cycle": cycle,
        "crumbs": [(LIST[0], reverse(LIST[1])), ("新增测评场次", "")],
    }
    return render(request, "evaluations/session_create.html", context)


def _create(request: HttpRequest, cycle: ReviewCycle, form: SessionForm) -> EvaluationSession | None:
    data = form.cleaned_data
    try:
        session = services.create_session(
            cycle.pk,
            title=data["title"],
            notes=data["notes"],
            meeting_id=data["meeting"].pk if data["meeting"] else None,
            planned=form.planned(),
            actor=user_of(request),
            at=timezone.now(),
        )
    except DomainError as error:
        form.add_error(None, error.message)
        return None
    messages.success(request, "已新增测评场次。下一步：生成密钥，打印三张钥匙卡。")
    return session


@login_required
@require_GET
def session_detail(request: HttpRequest, session_id: int) -> HttpResponse:
    session = held_session(request, session_id)
    state = SessionState(session.state)
    lines = ledger_lines(session)
    context = {
        "session": session,
        "state": state,
        "steps": [(one.label, ORDER.index(one) < ORDER.index(state), one is state) for one in ORDER],
        "n_subjects": session.subjects.count(),
        "n_issued": sum(line.n_issued for line in lines),
        "n_planned": sum(group.n_planned for group in session.groups.all()),
        "fingerprint": sealing.fingerprint(bytes(session.public_key)) if session.public_key else "",
        "is_closed": ORDER.index(state) >= ORDER.index(SessionState.CLOSED),
        "is_opened": ORDER.index(state) >= ORDER.index(SessionState.OPENED),
        "cast_url": request.build_absolute_uri(reverse("evaluations:cast", args=[session.pk])),
        "hall_url": request.build_absolute_uri(reverse("evaluations:hall", args=[session.hall_key])),
        "crumbs": crumbs(session),
    }
    return render(request, "evaluations/session_detail.html", context)


@login_required
@require_POST
def voting_open(request: HttpRequest, session_id: int) -> HttpResponse:
    session = held_session(request, session_id)
    try:
        services.open_voting(session.pk, actor=user_of(request), at=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("evaluations:session_detail", session.pk)
    messages.success(request, "投票已经开始。")
    return redirect("evaluations:turnout", session.pk)


@login_required
@require_POST
def voting_close(request: HttpRequest, session_id: int) -> HttpResponse:
    session = held_session(request, session_id)
    try:
        services.close_voting(session.pk, actor=user_of(request), at=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("evaluations:session_detail", session.pk)
    messages.success(request, "投票已经截止，台账相符。下一步：监票人核对台账，持两张钥匙卡开箱。")
    return redirect("evaluations:ledger", session.pk)


@login_required
@require_POST
def release(request: HttpRequest, session_id: int) -> HttpResponse:
    session = held_session(request, session_id)
    try:
        services.release_results(session.pk, actor=user_of(request), at=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "测评结果已发布。全部场次发布后，周期进入“评定等次”阶段。")
    return redirect("evaluations:session_detail", session.pk)
