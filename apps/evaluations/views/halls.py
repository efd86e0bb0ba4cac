"""The hall screen: public by a read-only key, no session, no cookie; its remote control and the turnout for staff.

Hundreds of screens ask every few seconds. What they get is rendered once per process and moment and kept in the process's own
cache, so that it costs neither a query nor a template, and works without Redis.
"""

import hashlib
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import quote_etag
from django.views.decorators.http import require_GET, require_http_methods

from apps.common.errors import DomainError
from apps.common.kit.qr import QUIET, dark_runs, qr_rows
from apps.evaluations import services
from apps.evaluations.domain.ballot_papers import from_description
from apps.evaluations.domain.states import ORDER, Screen, SessionState
from apps.evaluations.forms import ScreenForm
from apps.evaluations.models import EvaluationSession
from apps.evaluations.selectors import HallScreen, Turnout, screen_of_key, turnout_lines
from apps.evaluations.views.cast_page import may_leave_blank
from apps.evaluations.views.doors import held_session, strict, user_of
from apps.evaluations.views.sessions import crumbs
from apps.meetings.models import ReviewMeeting
from apps.meetings.selectors import clock_of, speakers_of

PART_SECONDS = 2  # how long a rendered part serves all screens
TURNOUT_SECONDS = 15  # how often the numbers may move, for whoever looks
WARN_SECONDS = 60
N_NEXT = 6
OVER = {state.value for state in ORDER[ORDER.index(SessionState.CLOSED) :]}
QR_CSS = "qr"


@dataclass(frozen=True, slots=True)
class _Part:
    """A rendered part of the screen with its fingerprint."""

    etag: str
    content: bytes


@require_GET
def hall(request: HttpRequest, hall_key: str) -> HttpResponse:
    """The big screen. ``?view=`` holds one picture; otherwise it follows the remote control."""
    view = _wanted(request)
    seen = _seen(hall_key)
    context = {
        "session": seen.session,
        "hall": seen.hall,
        "part": _part(request, hall_key, view).content.decode(),
        "poll_url": reverse("evaluations:hall_part", args=[hall_key]) + (f"?view={view}" if view else ""),
    }
    return _timed(strict(HttpResponse(render_to_string("evaluations/hall.html", context))))


@require_GET
def hall_part(request: HttpRequest, hall_key: str) -> HttpResponse:
    """The part of the screen that is asked for again and again; 304 while nothing that is shown has changed."""
    return _answer(request, _part(request, hall_key, _wanted(request)))


@require_GET
def hall_turnout(request: HttpRequest, hall_key: str) -> HttpResponse:
    """The turnout board alone, whatever the remote control says."""
    return _answer(request, _part(request, hall_key, Screen.TURNOUT.value))


def _wanted(request: HttpRequest) -> str:
    view = request.GET.get("view", "")
    return view if view in {screen.value for screen in Screen} else ""


def _seen(hall_key: str) -> HallScreen:
    seen = screen_of_key(hall_key)
    if seen is None:
        raise Http404("没有这个会场大屏。请向工作人员要大屏的网址。")
    return seen


def _answer(request: HttpRequest, part: _Part) -> HttpResponse:
    if request.headers.get("If-None-Match", "").removeprefix("W/") == part.etag:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(part.content)
    response["ETag"] = part.etag
    response["Cache-Control"] = "no-cache"
    return _timed(response)


def _timed(response: HttpResponse) -> HttpResponse:
    """Tell the server's time, by which every screen runs the one clock."""
    response["X-Server-Time"] = str(round(time.time() * 1000))
    return response


def _part(request: HttpRequest, hall_key: str, view: str) -> _Part:
    origin = f"{request.scheme}://{request.get_host()}"
    kept = f"hall-part:{hall_key}:{view}:{origin}"
    part: _Part | None = cache.get(kept)
    if part is None:
        seen = _seen(hall_key)
        screen = Screen(view) if view else seen.screen
        part = _rendered("evaluations/_hall_part.html", _context(seen, screen, origin))
        cache.set(kept, part, PART_SECONDS)
    return part


def _rendered(template: str, context: dict[str, Any]) -> _Part:
    content = render_to_string(template, context).encode()
    return _Part(quote_etag(hashlib.sha256(content).hexdigest()[:20]), content)


def _context(seen: HallScreen, screen: Screen, origin: str) -> dict[str, Any]:
    session = seen.session
    common = {"session": session, "hall": seen.hall, "screen": screen.value, "state": session.state}
    if screen is Screen.TURNOUT:
        return common | turnout_context(session)
    if screen is Screen.AGENDA:
        return common | _agenda(session.meeting)
    return common | _welcome(session, origin)


def _welcome(session: EvaluationSession, origin: str) -> dict[str, Any]:
    address = origin + reverse("evaluations:cast", args=[session.pk])
    return {
        "address": address.split("://", 1)[1],
        "qr": _qr(address),
        "is_over": session.state in OVER,
        "may_leave_blank": session.form is not None and may_leave_blank(from_description(session.form)),
    }


@lru_cache(maxsize=64)
def _qr(address: str) -> str:
    """Return the QR code as a drawing for the page, one unit a module."""
    rows = qr_rows(address)
    side = len(rows) + 2 * QUIET
    bars = "".join(f"M{x + QUIET} {y + QUIET}h{length}v1h-{length}z" for y, x, length in dark_runs(rows))
    return f'<svg class="{QR_CSS}" viewBox="0 0 {side} {side}" shape-rendering="crispEdges"><path d="{bars}"/></svg>'


def _agenda(meeting: ReviewMeeting | None) -> dict[str, Any]:
    if meeting is None:
        return {"speakers": []}
    clock, speakers = clock_of(meeting), speakers_of(meeting)
    place = next((i for i, one in enumerate(speakers) if one.reviewee_id == clock.reviewee_id), None)
    following = 0 if place is None else place + 1
    return {
        "meeting": meeting,
        "speakers": speakers,
        "current": None if place is None else speakers[place],
        "following": speakers[following : following + N_NEXT],
        "clock": clock,
        "ends": round(clock.ends_at.timestamp() * 1000) if clock.ends_at else "",
        "warn": WARN_SECONDS,
    }


def turnout_context(session: EvaluationSession) -> dict[str, Any]:
    """Return what the turnout table shows. One snapshot serves everybody for 15 seconds."""
    kept = f"turnout:{session.pk}:{session.state}"
    lines: list[Turnout] | None = cache.get(kept)
    if lines is None:
        lines = turnout_lines(session)
        cache.set(kept, lines, TURNOUT_SECONDS)
    return {"session": session, "lines": lines, "k_min": session.cycle.scheme.k_min}


@login_required
@require_GET
def turnout(request: HttpRequest, session_id: int) -> HttpResponse:
    """How many have voted, in steps of five; never a score."""
    session = held_session(request, session_id)
    context = turnout_context(session) | {
        "poll_url": reverse("evaluations:turnout_part", args=[session.pk]),
        "is_open": session.state == SessionState.OPEN.value,
        "hall_url": request.build_absolute_uri(reverse("evaluations:hall", args=[session.hall_key])),
        "crumbs": crumbs(session, "投票进度"),
    }
    return render(request, "evaluations/turnout.html", context)


@login_required
@require_GET
def turnout_renewed(request: HttpRequest, session_id: int) -> HttpResponse:
    """The part of the staff's turnout page that is asked for every 15 seconds."""
    session = held_session(request, session_id)
    return _answer(request, _rendered("evaluations/_turnout.html", turnout_context(session)))


@login_required
@require_http_methods(["GET", "POST"])
def hall_remote(request: HttpRequest, session_id: int) -> HttpResponse:
    """GET: the addresses of all screens and what they show. POST: switch one of them, or all."""
    session = held_session(request, session_id)
    if request.method == "POST":
        _switch(request, session)
        return redirect("evaluations:hall_remote", session.pk)
    meeting = session.meeting
    context = {
        "session": session,
        "screens": _screens(request, session),
        "choices": list(Screen),
        "crumbs": crumbs(session, "会场大屏"),
    } | (_agenda(meeting) | {"now": timezone.now()} if meeting else {})
    return render(request, "evaluations/hall_remote.html", context)


def _screens(request: HttpRequest, session: EvaluationSession) -> list[dict[str, Any]]:
    halls = [(hall.name, hall.hall_key, hall.screen, hall.pk) for hall in session.halls.all()]
    whole = ("全部会场" if halls else "会场大屏", session.hall_key, session.screen, "")
    return [
        {
            "name": name,
            "url": request.build_absolute_uri(reverse("evaluations:hall", args=[key])),
            "screen": screen,
            "hall_id": hall_id,
        }
        for name, key, screen, hall_id in [whole, *halls]
    ]


def _switch(request: HttpRequest, session: EvaluationSession) -> None:
    form = ScreenForm(request.POST)
    if not form.is_valid():
        messages.error(request, "没有收到要切换的画面，请再点一次。")
        return
    try:
        services.switch_screens(
            session.pk,
            screen=Screen(form.cleaned_data["screen"]),
            hall_id=form.cleaned_data["hall"],
            actor=user_of(request),
            at=timezone.now(),
        )
    except DomainError as error:
        messages.error(request, error.message)
