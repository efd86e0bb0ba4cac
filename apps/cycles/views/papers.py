"""The evaluation forms of a scheme: the list, a new one, order, removal, revisions."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.common.errors import DomainError
from apps.cycles import services
from apps.cycles.domain.papers.presets import PRESETS
from apps.cycles.domain.papers.templates import PaperTemplate
from apps.cycles.domain.plans import PaperPlan
from apps.cycles.domain.stages import Stage
from apps.cycles.lists import account
from apps.cycles.models import PaperRevision, ReviewCycle, SchemePaper
from apps.cycles.policies import can_manage_cycle
from apps.cycles.selectors import papers_visible_to
from apps.cycles.services.papers import MAX_PAPERS
from apps.cycles.views.doors import managed_cycle, part_links, seen_cycle
from apps.cycles.views.paper_previews import preview_of

BLANK = PaperPlan("测评表", PaperTemplate(title="述职评议测评表", items=()))
THUMB_SUBJECTS = 2
FROZEN = "周期已经启动，测评表已冻结，只能查看。"


def is_open_to(request: HttpRequest, cycle: ReviewCycle) -> bool:
    """Tell whether the account may change forms here now."""
    return cycle.stage == Stage.DRAFT.value and can_manage_cycle(account(request), cycle)


def paper_of(cycle: ReviewCycle, paper_id: int) -> SchemePaper:
    """Return a form of the cycle's scheme."""
    return get_object_or_404(SchemePaper, pk=paper_id, scheme=cycle.scheme)


def crumbs_to(cycle: ReviewCycle, label: str = "", paper: SchemePaper | None = None) -> list[tuple[str, str]]:
    """Return the way to a page of the cycle's forms."""
    way = [
        ("年度周期", reverse("cycles:cycle_list")),
        (cycle.title, reverse("cycles:cycle_detail", args=[cycle.pk])),
        ("测评表", reverse("cycles:paper_list", args=[cycle.pk])),
    ]
    if paper:
        way.append((paper.name, reverse("cycles:paper_edit", args=[cycle.pk, paper.pk])))
    return [*way[:-1], (way[-1][0], "")] if not label else [*way, (label, "")]


@login_required
@require_GET
def paper_list(request: HttpRequest, cycle_id: int) -> HttpResponse:
    cycle = seen_cycle(request, cycle_id)
    papers = list(cycle.scheme.papers.prefetch_related("components"))
    context = {
        "cycle": cycle,
        "papers": [(paper, preview_of(paper.template)) for paper in papers],
        "is_open": is_open_to(request, cycle),
        "is_full": len(papers) >= MAX_PAPERS,
        "max_papers": MAX_PAPERS,
        "parts": part_links(cycle, "papers") if is_open_to(request, cycle) else [],
        "crumbs": crumbs_to(cycle),
    }
    return render(request, "cycles/paper_list.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def paper_create(request: HttpRequest, cycle_id: int) -> HttpResponse:
    """Offer layouts to start from; a button makes the form and leads into its editor."""
    cycle = managed_cycle(request, cycle_id)
    if cycle.stage != Stage.DRAFT.value:
        messages.info(request, FROZEN)
        return redirect("cycles:paper_list", cycle.pk)
    if request.method == "POST":
        return _add(request, cycle, _plan_asked_for(request))
    context = {
        "cycle": cycle,
        "presets": [
            (preset, preview_of(preset.template, n_subjects=THUMB_SUBJECTS)) for preset in PRESETS.values()
        ],
        "crumbs": crumbs_to(cycle, "新增测评表"),
    }
    return render(request, "cycles/paper_create.html", context)


def _plan_asked_for(request: HttpRequest) -> PaperPlan:
    preset = request.POST.get("preset", "")
    if preset in PRESETS:
        return PaperPlan(PRESETS[preset].label, PRESETS[preset].template, preset)
    source = request.POST.get("source", "")
    if source.isdecimal():
        paper = get_object_or_404(papers_visible_to(account(request)), pk=int(source))
        return PaperPlan(paper.name, paper.template, paper.preset)
    if preset == "blank":
        return BLANK
    raise Http404


def _add(request: HttpRequest, cycle: ReviewCycle, plan: PaperPlan) -> HttpResponse:
    try:
        paper = services.add_paper(cycle.pk, paper=plan, actor=account(request), at=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("cycles:paper_list", cycle.pk)
    messages.success(request, f"已新增“{paper}”。改好后保存；周期启动前随时可以再改。")
    return redirect("cycles:paper_edit", cycle.pk, paper.pk)


def _do(request: HttpRequest, act: Callable[..., Any], done: str) -> None:
    try:
        act(actor=account(request), at=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, done)


@login_required
@require_POST
def paper_remove(request: HttpRequest, cycle_id: int, paper_id: int) -> HttpResponse:
    cycle = managed_cycle(request, cycle_id)
    paper = paper_of(cycle, paper_id)
    _do(
        request,
        lambda **who: services.remove_paper(cycle.pk, paper_id=paper.pk, **who),
        f"“{paper}”已删除。",
    )
    return redirect("cycles:paper_list", cycle.pk)


@login_required
@require_POST
def paper_move(request: HttpRequest, cycle_id: int, paper_id: int) -> HttpResponse:
    """Move a form one place to the front; the first one stays."""
    cycle = managed_cycle(request, cycle_id)
    paper = paper_of(cycle, paper_id)
    ids = list(cycle.scheme.papers.values_list("pk", flat=True))
    place = max(ids.index(paper.pk) - 1, 0)
    ids.remove(paper.pk)
    wanted = [*ids[:place], paper.pk, *ids[place:]]
    _do(
        request,
        lambda **who: services.order_papers(cycle.pk, paper_ids=wanted, **who),
        f"“{paper}”已移到第{place + 1}位。",
    )
    return redirect("cycles:paper_list", cycle.pk)


@login_required
@require_GET
def paper_revision(request: HttpRequest, cycle_id: int, paper_id: int, version: int) -> HttpResponse:
    """Show what a form looked like before."""
    cycle = seen_cycle(request, cycle_id)
    paper = paper_of(cycle, paper_id)
    revision = get_object_or_404(
        PaperRevision.objects.select_related("saved_by"), paper=paper, version=version
    )
    context = {
        "cycle": cycle,
        "paper": paper,
        "revision": revision,
        "preview": preview_of(revision.template),
        "is_open": is_open_to(request, cycle),
        "crumbs": crumbs_to(cycle, f"第{version}版", paper),
    }
    return render(request, "cycles/paper_revision.html", context)


@login_required
@require_POST
def revision_restore(request: HttpRequest, cycle_id: int, paper_id: int, version: int) -> HttpResponse:
    cycle = managed_cycle(request, cycle_id)
    paper = paper_of(cycle, paper_id)
    get_object_or_404(PaperRevision, paper=paper, version=version)
    _do(
        request,
        lambda **who: services.restore_revision(cycle.pk, paper_id=paper.pk, revision_version=version, **who),
        f"已恢复为第{version}版的内容，恢复前的内容也留在旧版本里。",
    )
    return redirect("cycles:paper_edit", cycle.pk, paper.pk)
