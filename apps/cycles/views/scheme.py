"""The scheme editor: one page per part while the cycle is a draft."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from apps.common.errors import DomainError, StaleVersion
from apps.cycles import services
from apps.cycles.domain.stages import Stage
from apps.cycles.forms import PART_PAGES, PartPage, RulesForm, rules_initial
from apps.cycles.lists import account
from apps.cycles.models import ReviewCycle
from apps.cycles.selectors import plan_of
from apps.cycles.views.doors import crumbs, managed_cycle

CONFLICT = (
    "您打开页面之后，别人改过这个周期的方案，所以这次没有保存。您填写的内容都还在下面；请在另一个窗口核对现有方案，"
    "再次保存将以您填写的为准。"
)
SAVERS: dict[str, tuple[str, Callable[..., ReviewCycle]]] = {
    "groups": ("groups", services.set_voter_groups),
    "components": ("components", services.set_components),
    "grades": ("grades", services.set_grade_rules),
    "sections": ("sections", services.set_report_sections),
}


@login_required
@require_http_methods(["GET", "POST"])
def scheme_edit(request: HttpRequest, cycle_id: int, part: str) -> HttpResponse:
    """Show and save one part; an opened cycle is sent back to its page, where the scheme is read-only."""
    cycle = managed_cycle(request, cycle_id)
    if part not in {*PART_PAGES, "rules"}:
        raise Http404
    if request.method == "GET" and cycle.stage != Stage.DRAFT.value:
        messages.info(request, "周期已经启动，方案已冻结，只能查看。")
        return redirect("cycles:cycle_detail", cycle.pk)
    return _rules(request, cycle) if part == "rules" else _rows(request, cycle, PART_PAGES[part])


def _rows(request: HttpRequest, cycle: ReviewCycle, page: PartPage) -> HttpResponse:
    form_set = page.form_set(request.POST if request.method == "POST" else None, plan_of(cycle.scheme))
    refusal = ""
    if request.method == "POST" and form_set.is_valid():
        name, service = SAVERS[page.key]
        refusal = _save(request, lambda **who: service(cycle.pk, **{name: page.plans(form_set)}, **who))
        if not refusal:
            messages.success(request, f"{page.title}已保存。")
            return redirect("cycles:cycle_detail", cycle.pk)
    context = {"page": page, "form_set": form_set, "title": page.title}
    return _show(request, cycle, "cycles/scheme_edit.html", context, refusal)


def _rules(request: HttpRequest, cycle: ReviewCycle) -> HttpResponse:
    initial = rules_initial(plan_of(cycle.scheme).rules)
    form = RulesForm(request.POST or None, initial=initial)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        refusal = _save(request, lambda **who: services.set_rules(cycle.pk, rules=form.plan(), **who))
        if not refusal:
            messages.success(request, "计分规则已保存。")
            return redirect("cycles:cycle_detail", cycle.pk)
    return _show(request, cycle, "cycles/rules_edit.html", {"form": form, "title": "计分规则"}, refusal)


def _save(request: HttpRequest, act: Callable[..., ReviewCycle]) -> str:
    """Run the service against the version the page was opened with; return the refusal, empty if saved."""
    typed = request.POST.get("version", "")
    version = int(typed) if typed.isdecimal() else 0
    try:
        act(version=version, actor=account(request), at=timezone.now())
    except StaleVersion:
        return CONFLICT
    except DomainError as error:
        return error.message
    return ""


def _show(
    request: HttpRequest, cycle: ReviewCycle, template: str, context: dict[str, Any], refusal: str
) -> HttpResponse:
    context |= {
        "cycle": cycle,
        "refusal": refusal,
        "version": cycle.version,
        "back_url": reverse("cycles:cycle_detail", args=[cycle.pk]),
        "crumbs": crumbs(cycle, context["title"]),
    }
    return render(request, template, context, status=422 if request.method == "POST" else 200)
