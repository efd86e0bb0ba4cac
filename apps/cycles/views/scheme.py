"""The scheme editor: one page per part while the cycle is a draft, with what it leads to beside it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from apps.common.errors import DomainError, StaleVersion
from apps.cycles import services
from apps.cycles.domain.checks import check_example, check_scheme
from apps.cycles.domain.plans import SchemePlan
from apps.cycles.domain.stages import Stage
from apps.cycles.domain.words import PART_TITLES
from apps.cycles.forms import PART_PAGES, PartEditor
from apps.cycles.kit.worked_example import work_out
from apps.cycles.lists import account
from apps.cycles.models import ReviewCycle
from apps.cycles.selectors import plan_of
from apps.cycles.views.doors import crumbs, managed_cycle, part_links

CONFLICT = (
    "您打开页面之后，别人改过这个周期的方案，所以这次没有保存。您填写的内容都还在下面；请在另一个窗口核对现有方案，"
    "再次保存将以您填写的为准。"
)
Saver = Callable[..., ReviewCycle]
SAVERS: dict[str, tuple[Saver, Callable[[SchemePlan], dict[str, Any]]]] = {
    "groups": (services.set_voter_groups, lambda plan: {"groups": plan.groups}),
    "components": (
        services.set_components,
        lambda plan: {"components": plan.components, "conditions": plan.conditions},
    ),
    "adjustments": (
        services.set_adjustments,
        lambda plan: {"adjustments": plan.adjustments, "rules": plan.rules},
    ),
    "grades": (
        services.set_grade_rules,
        lambda plan: {"grades": plan.grades, "quotas": plan.quotas, "rules": plan.rules},
    ),
    "conditions": (services.set_conditions, lambda plan: {"conditions": plan.conditions}),
    "links": (services.set_links, lambda plan: {"links": plan.links, "rules": plan.rules}),
    "sections": (services.set_report_sections, lambda plan: {"sections": plan.sections}),
    "rules": (services.set_rules, lambda plan: {"rules": plan.rules}),
}


@login_required
@require_http_methods(["GET", "POST"])
def scheme_edit(request: HttpRequest, cycle_id: int, part: str) -> HttpResponse:
    """Show and save one part; an opened cycle is sent back to its page, where the scheme is read-only."""
    cycle = managed_cycle(request, cycle_id)
    if part not in PART_PAGES:
        raise Http404
    if request.method == "GET" and cycle.stage != Stage.DRAFT.value:
        messages.info(request, "周期已经启动，方案已冻结，只能查看。")
        return redirect("cycles:cycle_detail", cycle.pk)
    stored = plan_of(cycle.scheme)
    if request.method == "GET":
        return _show(request, cycle, PartEditor(PART_PAGES[part], stored))
    editor = PartEditor(PART_PAGES[part], stored, request.POST)
    refusal = ""
    if editor.is_valid():
        refusal = _save(request, cycle, part, editor.plan())
        if not refusal:
            messages.success(request, f"{editor.page.title}已保存。")
            return redirect(_after(request, cycle, part))
    return _show(request, cycle, editor, refusal=refusal, status=422)


def _after(request: HttpRequest, cycle: ReviewCycle, part: str) -> str:
    """Stay on the page or go back to the cycle, as the button says."""
    if request.POST.get("then") == "stay":
        return reverse("cycles:scheme_edit", args=[cycle.pk, part])
    return reverse("cycles:cycle_detail", args=[cycle.pk])


def _save(request: HttpRequest, cycle: ReviewCycle, part: str, plan: SchemePlan) -> str:
    """Run the service against the version the page was opened with; return the refusal, empty if saved."""
    typed = request.POST.get("version", "")
    version = int(typed) if typed.isdecimal() else 0
    service, parts = SAVERS[part]
    try:
        service(cycle.pk, **parts(plan), version=version, actor=account(request), at=timezone.now())
    except StaleVersion:
        return CONFLICT
    except DomainError as error:
        return error.message
    return ""


def _show(
    request: HttpRequest, cycle: ReviewCycle, editor: PartEditor, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    page = editor.page
    context = {
        "cycle": cycle,
        "editor": editor,
        "page": page,
        "title": page.title,
        "refusal": refusal,
        "version": cycle.version,
        "parts": part_links(cycle, page.key),
        "crumbs": crumbs(cycle, page.title),
        **beside(editor),
    }
    return render(request, "cycles/scheme_edit.html", context, status=status)


def beside(editor: PartEditor) -> dict[str, Any]:
    """Return what stands beside a page as far as it can be read: what to mend, what to think about, a worked example."""
    if editor.is_bound and not editor.is_valid():
        return {"problems": list(editor.problems())}
    plan = editor.plan() if editor.is_bound else editor.stored
    context: dict[str, Any] = {"gaps": [gap for gap in check_scheme(plan) if gap.part == editor.page.key]}
    if not editor.page.has_example:
        return context
    lacking = check_example(plan)
    return context | {
        "lacking": [(gap, PART_TITLES[gap.part]) for gap in lacking if gap.part != editor.page.key],
        "is_lacking": bool(lacking),
        "example": None if lacking else work_out(plan),
        "part_names": [part.name for part in plan.components],
    }


@login_required
@require_POST
def scheme_try(request: HttpRequest, cycle_id: int, part: str) -> HttpResponse:
    """Show what an unsaved part leads to. Nothing is stored."""
    cycle = managed_cycle(request, cycle_id)
    if part not in PART_PAGES:
        raise Http404
    editor = PartEditor(PART_PAGES[part], plan_of(cycle.scheme), request.POST)
    return render(
        request, "cycles/_scheme_beside.html", {"cycle": cycle, "page": editor.page, **beside(editor)}
    )
