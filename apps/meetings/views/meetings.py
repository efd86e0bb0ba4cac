"""List, detail, set-up, heads and the printable record of a meeting."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from apps.common.errors import DomainError, StaleVersion
from apps.common.lists import Action, Column, Filter, ListPage
from apps.cycles.domain.stages import Stage
from apps.meetings import services
from apps.meetings.forms import AttendanceForm, CreateMeetingForm, EditMeetingForm
from apps.meetings.models import ReviewMeeting
from apps.meetings.policies import can_manage_meeting, can_open_meetings
from apps.meetings.selectors import (
    agenda_lines,
    attendance_of,
    commentaries_of,
    cycles_for_meetings,
    is_in_lot_order,
    meetings_visible_to,
    total_attendance,
    with_figures,
)
from apps.meetings.views.doors import held_meeting, seen_meeting, user_of

YEARS = "meetings.years"


def _years(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the years to filter by, read once per request."""
    kept: list[int] | None = request.META.get(YEARS)
    if kept is None:
        rows = meetings_visible_to(user_of(request)).order_by("-cycle__year")
        kept = request.META[YEARS] = list(rows.values_list("cycle__year", flat=True).distinct())
    return [(str(year), f"{year}年度") for year in kept]


class MeetingList(ListPage):
    title = "会议"
    intro = "述职评议会：排议程、抽签、计时、登记到会人数、记录点评并拆分为问题。"
    columns = (
        Column(
            "title",
            "会议",
            "title",
            sort=("title",),
            url=lambda row: reverse("meetings:meeting_detail", args=[row.pk]),
            width=30,
        ),
        Column("cycle", "年度周期", "cycle.title", sort=("-cycle__year", "cycle__title"), width=26),
        Column("starts_at", "开始时间", "starts_at", sort=("starts_at",), width=18),
        Column("place", "地点", "place", sort=("place",), width=18),
        Column("n_speakers", "述职（人）", "n_speakers", sort=("n_speakers",), numeric=True),
        Column("n_commented", "已点评（人）", "n_commented", sort=("n_commented",), numeric=True),
        Column(
            "lots", "抽签", lambda row: "已抽签" if row.lots_drawn_at else "未抽签", sort=("lots_drawn_at",)
        ),
    )
    filters = (
        Filter("year", "年度", _years, lambda rows, value: rows.filter(cycle__year=int(value))),
        Filter(
            "lots",
            "抽签",
            (("yes", "已抽签"), ("no", "未抽签")),
            lambda rows, value: rows.filter(lots_drawn_at__isnull=value == "no"),
        ),
    )
    search_fields = ("title", "place", "cycle__title")
    search_hint = "搜索会议、地点"
    default_sort = "-starts_at"
    empty_text = "还没有会议。"

    def is_allowed(self, request: HttpRequest) -> bool:
        return can_open_meetings(user_of(request))

    def get_rows(self, request: HttpRequest) -> QuerySet[ReviewMeeting]:
        return with_figures(meetings_visible_to(user_of(request)))

    def page_context(self, request: HttpRequest) -> dict[str, Any]:
        if not user_of(request).is_department_staff:
            return {"empty_hint": "组织部安排会议后会显示在这里。"}
        create = reverse("meetings:meeting_create")
        return {
            "actions": [Action("新增会议", create, is_primary=True)],
            "empty_hint": "年度周期进入“述职报告”阶段后，就可以安排会议。",
            "empty_action_url": create,
            "empty_action_label": "新增会议",
        }


@login_required
@require_GET
def meeting_detail(request: HttpRequest, meeting_id: int) -> HttpResponse:
    meeting = seen_meeting(request, meeting_id)
    lines = agenda_lines(meeting)
    n_expected, n_present = total_attendance(meeting)
    context = {
        "meeting": meeting,
        "lines": lines,
        "is_in_lot_order": is_in_lot_order(lines),
        "attendance": attendance_of(meeting),
        "n_expected": n_expected,
        "n_present": n_present,
        "n_commented": sum(line.n_commentaries > 0 for line in lines),
        "n_problems": sum(line.n_problems for line in lines),
        "may_manage": can_manage_meeting(user_of(request), meeting),
        "is_set_up_open": meeting.cycle.stage in services.SET_UP,
        "is_record_open": meeting.cycle.stage in services.RECORD,
        "stage": Stage(meeting.cycle.stage),
        "crumbs": [("会议", reverse("meetings:meeting_list")), (meeting.title, "")],
    }
    return render(request, "meetings/meeting_detail.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def meeting_create(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    if not user.is_department_staff:
        raise PermissionDenied
    crumbs = [("会议", reverse("meetings:meeting_list")), ("新增会议", "")]
    cycle = cycles_for_meetings(user).first()
    if cycle is None:
        return render(request, "meetings/meeting_none.html", {"crumbs": crumbs})
    initial = {"cycle": request.GET.get("cycle") or cycle, "title": f"{cycle.title}会议"}
    form = CreateMeetingForm(request.POST or None, user=user, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            meeting = services.create_meeting(data.pop("cycle").pk, **data, actor=user, at=timezone.now())
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, f"已新增“{meeting}”。下一步：选择现场述职的书记，排定议程。")
            return redirect("meetings:meeting_agenda", meeting.pk)
    page = {
        "title": "新增会议",
        "form": form,
        "back_url": reverse("meetings:meeting_list"),
        "crumbs": crumbs,
    }
    return render(request, "components/form_page.html", page)


@login_required
@require_http_methods(["GET", "POST"])
def meeting_edit(request: HttpRequest, meeting_id: int) -> HttpResponse:
    meeting = held_meeting(request, meeting_id)
    names = ("title", "starts_at", "place", "minutes_each", "version")
    form = EditMeetingForm(request.POST or None, initial={n: getattr(meeting, n) for n in names})
    if request.method == "POST" and form.is_valid() and _update(request, meeting, form):
        return redirect("meetings:meeting_detail", meeting.pk)
    return render(request, "components/form_page.html", _form_page(meeting, "修改会议安排") | {"form": form})


def _update(request: HttpRequest, meeting: ReviewMeeting, form: EditMeetingForm) -> bool:
    try:
        services.update_meeting(meeting.pk, **form.cleaned_data, actor=user_of(request), at=timezone.now())
    except StaleVersion:
        meeting.refresh_from_db()
        stored = {n: getattr(meeting, n) for n in ("title", "starts_at", "place", "minutes_each")}
        form.keep_after_conflict(meeting.version, stored)
        return False
    except DomainError as error:
        form.add_error(None, error.message)
        return False
    messages.success(request, f"已保存“{meeting}”的安排。")
    return True


@login_required
@require_http_methods(["GET", "POST"])
def attendance_edit(request: HttpRequest, meeting_id: int) -> HttpResponse:
    meeting = held_meeting(request, meeting_id)
    form = AttendanceForm(request.POST or None, lines=attendance_of(meeting))
    if request.method == "POST" and form.is_valid():
        try:
            services.record_attendance(
                meeting.pk, counts=form.counts(), actor=user_of(request), at=timezone.now()
            )
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, "已登记到会人数。")
            return redirect("meetings:meeting_detail", meeting.pk)
    page = _form_page(meeting, "登记到会人数") | {
        "form": form,
        "intro": "只登记各类别的人数，不登记姓名，以保护填票人。",
    }
    return render(request, "components/form_page.html", page)


@login_required
@require_GET
def meeting_record(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Show the record of the meeting on paper."""
    meeting = seen_meeting(request, meeting_id)
    said: dict[int, list[Any]] = {}
    for commentary in commentaries_of(meeting).exclude(text=""):
        said.setdefault(commentary.reviewee_id, []).append(commentary)
    lines = agenda_lines(meeting)
    n_expected, n_present = total_attendance(meeting)
    context = {
        "meeting": meeting,
        "speakers": [(line, said.get(line.reviewee.pk, [])) for line in lines],
        "attendance": attendance_of(meeting),
        "n_expected": n_expected,
        "n_present": n_present,
        "is_in_lot_order": is_in_lot_order(lines),
        "crumbs": _form_page(meeting, "会议记录")["crumbs"],
    }
    return render(request, "meetings/meeting_record.html", context)


def _form_page(meeting: ReviewMeeting, title: str) -> dict[str, Any]:
    back = reverse("meetings:meeting_detail", args=[meeting.pk])
    crumbs = [("会议", reverse("meetings:meeting_list")), (meeting.title, back), (title, "")]
    return {"title": title, "back_url": back, "crumbs": crumbs}
