"""The clock in the hall: one for the page of the staff and for all screens."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from apps.accounts.models import User
from apps.common.errors import DomainError
from apps.meetings import services
from apps.meetings.models import ReviewMeeting
from apps.meetings.policies import can_manage_meeting
from apps.meetings.selectors import AgendaLine, ClockFace, agenda_lines, clock_of
from apps.meetings.views.doors import held_meeting, seen_meeting, user_of

WARN_SECONDS = 60


@login_required
@never_cache
@require_GET
def countdown(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Show the clock in big type: of whom was asked for, of who has the floor, or of the first not yet commented on."""
    meeting = seen_meeting(request, meeting_id)
    lines, clock = agenda_lines(meeting), clock_of(meeting)
    place = _place(lines, request.GET.get("reviewee", ""), clock)
    line = lines[place] if lines else None
    has_floor = line is not None and line.reviewee.pk == clock.reviewee_id
    shown = clock if has_floor else ClockFace(None, meeting.minutes_each * 60, None)
    context = {
        "meeting": meeting,
        "line": line,
        "n_speakers": len(lines),
        "previous": lines[place - 1] if lines and place > 0 else None,
        "next": lines[place + 1] if place + 1 < len(lines) else None,
        "seconds": meeting.minutes_each * 60,
        "warn_seconds": WARN_SECONDS,
        "left": shown.milliseconds_left(timezone.now()),
        "is_running": shown.ends_at is not None,
        "has_floor": has_floor,
        "may_manage": can_manage_meeting(user_of(request), meeting),
    }
    return render(request, "meetings/countdown.html", context)


def _place(lines: list[AgendaLine], wanted: str, clock: ClockFace) -> int:
    for key in (wanted, str(clock.reviewee_id)):
        found = next((i for i, line in enumerate(lines) if str(line.reviewee.pk) == key), None)
        if found is not None:
            return found
    return next((i for i, line in enumerate(lines) if not line.n_commentaries), 0)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def clock(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """GET: the clock as JSON. POST ``act`` (call, start, pause, reset): turn it; scripts get JSON, forms go back."""
    if request.method == "GET":
        return JsonResponse(_face(seen_meeting(request, meeting_id)) | {"token": get_token(request)})
    meeting = held_meeting(request, meeting_id)
    refusal = ""
    try:
        _turn(meeting, request.POST.get("act", ""), request.POST.get("reviewee", ""), user_of(request))
    except DomainError as error:
        refusal = error.message
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse(_face(meeting) | {"refusal": refusal}, status=409 if refusal else 200)
    if refusal:
        messages.error(request, refusal)
    return redirect(_way_back(request, meeting))


def _turn(meeting: ReviewMeeting, act: str, reviewee: str, user: User) -> None:
    now = timezone.now()
    is_other = reviewee.isdecimal() and int(reviewee) != clock_of(meeting).reviewee_id
    if reviewee.isdecimal() and (act == "call" or (act in {"start", "reset"} and is_other)):
        services.call_speaker(meeting.pk, reviewee_id=int(reviewee), actor=user, at=now)
    if act == "start":
        services.start_clock(meeting.pk, actor=user, at=now)
    elif act == "pause":
        services.pause_clock(meeting.pk, actor=user, at=now)
    elif act == "reset":
        services.reset_clock(meeting.pk, actor=user, at=now)


def _face(meeting: ReviewMeeting) -> dict[str, Any]:
    face = clock_of(meeting)
    return {
        "reviewee": face.reviewee_id,
        "left": face.milliseconds_left(timezone.now()),
        "running": face.ends_at is not None,
    }


def _way_back(request: HttpRequest, meeting: ReviewMeeting) -> str:
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}):
        return wanted
    return reverse("meetings:countdown", args=[meeting.pk])
