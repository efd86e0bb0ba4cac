"""Public pages of casting. No login, no session, no cookie; the same bytes for everybody."""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils.http import quote_etag
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET, require_POST

from apps.common.errors import DomainError
from apps.evaluations.domain import ballots, crockford
from apps.evaluations.domain.ballot_papers import BallotPaper, from_description
from apps.evaluations.domain.slips import read_typed_code
from apps.evaluations.domain.states import SessionState
from apps.evaluations.errors import SlipRefused
from apps.evaluations.models import EvaluationSession
from apps.evaluations.services import cast_ballot, seal_and_cast
from apps.evaluations.views.doors import strict

MAX_BODY = 512 * 1024
STATE_NOTES = {
    SessionState.KEYED.value: "还没有开始投票。可以先填写，等主持人宣布开始后再提交。",
    SessionState.CLOSED.value: "投票已经截止，不能再提交。截止前已送达的选票都在票箱里。",
    SessionState.OPENED.value: "投票已经截止，票箱已经打开。",
    SessionState.RELEASED.value: "本场测评已经结束。",
}
FILLABLE = (SessionState.KEYED.value, SessionState.OPEN.value)
NOT_READY = "测评表还没有准备好，请听从会场安排，稍后刷新本页。"


@require_GET
@gzip_page
def cast(request: HttpRequest, session_id: int) -> HttpResponse:
    """The evaluation form, identical for a whole hall and cacheable."""
    session = get_object_or_404(EvaluationSession, pk=session_id)
    etag = quote_etag(
        f"{session.form_hash}-{session.state}-{hashlib.sha256(session.notes.encode()).hexdigest()[:8]}"
    )
    if request.headers.get("If-None-Match", "").removeprefix("W/") == etag:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(_form_page(session))
    response["ETag"] = etag
    response["Cache-Control"] = "public, max-age=15"
    return strict(response)


@csrf_exempt  # no cookie, no account: whoever holds the slip's secret may cast
@require_POST
@sensitive_post_parameters()
@sensitive_variables()
def cast_submit(request: HttpRequest, session_id: int) -> HttpResponse:
    """Take a sealed ballot (JSON), or plain answers from a browser without scripts, which are sealed at once."""
    if int(request.headers.get("Content-Length") or 0) > MAX_BODY:
        return JsonResponse({"code": "too_long", "detail": "内容太长。"}, status=413)
    if request.content_type == "application/json":
        response = _answer_program(request, session_id)
    else:
        response = _answer_plain_form(request, session_id)
    response["Cache-Control"] = "no-store"
    return strict(response)


@sensitive_variables()
def _answer_program(request: HttpRequest, session_id: int) -> HttpResponse:
    try:
        selector, secret, ciphertext = _read_parcel(request.body)
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"code": "malformed", "detail": "内容无法识别。"}, status=400)
    try:
        tracker = cast_ballot(session_id, selector=selector, secret=secret, ciphertext=ciphertext)
    except DomainError as refusal:
        return JsonResponse({"code": refusal.code, "detail": refusal.message}, status=409)
    return JsonResponse({"tracker": tracker})


@sensitive_variables()
def _read_parcel(body: bytes) -> tuple[str, str, bytes]:
    parcel = json.loads(body)
    selector, secret, ciphertext = (parcel[name] for name in ("selector", "secret", "ciphertext"))
    if not all(isinstance(part, str) for part in (selector, secret, ciphertext)):
        raise TypeError("three texts are expected")
    if "\x00" in selector:
        raise ValueError("no selector")
    try:
        return selector, secret, base64.b64decode(ciphertext, validate=True)
    except binascii.Error as fault:
        raise ValueError("no base64") from fault


@sensitive_variables()
def _answer_plain_form(request: HttpRequest, session_id: int) -> HttpResponse:
    """Seal before anything else; the answers exist in this request only."""
    session = get_object_or_404(EvaluationSession, pk=session_id)
    code = request.POST.get("code", "")
    try:
        tracker = _cast_plain(session, code, request.POST)
    except DomainError as refusal:
        page = _form_page(session, chosen=request.POST, code=code, error=refusal.message)
        return HttpResponse(page, status=409)
    context = {"session": session, "tracker": crockford.in_fours(tracker)}
    return HttpResponse(render_to_string("evaluations/cast_done.html", context))


@sensitive_variables()
def _cast_plain(session: EvaluationSession, code: str, answers: Mapping[str, Any]) -> str:
    read = read_typed_code(code)
    if read is None:
        raise SlipRefused(
            "票码不对，选票还没有提交。您填写的内容还在本页。请核对票上的 16 位票码，再点一次“提交选票”。"
        )
    marks = _plain_marks(from_description(session.form), answers) if session.form else {}
    return seal_and_cast(session.pk, selector=read[0], secret=read[1], marks=marks)


def _plain_marks(paper: BallotPaper, answers: Mapping[str, Any]) -> ballots.Marks:
    options = {option.value for option in paper.options}
    marks: dict[str, dict[str, str]] = {}
    for subject in paper.subjects:
        for item in paper.items:
            chosen = answers.get(f"m-{subject.id}-{item.id}")
            if chosen in options:
                marks.setdefault(str(subject.id), {})[str(item.id)] = str(chosen)
    return marks


def _form_page(
    session: EvaluationSession, *, chosen: Mapping[str, Any] | None = None, code: str = "", error: str = ""
) -> str:
    """Render without the request: nothing of a person, a cookie or a session can get in."""
    ready = session.form is not None and session.state in FILLABLE
    paper = from_description(session.form) if ready and session.form is not None else None
    return render_to_string(
        "evaluations/cast.html",
        {
            "session": session,
            "people": _people(paper, chosen or {}) if paper else [],
            "public_key": base64.b64encode(bytes(session.public_key or b"")).decode(),
            "state_note": STATE_NOTES.get(session.state, "" if ready else NOT_READY),
            "code": code,
            "error": error,
        },
    )


def _people(paper: BallotPaper, chosen: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "id": subject.id,
            "name": subject.name,
            "organization": subject.organization,
            "post": subject.post,
            "mode": subject.mode,
            "items": [_item(paper, item, f"m-{subject.id}-{item.id}", chosen) for item in paper.items],
        }
        for subject in paper.subjects
    ]


def _item(paper: BallotPaper, item: Any, field: str, chosen: Mapping[str, Any]) -> dict[str, Any]:
    marked = chosen.get(field)
    return {
        "id": item.id,
        "name": item.name,
        "hint": item.hint,
        "field": field,
        "options": [
            {"value": option.value, "label": option.label, "checked": option.value == marked}
            for option in paper.options
        ],
    }
