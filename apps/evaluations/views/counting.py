"""Ledger, opening of the urn, and the record to be signed."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.common.errors import DomainError
from apps.evaluations import services
from apps.evaluations.domain import sealing
from apps.evaluations.domain.ledgers import faults_of, line_from_json
from apps.evaluations.domain.states import ORDER, SessionState
from apps.evaluations.forms import CardsForm
from apps.evaluations.kit.separate_process import open_in_own_process
from apps.evaluations.models import EvaluationSession, SessionClosing
from apps.evaluations.pdf import RecordData, record_pdf
from apps.evaluations.selectors.ledgers import count_session
from apps.evaluations.selectors.paper_totals import batch_lines
from apps.evaluations.selectors.results import opened_lines
from apps.evaluations.views.doors import held_session, paper_answer, user_of
from apps.evaluations.views.sessions import crumbs


@login_required
@require_GET
def ledger(request: HttpRequest, session_id: int) -> HttpResponse:
    """Before closing only what was issued and voided, and what would keep it from closing; then the whole, as it was fixed."""
    session = held_session(request, session_id)
    closing = SessionClosing.objects.filter(session=session).first()
    context = _fixed(session, closing) if closing else _running(session)
    context |= {
        "session": session,
        "closing": closing,
        "is_done": session.state in {state.value for state in ORDER[ORDER.index(SessionState.OPENED) :]},
        "has_paper_parts": any(x.n_forms or x.n_exchanged or x.n_spoiled for x in context["lines"]),
        "crumbs": crumbs(session, "台账"),
    }
    return render(request, "evaluations/ledger.html", context)


def _running(session: EvaluationSession) -> dict[str, Any]:
    counting = count_session(session)
    is_open = session.state == SessionState.OPEN.value
    return {
        "lines": counting.lines,
        "faults": [fault for count in counting.groups for fault in faults_of(count)] if is_open else [],
        "n_replaced": sum(count.n_replaced for count in counting.groups) if is_open else 0,
    }


def _fixed(session: EvaluationSession, closing: SessionClosing) -> dict[str, Any]:
    return {
        "lines": [line_from_json(line) for line in closing.ledger["groups"]],
        "halls": [line_from_json(line) for line in closing.ledger.get("halls", ())],
        "n_foreign": len(closing.ledger.get("foreign", ())),
        "opened": opened_lines(session, closing),
        "codes": _codes(session, closing),
        "waiting_batches": [line for line in batch_lines(session) if line.is_waiting],
    }


@login_required
@require_POST
def voting_close_confirmed(request: HttpRequest, session_id: int) -> HttpResponse:
    """Close although ballots were replaced behind the application's back: the scrutineers have seen it."""
    session = held_session(request, session_id)
    try:
        services.close_voting(session.pk, leave_out_replaced=True, actor=user_of(request), at=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "投票已经截止。不是经系统投入的内容没有计入，已写入台账。")
    return redirect("evaluations:ledger", session.pk)


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
            open_in_own_process(session.pk, form.cards(), user_of(request).username, hold=form.hold_text)
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _after_opening(session))
            return redirect("evaluations:ledger", session.pk)
    context = {
        "session": session,
        "form": form,
        "is_closed": session.state == SessionState.CLOSED.value,
        "is_purged": session.state == SessionState.PURGED.value,
        "waiting_batches": [line for line in batch_lines(session) if line.is_waiting],
        "crumbs": crumbs(session, "开箱"),
    }
    return render(request, "evaluations/urn_open.html", context, status=422 if form.errors else 200)


def _after_opening(session: EvaluationSession) -> str:
    if session.rehearsal_of_id is not None:
        return "彩排的票箱已打开。请核对计数与台账相符，再到“彩排”页完成彩排。"
    return "票箱已打开，评分已经拆分打乱入库，正在计分。请打印记录，由监票人签名。"


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
        papers=[part["name"] for part in (session.form or {}).get("parts", ())],
        opened_for_voting_at=_local(session.opened_for_voting_at),
        closed_at=_local(session.closed_at),
        urn_opened_at=_local(session.urn_opened_at),
        ledger=[line_from_json(line) for line in closing.ledger["groups"]],
        halls=[line_from_json(line) for line in closing.ledger.get("halls", ())],
        opened=opened_lines(session, closing),
        trackers=closing.trackers,
        codes=_codes(session, closing),
        verification=_verification(session),
    )


def _codes(session: EvaluationSession, closing: SessionClosing) -> list[tuple[str, str]]:
    """Return what fixes the counting: key, form, scheme, receipts, marks and program."""
    software = closing.ledger.get("software", {})
    found = [
        ("公钥指纹", sealing.fingerprint(bytes(session.public_key or b""))),
        ("测评表校验值", closing.form_hash),
        ("方案校验值", closing.ledger.get("scheme_hash", "")),
        ("回执清单总校验值", closing.merkle_root),
        ("开箱评分校验值", closing.marks_hash),
        ("结果包校验值", (session.verification or {}).get("package_sha256", "")),
        ("软件版本", software.get("version", "")),
        ("软件校验值", software.get("hash", "")),
    ]
    return [(name, code) for name, code in found if code]


def _verification(session: EvaluationSession) -> str:
    """Return what the independent verifier found, as one sentence for the record; empty before."""
    finding = session.verification
    if session.verified_at is None or finding is None:
        return ""
    words = f"{_local(session.verified_at):%Y年%m月%d日 %H:%M}由独立程序从结果包重新计算计数、台账和得分，"
    words += (
        "结果与开箱一致。" if finding["agrees"] else f"有 {len(finding['differences'])} 处不一致，须查明。"
    )
    return words


def _local(moment: datetime | None) -> datetime | None:
    return timezone.localtime(moment) if moment else None
