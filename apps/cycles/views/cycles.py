"""Pages of a cycle as a whole: making, showing, opening, moving on."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.common.errors import DomainError, StaleVersion
from apps.common.kit.reauthentication import reauthenticated
from apps.cycles import services
from apps.cycles.domain.presets import preset_label
from apps.cycles.domain.stages import Stage
from apps.cycles.domain.words import PART_TITLES, scheme_in_words
from apps.cycles.forms import CreateCycleForm, EditCycleForm
from apps.cycles.lists import account
from apps.cycles.models import ReviewCycle
from apps.cycles.policies import can_create_cycle, can_host_cycle, can_manage_cycle
from apps.cycles.selectors import (
    changes_since_last_year,
    copyable_cycles,
    field_counts,
    frozen_in_words,
    gaps_of,
    hosts_for,
    plan_of,
    stage_bar,
    step_by_hand,
)
from apps.cycles.views.doors import crumbs, managed_cycle, seen_cycle
from apps.organizations.views.options import answer_options

PART_LABELS = {"basics": "名称和日程", **PART_TITLES, "reviewees": "述职对象"}
# What the question says before a cycle moves on.
STEP_QUESTIONS = {
    Stage.MEETING: "进入会议测评阶段后不再收述职报告：还没有提交的不能再提交，已提交的仍可审核，退回修改的仍可改后再交。确定进入下一阶段？",
    Stage.GRADING: "进入评定等次阶段前，请确认所有测评场次都已开箱、结果已公布。确定进入下一阶段？",
    Stage.ARCHIVED: "归档后，这个周期的整改记录不再变化。确定归档？",
}


@login_required
@require_http_methods(["GET", "POST"])
def cycle_create(request: HttpRequest) -> HttpResponse:
    user = account(request)
    if not can_create_cycle(user):
        raise PermissionDenied
    hosts = hosts_for(user)
    first = hosts.filter(path__in=user.department_paths()).first() or hosts.first()
    initial = {"year": timezone.localdate().year, "preset": "60-40", "host": first}
    form = CreateCycleForm(request.POST or None, hosts=hosts, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        host = data.pop("host")
        if not can_host_cycle(user, host):
            raise PermissionDenied
        try:
            cycle = services.create_cycle(host_id=host.pk, **data, actor=user, at=timezone.now())
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, "周期已新增。请完善方案、选定述职对象，检查无误后启动。")
            return redirect("cycles:cycle_detail", cycle.pk)
    context = {
        "form": form,
        "has_hosts": first is not None,
        "copyable": copyable_cycles(user)[:5],
        "crumbs": [("年度周期", reverse("cycles:cycle_list")), ("新增周期", "")],
    }
    return render(request, "cycles/cycle_create.html", context, status=422 if form.errors else 200)


@login_required
@require_GET
def host_options(request: HttpRequest) -> HttpResponse:
    """Offer hosts for a new cycle."""
    user = account(request)
    if not can_create_cycle(user):
        raise PermissionDenied
    return answer_options(request, hosts_for(user))


@login_required
@require_GET
def cycle_detail(request: HttpRequest, cycle_id: int) -> HttpResponse:
    cycle = seen_cycle(request, cycle_id)
    plan = plan_of(cycle.scheme)
    is_draft = cycle.stage == Stage.DRAFT.value
    gaps = gaps_of(cycle, plan) if is_draft else []
    step = step_by_hand(cycle)
    since = changes_since_last_year(cycle, plan)
    context = {
        "cycle": cycle,
        "chapters": scheme_in_words(plan),
        "since": since,
        "preset": preset_label(cycle.scheme.preset),
        "stages": stage_bar(cycle),
        "is_draft": is_draft,
        "is_grading": cycle.stage == Stage.GRADING.value,
        "may_manage": can_manage_cycle(account(request), cycle),
        "blocking": [(gap, *_mend(cycle, gap.part)) for gap in gaps if gap.is_blocking],
        "advice": [(gap, *_mend(cycle, gap.part)) for gap in gaps if not gap.is_blocking],
        "open_question": frozen_in_words(cycle, plan, since) if is_draft else "",
        "step": step,
        "step_question": STEP_QUESTIONS.get(step, "") if step else "",
        "field_counts": field_counts(cycle),
        "n_reviewees": cycle.reviewees.count(),
        "parts": [(PART_LABELS[key], _part_url(cycle, key)) for key in PART_LABELS],
        "crumbs": crumbs(cycle),
    }
    return render(request, "cycles/cycle_detail.html", context)


def _mend(cycle: ReviewCycle, part: str) -> tuple[str, str]:
    return PART_LABELS[part], _part_url(cycle, part)


def _part_url(cycle: ReviewCycle, part: str) -> str:
    if part == "basics":
        return reverse("cycles:cycle_edit", args=[cycle.pk])
    if part == "reviewees":
        return reverse("cycles:reviewee_list", args=[cycle.pk])
    if part == "papers":
        return reverse("cycles:paper_list", args=[cycle.pk])
    return reverse("cycles:scheme_edit", args=[cycle.pk, part])


@login_required
@require_http_methods(["GET", "POST"])
def cycle_edit(request: HttpRequest, cycle_id: int) -> HttpResponse:
    cycle = managed_cycle(request, cycle_id)
    names = ("title", "reports_due_on", "meeting_on", "rectification_due_on")
    initial = {name: getattr(cycle, name) for name in (*names, "version")}
    form = EditCycleForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.update_cycle(cycle.pk, **form.cleaned_data, actor=account(request), at=timezone.now())
        except StaleVersion:
            form.keep_after_conflict(cycle.version, {name: getattr(cycle, name) for name in names})
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, "名称和日程已保存。")
            return redirect("cycles:cycle_detail", cycle.pk)
    context = {
        "title": "名称和日程",
        "form": form,
        "back_url": reverse("cycles:cycle_detail", args=[cycle.pk]),
        "crumbs": crumbs(cycle, "名称和日程"),
    }
    return render(request, "components/form_page.html", context, status=422 if form.errors else 200)


def _act(request: HttpRequest, cycle: ReviewCycle, act: Callable[[], ReviewCycle], done: str) -> HttpResponse:
    """Run one service and come back to the cycle it returns, or to this one with the refusal in words."""
    try:
        result = act()
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("cycles:cycle_detail", cycle.pk)
    messages.success(request, done)
    return redirect("cycles:cycle_detail", result.pk)


@login_required
@require_POST
def cycle_copy(request: HttpRequest, cycle_id: int) -> HttpResponse:
    cycle = managed_cycle(request, cycle_id)
    who: dict[str, Any] = {"actor": account(request), "at": timezone.now()}
    done = f"已沿用“{cycle}”的全部方案新增周期。请设定日程、选定述职对象后启动。"
    return _act(request, cycle, lambda: services.copy_cycle(cycle.pk, **who), done)


@login_required
@require_POST
@reauthenticated
def cycle_open(request: HttpRequest, cycle_id: int) -> HttpResponse:
    cycle = managed_cycle(request, cycle_id)
    who: dict[str, Any] = {"actor": account(request), "at": timezone.now()}
    done = f"“{cycle}”已启动，方案已冻结，述职对象也定了，书记可以开始填写述职报告。"
    return _act(request, cycle, lambda: services.open_cycle(cycle.pk, **who), done)


@login_required
@require_POST
def cycle_advance(request: HttpRequest, cycle_id: int) -> HttpResponse:
    cycle = managed_cycle(request, cycle_id)
    wanted = request.POST.get("to", "")
    if wanted not in dict(Stage.choices()):
        raise Http404
    to = Stage(wanted)
    who: dict[str, Any] = {"actor": account(request), "at": timezone.now()}
    return _act(
        request,
        cycle,
        lambda: services.advance_by_hand(cycle.pk, to=to, **who),
        f"“{cycle}”已进入“{to}”阶段。",
    )


@login_required
@require_POST
@reauthenticated
def cycle_delete(request: HttpRequest, cycle_id: int) -> HttpResponse:
    cycle = managed_cycle(request, cycle_id)
    try:
        services.delete_draft(cycle.pk, actor=account(request), at=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("cycles:cycle_detail", cycle.pk)
    messages.success(request, f"“{cycle}”已删除。")
    return redirect("cycles:cycle_list")
