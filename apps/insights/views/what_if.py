"""Another scheme on the same ballots, beside the scores that hold (试算). Nothing is stored but who asked."""

from typing import Any
from urllib.parse import quote, urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from apps.accounts.kit.requests import LoggedInRequest
from apps.common.errors import DomainError
from apps.common.kit.sheets import XLSX
from apps.cycles.models import ReviewCycle
from apps.insights.domain.what_if.results import TrialResult
from apps.insights.forms import TrialForm
from apps.insights.policies import can_try_schemes
from apps.insights.selectors import scored_cycles
from apps.insights.selectors.what_if import (
    OWN,
    Start,
    TrialGround,
    plan_to_start_from,
    started_from,
    starts_for,
    trial_ground,
)
from apps.insights.services import try_scheme
from apps.insights.sheets import trial_workbook


@require_http_methods(["GET", "POST"])
@login_required
def what_if(request: LoggedInRequest) -> HttpResponse:
    """Show the form filled with a scheme to start from; POST computes it, with ``export`` as a workbook."""
    if not can_try_schemes(request.user):
        raise PermissionDenied
    cycles = scored_cycles(request.user)
    cycle = _chosen(cycles, request.GET.get("cycle", ""))
    if cycle is None:
        return render(request, "insights/what_if.html", {"cycle": None})
    ground = trial_ground(cycle)
    starts = starts_for(cycle, cycles)
    start = next((one for one in starts if one.key == request.GET.get("start", OWN)), starts[0])
    if request.method == "POST":
        return _tried(request, cycle, ground, _frame(cycles, cycle, starts, start))
    form, notes = _fresh_form(ground, start)
    return render(
        request,
        "insights/what_if.html",
        _frame(cycles, cycle, starts, start) | {"form": form, "notes": notes},
    )


def _chosen(cycles: list[ReviewCycle], wanted: str) -> ReviewCycle | None:
    """Return the cycle asked for, else the latest; ``None`` if there is none to try. Out of sight is not found."""
    if not wanted:
        return cycles[0] if cycles else None
    found = next((one for one in cycles if str(one.pk) == wanted), None)
    if found is None:
        raise Http404
    return found


def _frame(
    cycles: list[ReviewCycle], cycle: ReviewCycle, starts: list[Start], start: Start
) -> dict[str, Any]:
    query = urlencode({"cycle": cycle.pk} | ({"start": start.key} if start.key else {}))
    return {
        "cycles": cycles,
        "cycle": cycle,
        "starts": starts,
        "start": start,
        "query": query,
        "reset_query": urlencode({"cycle": cycle.pk}),
        "crumbs": [("得分汇总", f"{reverse('scoring:summary_list')}?cycle={cycle.pk}"), ("试算", "")],
    }


def _fresh_form(ground: TrialGround, start: Start) -> tuple[TrialForm, list[str]]:
    plan = plan_to_start_from(start.key)
    trial, notes = (ground.trial, []) if plan is None else started_from(ground, plan)
    return TrialForm(ground=ground, start=trial), notes


def _tried(
    request: LoggedInRequest, cycle: ReviewCycle, ground: TrialGround, frame: dict[str, Any]
) -> HttpResponse:
    form = TrialForm(request.POST, ground=ground, start=ground.trial)
    context = frame | {"form": form}
    if form.is_valid():
        try:
            result = try_scheme(cycle, form.trial(), ground, actor=request.user, at=timezone.now())
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            if request.POST.get("export") == "xlsx":
                return _workbook(request, cycle, result)
            context["result"] = result
    return render(request, "insights/what_if.html", context)


def _workbook(request: LoggedInRequest, cycle: ReviewCycle, result: TrialResult) -> HttpResponse:
    now = timezone.localtime()
    notes = [f"试算时间：{now:%Y-%m-%d %H:%M}　试算人：{request.user}"]
    response = HttpResponse(trial_workbook(cycle.title, result, notes), content_type=XLSX)
    name = quote(f"【试算】{cycle.title}{now:%Y%m%d%H%M}.xlsx")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response
