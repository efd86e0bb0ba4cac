"""Commentary per reviewee: several leaders, autosave, problems confirmed sentence by sentence."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.common.errors import DomainError, StaleVersion
from apps.meetings import services
from apps.meetings.forms import CommentaryForm, LeaderForm, ProblemForm
from apps.meetings.models import Commentary, ReviewMeeting
from apps.meetings.policies import can_manage_meeting
from apps.meetings.selectors import agenda_lines, commentaries_of, leaders_of, proposals_for
from apps.meetings.views.doors import held_commentary, held_problem, seen_meeting, user_of


@login_required
@require_http_methods(["GET", "POST"])
def commentary_page(request: HttpRequest, meeting_id: int, reviewee_id: int) -> HttpResponse:
    meeting = seen_meeting(request, meeting_id)
    item = get_object_or_404(meeting.agenda.select_related("reviewee"), reviewee_id=reviewee_id)
    may_manage = can_manage_meeting(user_of(request), meeting)
    form = LeaderForm(request.POST or None)
    if request.method == "POST":
        return _add_leader(request, meeting, reviewee_id, form)
    lines = agenda_lines(meeting)
    place = next(i for i, line in enumerate(lines) if line.reviewee.pk == reviewee_id)
    context = {
        "meeting": meeting,
        "reviewee": item.reviewee,
        "order_no": item.order_no,
        "cards": [(one, proposals_for(one)) for one in commentaries_of(meeting, reviewee_id)],
        "leaders": leaders_of(meeting),
        "leader_form": form,
        "may_write": may_manage and meeting.cycle.stage in services.RECORD,
        "previous": lines[place - 1].reviewee if place else None,
        "next": lines[place + 1].reviewee if place + 1 < len(lines) else None,
        "crumbs": [
            ("会议", reverse("meetings:meeting_list")),
            (meeting.title, reverse("meetings:meeting_detail", args=[meeting.pk])),
            ("点评", ""),
        ],
    }
    return render(request, "meetings/commentary_page.html", context)


def _add_leader(
    request: HttpRequest, meeting: ReviewMeeting, reviewee_id: int, form: LeaderForm
) -> HttpResponse:
    _require_manager(request, meeting)
    if not form.is_valid():
        messages.error(request, "请填写点评领导的姓名（不超过 60 字）。")
    else:
        try:
            services.record_commentary(
                meeting.pk,
                reviewee_id=reviewee_id,
                leader_name=form.cleaned_data["leader_name"],
                text="",
                version=0,
                actor=user_of(request),
                at=timezone.now(),
            )
        except StaleVersion:
            messages.info(request, "这位领导已有点评记录，请在原记录中继续填写。")
        except DomainError as error:
            messages.error(request, error.message)
    return redirect("meetings:commentary", meeting.pk, reviewee_id)


def _require_manager(request: HttpRequest, meeting: ReviewMeeting) -> None:
    if not can_manage_meeting(user_of(request), meeting):
        raise PermissionDenied


@login_required
@require_POST
def commentary_save(request: HttpRequest, commentary_id: int) -> HttpResponse:
    """Save the text. The page's script asks for JSON; without script the answer is a page, and nothing typed is lost."""
    commentary = held_commentary(request, commentary_id)
    wants_json = "application/json" in request.headers.get("Accept", "")
    form = CommentaryForm(request.POST)
    if not form.is_valid():
        return _refused(
            request,
            commentary,
            "点评内容不能超过 20000 字；没有保存，内容仍在页面上。",
            wants_json=wants_json,
        )
    try:
        saved = services.record_commentary(
            commentary.meeting_id,
            reviewee_id=commentary.reviewee_id,
            leader_name=commentary.leader_name,
            text=form.cleaned_data["text"],
            version=form.cleaned_data["version"],
            actor=user_of(request),
            at=timezone.now(),
        )
    except DomainError as error:
        return _refused(request, commentary, error.message, wants_json=wants_json, code=error.code)
    if wants_json:
        return JsonResponse({"version": saved.version, "panel": _panel(request, saved)})
    messages.success(request, "点评已保存。")
    return redirect("meetings:commentary", saved.meeting_id, saved.reviewee_id)


def _refused(
    request: HttpRequest, commentary: Commentary, detail: str, *, wants_json: bool, code: str = "invalid"
) -> HttpResponse:
    commentary.refresh_from_db(fields=["text", "version", "recorded_by"])
    if wants_json:
        answer = {
            "code": code,
            "detail": detail,
            "version": commentary.version,
            "text": commentary.text,
            "by": str(commentary.recorded_by),
        }
        return JsonResponse(answer, status=409)
    context = {"commentary": commentary, "typed": request.POST.get("text", ""), "detail": detail}
    return render(request, "meetings/commentary_conflict.html", context, status=409)


@login_required
@require_GET
def commentary_panel(request: HttpRequest, commentary_id: int) -> HttpResponse:
    return HttpResponse(_panel(request, held_commentary(request, commentary_id)))


@login_required
@require_POST
def commentary_remove(request: HttpRequest, commentary_id: int) -> HttpResponse:
    commentary = held_commentary(request, commentary_id)
    try:
        services.remove_commentary(commentary.pk, actor=user_of(request), at=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"已删除{commentary.leader_name}的点评记录。")
    return redirect("meetings:commentary", commentary.meeting_id, commentary.reviewee_id)


@login_required
@require_POST
def problem_add(request: HttpRequest, commentary_id: int) -> HttpResponse:
    commentary = held_commentary(request, commentary_id)
    form, refusal = ProblemForm(request.POST), ""
    if not form.is_valid():
        refusal = "问题须填写，且不超过 2000 字。"
    else:
        try:
            services.add_commentary_problem(
                commentary.pk, text=form.cleaned_data["text"], actor=user_of(request), at=timezone.now()
            )
        except DomainError as error:
            refusal = error.message
    return _panel_answer(request, commentary, refusal)


@login_required
@require_POST
def problem_edit(request: HttpRequest, problem_id: int) -> HttpResponse:
    link = held_problem(request, problem_id)
    form, refusal = ProblemForm(request.POST), ""
    if not form.is_valid():
        refusal = "问题须填写，且不超过 2000 字；没有保存。"
    else:
        try:
            services.update_commentary_problem(
                problem_id,
                text=form.cleaned_data["text"],
                version=form.cleaned_data["version"],
                actor=user_of(request),
                at=timezone.now(),
            )
        except DomainError as error:
            refusal = error.message
    return _panel_answer(request, link.commentary, refusal)


@login_required
@require_POST
def problem_remove(request: HttpRequest, problem_id: int) -> HttpResponse:
    link = held_problem(request, problem_id)
    refusal = ""
    try:
        services.remove_commentary_problem(problem_id, actor=user_of(request), at=timezone.now())
    except DomainError as error:
        refusal = error.message
    return _panel_answer(request, link.commentary, refusal)


def _panel_answer(request: HttpRequest, commentary: Commentary, refusal: str) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponse(_panel(request, commentary, refusal))
    if refusal:
        messages.error(request, refusal)
    return redirect("meetings:commentary", commentary.meeting_id, commentary.reviewee_id)


def _panel(request: HttpRequest, commentary: Commentary, refusal: str = "") -> str:
    fresh = commentaries_of(commentary.meeting).get(pk=commentary.pk)
    context = {
        "commentary": fresh,
        "proposals": proposals_for(fresh),
        "refusal": refusal,
        "may_write": True,
    }
    return render_to_string("meetings/_problem_panel.html", context, request)
