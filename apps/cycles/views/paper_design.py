"""The designer: one page on which a form is changed, with a live preview. Nothing is stored before 保存."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from apps.common.errors import DomainError, StaleVersion
from apps.cycles import services
from apps.cycles.domain.papers.templates import ItemKind, RuleKind
from apps.cycles.domain.stages import Stage
from apps.cycles.forms.paper_acts import apply_act
from apps.cycles.forms.paper_editor import PaperEditor, data_of
from apps.cycles.lists import account
from apps.cycles.models import ReviewCycle, SchemePaper
from apps.cycles.selectors import cycles_managed_by
from apps.cycles.views.doors import managed_cycle, seen_cycle
from apps.cycles.views.paper_previews import preview_of
from apps.cycles.views.papers import crumbs_to, is_open_to, paper_of

CONFLICT = (
    "您打开页面之后，别人保存过这张测评表，所以这次没有保存。您填写的内容都还在下面；再次保存将以您填写的为准，"
    "别人保存的内容会留在旧版本里，可以查看和恢复。"
)
UNSAVED_STATUS = 422


@login_required
@require_http_methods(["GET", "POST"])
def paper_edit(request: HttpRequest, cycle_id: int, paper_id: int) -> HttpResponse:
    """Show the designer, or the form for reading; a POST either presses a button of the designer or saves."""
    cycle = seen_cycle(request, cycle_id)
    if request.method == "POST":
        return _post(request, managed_cycle(request, cycle_id), paper_id)
    paper = paper_of(cycle, paper_id)
    if not is_open_to(request, cycle):
        return _read_only(request, cycle, paper)
    data = data_of(paper.template, name=paper.name, version=paper.version)
    return _show(request, cycle, paper, PaperEditor(data))


def _post(request: HttpRequest, cycle: ReviewCycle, paper_id: int) -> HttpResponse:
    paper = paper_of(cycle, paper_id)
    data = request.POST.copy()
    act = data.get("act", "save")
    if act != "save":
        touched = apply_act(data, act)
        return _show(request, cycle, paper, PaperEditor(data), touched=touched, is_unsaved=True)
    editor = PaperEditor(data)
    if not editor.is_valid():
        return _show(request, cycle, paper, editor, is_unsaved=True, status=UNSAVED_STATUS)
    refusal = _save(request, cycle, paper, editor)
    if not refusal:
        messages.success(request, f"“{editor.name()}”已保存。")
        return redirect("cycles:paper_edit", cycle.pk, paper.pk)
    fresh = PaperEditor(_with_version(data, paper_of(cycle, paper_id).version))
    return _show(request, cycle, paper, fresh, refusal=refusal, is_unsaved=True, status=UNSAVED_STATUS)


def _with_version(data: QueryDict, version: int) -> QueryDict:
    data["head-version"] = str(version)
    return data


def _save(request: HttpRequest, cycle: ReviewCycle, paper: SchemePaper, editor: PaperEditor) -> str:
    """Save; return the refusal, empty if all is well."""
    try:
        services.set_paper(
            cycle.pk,
            paper_id=paper.pk,
            name=editor.name(),
            template=editor.template(),
            version=editor.version(),
            actor=account(request),
            at=timezone.now(),
        )
    except StaleVersion:
        return CONFLICT
    except DomainError as error:
        return error.message
    return ""


def _show(
    request: HttpRequest,
    cycle: ReviewCycle,
    paper: SchemePaper,
    editor: PaperEditor,
    *,
    status: int = 200,
    **state: Any,
) -> HttpResponse:
    context = state | {
        "cycle": cycle,
        "paper": paper,
        "editor": editor,
        "item_kinds": list(ItemKind),
        "rule_kinds": list(RuleKind),
        "problems": editor.problems(),
        "preview": preview_of(editor.template()),
    }
    if request.headers.get("HX-Request"):
        return render(request, "cycles/_paper_form.html", context)
    context |= {
        "revisions": paper.revisions.select_related("saved_by"),
        "crumbs": crumbs_to(cycle, paper=paper),
    }
    return render(request, "cycles/paper_edit.html", context, status=status)


def _read_only(request: HttpRequest, cycle: ReviewCycle, paper: SchemePaper) -> HttpResponse:
    drafts = cycles_managed_by(account(request)).filter(stage=Stage.DRAFT.value).exclude(pk=cycle.pk)
    context = {
        "cycle": cycle,
        "paper": paper,
        "preview": preview_of(paper.template),
        "drafts": drafts,
        "revisions": paper.revisions.select_related("saved_by"),
        "crumbs": crumbs_to(cycle, paper=paper),
    }
    return render(request, "cycles/paper_detail.html", context)


@login_required
@require_POST
def paper_preview(request: HttpRequest, cycle_id: int, paper_id: int) -> HttpResponse:
    """Show an unsaved form as evaluators will see it, and what it still lacks."""
    cycle = managed_cycle(request, cycle_id)
    paper = paper_of(cycle, paper_id)
    editor = PaperEditor(request.POST)
    context = {
        "cycle": cycle,
        "paper": paper,
        "problems": editor.problems(),
        "preview": preview_of(editor.template()),
        "crumbs": crumbs_to(cycle, "预览", paper),
    }
    is_part = bool(request.headers.get("HX-Request"))
    name = "cycles/_paper_preview.html" if is_part else "cycles/paper_preview.html"
    return render(request, name, context)
