"""Ledger, opening of the urn, and the record to be signed."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods

from apps.common.errors import DomainError
from apps.evaluations.domain import sealing
from apps.evaluations.domain.ledgers import line_from_json
from apps.evaluations.domain.states import SessionState
from apps.evaluations.forms import CardsForm
from apps.evaluations.kit.separate_process import open_in_own_process
from apps.evaluations.models import EvaluationSession, SessionClosing
from apps.evaluations.pdf import RecordData, record_pdf
from apps.evaluations.selectors import ledger_lines
from apps.evaluations.views.doors import held_session, paper_answer, user_of
from apps.evaluations.views.sessions import crumbs


@login_required
@require_GET
def ledger(request: HttpRequest, session_id: int) -> HttpResponse:
    """Before closing only what was issued and voided; afterwards the whole, as it was fixed."""
    session = held_session(request, session_id)
    closing = SessionClosing.objects.filter(session=session).first()
    lines = [line_from_json(line) for line in closing.ledger["groups"]] if closing else ledger_lines(session)
    counts = (closing.opening_counts or {}) if closing else {}
    context = {
        "session": session,
        "closing": closing,
        "lines": [(line, counts.get(str(line.group_id))) for line in lines],
        "is_opened": bool(closing and closing.opening_counts is not None),
        "crumbs": crumbs(session, "台账"),
    }
    return render(request, "evaluations/ledger.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters()
@sensitive_variables("form")
def urn_open(request: HttpRequest, session_id: int) -> HttpResponse:
    """Take two key cards and hand them to a process of its own."""
    session = held_session(request, session_id)
    form = CardsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            open_in_own_process(session.pk, form.cards(), user_of(request).username)
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(
                request, "票箱已打开，评分已经拆分打乱入库，正在计分。请打印记录，由监票人签名。"
            )
            return redirect("evaluations:ledger", session.pk)
    context = {
        "session": session,
        "form": form,
        "is_closed": session.state == SessionState.CLOSED.value,
        "crumbs": crumbs(session, "开箱"),
    }
    return render(request, "evaluations/urn_open.html", context, status=422 if form.errors else 200)


@login_required
@require_GET
def record(request: HttpRequest, session_id: int) -> HttpResponse:
    """The record for signature, from closing on."""
    session = held_session(request, session_id)
    closing = SessionClosing.objects.filter(session=session).first()
    if closing is None:
        raise Http404("还没有截止，没有记录可打印。")
    return paper_answer(record_pdf(_record_data(session, closing)), f"record-{session.pk}")


def _record_data(session: EvaluationSession, closing: SessionClosing) -> RecordData:
    return RecordData(
        title=session.title,
        cycle=session.cycle.title,
        n_subjects=session.subjects.count(),
        opened_for_voting_at=_local(session.opened_for_voting_at),
        closed_at=_local(session.closed_at),
        urn_opened_at=_local(session.urn_opened_at),
        ledger=[line_from_json(line) for line in closing.ledger["groups"]],
        counts=closing.opening_counts,
        trackers=closing.trackers,
        merkle_root=closing.merkle_root,
        form_hash=closing.form_hash,
        marks_hash=closing.marks_hash,
        fingerprint=sealing.fingerprint(bytes(session.public_key or b"")),
    )


def _local(moment: datetime | None) -> datetime | None:
    return timezone.localtime(moment) if moment else None
