"""The hall screen: public by a read-only key, no session, no cookie; and the same figures for staff."""

import hashlib
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import quote_etag
from django.views.decorators.http import require_GET

from apps.evaluations.domain.states import SessionState
from apps.evaluations.models import EvaluationSession
from apps.evaluations.selectors import turnout_lines
from apps.evaluations.views.doors import held_session, strict
from apps.evaluations.views.sessions import crumbs


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


@login_required
@require_GET
def turnout(request: HttpRequest, session_id: int) -> HttpResponse:
    """How many have voted, in steps of five; never a score."""
    session = held_session(request, session_id)
    context = {
        "session": session,
        "lines": turnout_lines(session),
        "k_min": session.cycle.scheme.k_min,
        "poll_url": reverse("evaluations:turnout_part", args=[session.pk]),
        "is_open": session.state == SessionState.OPEN.value,
        "hall_url": request.build_absolute_uri(reverse("evaluations:hall", args=[session.hall_key])),
        "crumbs": crumbs(session, "投票进度"),
    }
    return render(request, "evaluations/turnout.html", context)


@login_required
@require_GET
def turnout_renewed(request: HttpRequest, session_id: int) -> HttpResponse:
    return turnout_part(request, held_session(request, session_id))
