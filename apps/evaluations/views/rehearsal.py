"""The rehearsal of a session: start, go on, finish with proof that nothing is left, or give up."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET, require_POST

from apps.common.errors import DomainError
from apps.evaluations.forms import RehearsalForm
from apps.evaluations.models import EvaluationSession
from apps.evaluations.services.rehearsals import (
    REHEARSABLE,
    discard_rehearsal,
    finish_rehearsal,
    start_rehearsal,
)
from apps.evaluations.views.doors import held_session, user_of, words_of
from apps.evaluations.views.sessions import crumbs, session_steps

# Tables whose names people know; the others are shown by their own names.
TABLES = {
    "evaluations_evaluationsession": "彩排场次",
    "evaluations_credential": "测评票凭证",
    "evaluations_urnentry": "票箱里的密封选票",
    "evaluations_openedmark": "开箱评分",
    "evaluations_openedcomment": "开箱意见",
    "evaluations_sessionclosing": "截止记录",
    "evaluations_paperbatch": "纸质测评表批次",
    "evaluations_paperentry": "纸质统计录入",
    "evaluations_sessiongroup": "场次类别",
    "evaluations_sessionsubject": "述职对象",
    "evaluations_sessionpaper": "场次测评表",
    "evaluations_sessionhall": "会场",
}


@login_required
@require_GET
def rehearsal(request: HttpRequest, session_id: int) -> HttpResponse:
    """The rehearsal of this session: what it is for, how far it is, what the last one left as proof."""
    session = held_session(request, session_id)
    real = session.rehearsal_of or session
    running = EvaluationSession.objects.select_related("cycle__scheme").filter(rehearsal_of=real).first()
    steps = session_steps(running) if running else []
    context = {
        "session": real,
        "running": running,
        "steps": steps,
        "is_ready": bool(steps) and steps[-1][0].is_now,
        "is_rehearsable": real.state in REHEARSABLE,
        "form": RehearsalForm(),
        "report": _report_lines(real.rehearsal_report),
        "crumbs": crumbs(real, "彩排"),
    }
    return render(request, "evaluations/rehearsal.html", context)


def _report_lines(report: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return the proof of the last rehearsal for the page: counts per group, rows wiped per table."""
    if not report:
        return None
    return {
        **report,
        "finished_at": parse_datetime(report.get("finished_at", "")),
        "wiped": [(TABLES.get(table, table), n) for table, n in report.get("wiped", {}).items()],
        "n_wiped": sum(report.get("wiped", {}).values()),
    }


@login_required
@require_POST
def rehearsal_start(request: HttpRequest, session_id: int) -> HttpResponse:
    session = held_session(request, session_id)
    form = RehearsalForm(request.POST)
    if not form.is_valid():
        messages.error(request, words_of(form))
        return redirect("evaluations:rehearsal", session.pk)
    try:
        made = start_rehearsal(
            session.pk,
            n_slips_per_group=form.cleaned_data["n_slips"],
            actor=user_of(request),
            at=timezone.now(),
        )
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("evaluations:rehearsal", session.pk)
    messages.success(request, "彩排已经准备好。下一步：生成一次性密钥，打印彩排用的钥匙卡。")
    return redirect("evaluations:session_detail", made.pk)


@login_required
@require_POST
def rehearsal_finish(request: HttpRequest, session_id: int) -> HttpResponse:
    session = held_session(request, session_id)
    try:
        real = finish_rehearsal(session.pk, actor=user_of(request), at=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("evaluations:rehearsal", session.pk)
    messages.success(request, "彩排完成，彩排数据已全部清除，逐表核对为 0 行。彩排用的票和钥匙卡请当场销毁。")
    return redirect("evaluations:rehearsal", real.pk)


@login_required
@require_POST
def rehearsal_discard(request: HttpRequest, session_id: int) -> HttpResponse:
    session = held_session(request, session_id)
    try:
        real = discard_rehearsal(session.pk, actor=user_of(request), at=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("evaluations:rehearsal", session.pk)
    messages.success(request, "已放弃这次彩排，彩排数据全部清除。彩排用的票和钥匙卡请当场销毁。")
    return redirect("evaluations:rehearsal", real.pk)
