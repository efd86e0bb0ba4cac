"""Public pages of the hall screen. No login, no session, no cookie; a read-only key per hall."""

import hashlib
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils.http import quote_etag
from django.views.decorators.http import require_GET

from apps.evaluations.models import EvaluationSession
from apps.evaluations.selectors import turnout_lines
from apps.evaluations.views.doors import strict


@require_GET
def hall(request: HttpRequest, hall_key: str) -> HttpResponse:
    """The hall screen: large type, turnout only."""
    session = _hall_session(hall_key)
    context = _turnout_context(session) | {"poll_url": f"{request.path}turnout/"}
    return strict(HttpResponse(render_to_string("evaluations/hall.html", context)))


@require_GET
def hall_turnout(request: HttpRequest, hall_key: str) -> HttpResponse:
    """The part of the hall screen that is asked for every 15 seconds."""
    return turnout_part(request, _hall_session(hall_key))


def turnout_part(request: HttpRequest, session: EvaluationSession) -> HttpResponse:
    """Answer the turnout table, or 304 if nothing that is shown has changed."""
    page = render_to_string("evaluations/_turnout.html", _turnout_context(session))
    etag = quote_etag(hashlib.sha256(page.encode()).hexdigest()[:20])
    if request.headers.get("If-None-Match", "").removeprefix("W/") == etag:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(page)
    response["ETag"] = etag
    response["Cache-Control"] = "no-cache"
    return response


def _turnout_context(session: EvaluationSession) -> dict[str, Any]:
    return {"session": session, "lines": turnout_lines(session), "k_min": session.cycle.scheme.k_min}


def _hall_session(hall_key: str) -> EvaluationSession:
    return get_object_or_404(EvaluationSession.objects.select_related("cycle__scheme"), hall_key=hall_key)
