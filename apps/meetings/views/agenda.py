"""Who speaks, in which order."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from apps.common.errors import DomainError
from apps.meetings import services
from apps.meetings.models import ReviewMeeting
from apps.meetings.selectors import agenda_lines, candidates, is_in_lot_order
from apps.meetings.views.doors import held_meeting, user_of


@login_required
@require_http_methods(["GET", "POST"])
def meeting_agenda(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Choose the speakers; those who stay keep their order, new ones follow in the order of the cycle."""
    meeting = held_meeting(request, meeting_id)
    if request.method == "POST":
        _choose(request, meeting)
        return redirect("meetings:meeting_agenda", meeting.pk)
    lines = agenda_lines(meeting)
    chosen = {line.reviewee.pk for line in lines}
    people = candidates(meeting)
    context = {
        "meeting": meeting,
        "lines": lines,
        "candidates": [(one, one.pk in chosen) for one in people],
        "n_left": sum(one.pk not in chosen for one in people),
        "is_in_lot_order": is_in_lot_order(lines),
        "is_open": meeting.cycle.stage in services.SET_UP,
        "has_commentary": meeting.commentaries.exists(),
        "crumbs": [
            ("会议", reverse("meetings:meeting_list")),
            (meeting.title, reverse("meetings:meeting_detail", args=[meeting.pk])),
            ("议程", ""),
        ],
    }
    return render(request, "meetings/meeting_agenda.html", context)


def _choose(request: HttpRequest, meeting: ReviewMeeting) -> None:
    wanted = [int(one) for one in request.POST.getlist("reviewee") if one.isdecimal()]
    present = list(meeting.agenda.values_list("reviewee_id", flat=True))
    kept = [one for one in present if one in wanted]
    order = kept + [one.pk for one in candidates(meeting) if one.pk in wanted and one.pk not in kept]
    try:
        services.set_agenda(meeting.pk, order, actor=user_of(request), at=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"议程已保存，共 {len(order)} 人。")


@login_required
@require_POST
def agenda_move(request: HttpRequest, meeting_id: int) -> HttpResponse:
    meeting = held_meeting(request, meeting_id)
    reviewee, to = request.POST.get("reviewee", ""), request.POST.get("to", "")
    if not (reviewee.isdecimal() and to.isdecimal()):
        messages.error(request, "没有收到要调整的人或位置。请刷新页面后再试。")
        return redirect("meetings:meeting_agenda", meeting.pk)
    try:
        services.move_agenda_item(
            meeting.pk, reviewee_id=int(reviewee), to=int(to), actor=user_of(request), at=timezone.now()
        )
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("meetings:meeting_agenda", meeting.pk)


@login_required
@require_POST
def lots_draw(request: HttpRequest, meeting_id: int) -> HttpResponse:
    meeting = held_meeting(request, meeting_id)
    try:
        services.draw_lots(
            meeting.pk,
            seed=request.POST.get("seed", "").strip() or None,
            redraw=request.POST.get("redraw") == "yes",
            actor=user_of(request),
            at=timezone.now(),
        )
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "抽签完成，议程已按签序排列；种子已记录，任何人都可以重算。")
    return redirect("meetings:meeting_agenda", meeting.pk)
