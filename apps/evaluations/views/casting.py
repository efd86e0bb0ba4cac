"""Public pages of casting. No login, no session, no cookie; the same bytes for everybody."""

import base64
import gzip
import hashlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from apps.common.errors import DomainError
from apps.evaluations.domain import crockford
from apps.evaluations.domain.ballot_papers import BallotPaper, from_description
from apps.evaluations.domain.slips import read_typed_code
from apps.evaluations.domain.states import SessionState
from apps.evaluations.errors import SlipRefused
from apps.evaluations.models import EvaluationSession
from apps.evaluations.services import seal_and_cast
from apps.evaluations.views.cast_page import form_parts, may_leave_blank, script_data
from apps.evaluations.views.doors import strict
from apps.evaluations.views.plain_ballots import read_plain

MAX_BODY = 512 * 1024
KEPT_PAGES = 8  # pages kept rendered and compressed: one per session that is voting now
NOT_YET = "还没有开始投票。可以先填写，等主持人宣布开始后再提交。"
STATE_NOTES = {
    SessionState.KEYED.value: NOT_YET,
    SessionState.REHEARSED.value: NOT_YET,
    SessionState.CLOSED.value: "投票已经截止，不能再提交。截止前已送达的选票都在票箱里。",
    SessionState.OPENED.value: "投票已经截止，票箱已经打开。",
    SessionState.RELEASED.value: "本场测评已经结束。",
    SessionState.PURGED.value: "本场测评已经结束。",
}
FILLABLE = (SessionState.KEYED.value, SessionState.REHEARSED.value, SessionState.OPEN.value)
NOT_READY = "测评表还没有准备好，请听从会场安排，稍后刷新本页。"
WRONG_CODE = "票码不对，选票还没有提交。您填写的内容还在本页。请核对票上的 16 位票码，再点一次“提交选票”。"
TOO_LONG = "内容太长，选票还没有提交。请删减文字后再提交。"


@csrf_exempt  # no cookie, no account: whoever holds the slip's code may cast
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@sensitive_variables()
def cast(request: HttpRequest, session_id: int) -> HttpResponse:
    """The evaluation form, identical for a whole hall and cacheable; a plain form comes back here to be sealed."""
    session = get_object_or_404(EvaluationSession, pk=session_id)
    if request.method == "POST":
        return answer_plain_form(request, session)
    etag = _etag(session)
    if request.headers.get("If-None-Match", "") == etag:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = _compressed(request, *_kept_page(session.pk, etag))
    response["ETag"] = etag
    response["Cache-Control"] = "public, max-age=15"
    patch_vary_headers(response, ["Accept-Encoding"])
    return strict(response)


def _etag(session: EvaluationSession) -> str:
    shown = (
        session.form_hash, session.state, session.title, session.notes, bytes(session.public_key or b"").hex(),
    )  # fmt: skip
    return f'W/"{hashlib.sha256(repr(shown).encode()).hexdigest()[:32]}"'


@lru_cache(maxsize=KEPT_PAGES)
def _kept_page(session_id: int, _etag: str) -> tuple[bytes, bytes]:
    """Return the page, plain and compressed. 500 phones ask in the same minute, and all get the same."""
    page = _form_page(EvaluationSession.objects.get(pk=session_id)).encode()
    return page, gzip.compress(page, mtime=0)


def _compressed(request: HttpRequest, page: bytes, packed: bytes) -> HttpResponse:
    if "gzip" not in request.headers.get("Accept-Encoding", ""):
        return HttpResponse(page)
    return HttpResponse(packed, headers={"Content-Encoding": "gzip"})


@sensitive_variables()
def answer_plain_form(request: HttpRequest, session: EvaluationSession) -> HttpResponse:
    """Seal before anything else; the answers exist in this request only. After a refusal everything stays filled in."""
    status, page = 200, ""
    try:
        page = _cast_plain(session, request)
    except DomainError as refusal:
        status, page = 409, _form_page(session, posted=request.POST, error=refusal.message)
    response = HttpResponse(page, status=status)
    response["Cache-Control"] = "no-store"
    return strict(response)


@sensitive_variables()
def _cast_plain(session: EvaluationSession, request: HttpRequest) -> str:
    """Cast and return the page to answer: the receipt, or the form once more with what should be looked at."""
    if int(request.headers.get("Content-Length") or 0) > MAX_BODY:
        raise SlipRefused(TOO_LONG, code="too_long")
    code = read_typed_code(request.POST.get("code", ""))
    if code is None:
        raise SlipRefused(WRONG_CODE, code="unknown_slip")
    if session.form is None:
        raise SlipRefused(NOT_READY, code="not_open_yet")
    ballot = read_plain(from_description(session.form), request.POST)
    if ballot.faults or (ballot.breaches and "anyway" not in request.POST):
        return _form_page(session, posted=request.POST, faults=ballot.faults, breaches=ballot.breaches)
    tracker = seal_and_cast(
        session.pk, selector=code[0], secret=code[1], marks=ballot.marks, texts=ballot.texts
    )
    context = {"session": session, "tracker": crockford.in_fours(tracker)}
    return render_to_string("evaluations/cast_done.html", context)


def _form_page(
    session: EvaluationSession,
    *,
    posted: Mapping[str, Any] | None = None,
    error: str = "",
    faults: list[str] | None = None,
    breaches: list[str] | None = None,
) -> str:
    """Render without the request: nothing of a person, a cookie or a session can get in."""
    ready = session.form is not None and session.state in FILLABLE
    paper = from_description(session.form) if ready and session.form is not None else None
    context = {
        "session": session,
        "public_key": base64.b64encode(bytes(session.public_key or b"")).decode(),
        "state_note": STATE_NOTES.get(session.state, "" if ready else NOT_READY),
        "code": (posted or {}).get("code", ""),
        "error": error,
        "faults": faults or [],
        "breaches": breaches or [],
    }
    return render_to_string("evaluations/cast.html", context | _form_context(paper, posted or {}))


def _form_context(paper: BallotPaper | None, posted: Mapping[str, Any]) -> dict[str, Any]:
    if paper is None:
        return {"parts": []}
    return {
        "parts": form_parts(paper, posted),
        "n_parts": len(paper.parts),
        "may_leave_blank": may_leave_blank(paper),
        "data": script_data(paper),
    }
