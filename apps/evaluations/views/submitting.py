"""What the casting page's script talks to: a sealed ballot in, its receipt out. JSON only, no login, no session, no cookie."""

import base64
import json
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST

from apps.common.errors import DomainError
from apps.evaluations.errors import CastingBusy
from apps.evaluations.models import EvaluationSession
from apps.evaluations.services import cast_ballot, slip_status
from apps.evaluations.views.casting import answer_plain_form
from apps.evaluations.views.doors import strict

MAX_BODY = 512 * 1024
RETRY_AFTER = "2"  # seconds
STATUS_BYTES = 60  # of every answer about a slip, so that its length tells nothing
JSON = "application/json"
Act = Callable[[int, bytes], str]


class _MalformedError(Exception):
    """Not the JSON our page sends."""


class _TooLongError(Exception):
    """Longer than any ballot."""


@csrf_exempt  # no cookie, no account: whoever holds the slip's secret may cast
@require_POST
@sensitive_post_parameters()
@sensitive_variables()
def cast_submit(request: HttpRequest, session_id: int) -> HttpResponse:
    """Take a sealed ballot (JSON), or plain answers from a browser without scripts, which are sealed at once."""
    if request.content_type != JSON:
        return answer_plain_form(request, get_object_or_404(EvaluationSession, pk=session_id))
    return _answer(request, session_id, _cast)


@csrf_exempt
@require_POST
@sensitive_post_parameters()
@sensitive_variables()
def cast_status(request: HttpRequest, session_id: int) -> HttpResponse:
    """Tell the holder of a slip's secret what became of it. All answers have one length."""
    return _answer(request, session_id, _tell)


@sensitive_variables()
def _answer(request: HttpRequest, session_id: int, act: Act) -> HttpResponse:
    """Answer what ``act`` returns, a refusal that is final (4xx), or "busy" (503), after which the page tries again."""
    try:
        response = HttpResponse(act(session_id, _body(request)), content_type=JSON)
    except CastingBusy as refusal:
        response = _refusal(503, refusal.code, refusal.message)
        response["Retry-After"] = RETRY_AFTER
    except _TooLongError:
        response = _refusal(413, "too_long", "内容太长。请刷新页面再提交。")
    except _MalformedError:
        response = _refusal(400, "malformed", "内容无法识别。请刷新页面再提交。")
    except DomainError as refusal:
        response = _refusal(409, refusal.code, refusal.message)
    response["Cache-Control"] = "no-store"
    return strict(response)


def _refusal(status: int, code: str, detail: str) -> HttpResponse:
    return JsonResponse({"code": code, "detail": detail}, status=status)


def _body(request: HttpRequest) -> bytes:
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BODY:
        raise _TooLongError
    return request.body


@sensitive_variables()
def _cast(session_id: int, body: bytes) -> str:
    selector, secret, packed, told = _texts(body, "selector", "secret", "ciphertext", key="")
    try:
        ciphertext, key = (base64.b64decode(text, validate=True) for text in (packed, told))
    except ValueError:
        raise _MalformedError from None
    tracker = cast_ballot(
        session_id, selector=selector, secret=secret, ciphertext=ciphertext, key=key or None
    )
    return json.dumps({"tracker": tracker})


@sensitive_variables()
def _tell(session_id: int, body: bytes) -> str:
    selector, secret = _texts(body, "selector", "secret")
    state, tracker = slip_status(session_id, selector=selector, secret=secret)
    return json.dumps({"state": state, "tracker": tracker}).ljust(STATUS_BYTES)


@sensitive_variables()
def _texts(body: bytes, *names: str, **others: str) -> list[str]:
    """Return these texts of a JSON object, then ``others``, which may be missing."""
    try:
        parcel = json.loads(body)
        texts = [parcel[name] for name in names] + [parcel.get(*other) for other in others.items()]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise _MalformedError from None
    if not all(isinstance(text, str) and "\x00" not in text for text in texts):
        raise _MalformedError
    return texts
