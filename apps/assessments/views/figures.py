"""Typing figures into the grid."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from apps.accounts.kit.requests import LoggedInRequest
from apps.assessments.domain.evidence import EvidenceFile
from apps.assessments.domain.figures import doubled_places_in_words
from apps.assessments.forms import EvidenceForm, FigureForm, SharedEvidenceForm
from apps.assessments.models import ComponentScore
from apps.assessments.selectors import ASSESSABLE_STAGES, scores_of
from apps.assessments.selectors.figures import full_marks_of, is_by_place, scores_visible_to
from apps.assessments.services import Figure, attach_evidence, record_component_scores
from apps.assessments.views.doors import held_component, require_staff
from apps.common.errors import DomainError, StaleVersion
from apps.cycles.models import Reviewee, SchemeComponent

LINES_PER_PAGE = 100
CONFLICT = (
    "您打开页面之后，别人已经保存过其中的几行，所以这次全部没有保存。您填写的内容都还在，"
    "凡与已保存内容不同的行都标出了别人的版本。请核对后再保存；再次保存将以您填写的为准。"
)


@require_http_methods(["GET", "POST"])
@login_required
def component_grid(request: LoggedInRequest, component_id: int) -> HttpResponse:
    """Enter one component's figures for everybody on one page."""
    component = held_component(request, component_id)
    page = _people(request, component)
    forms = _forms(request, component, page)
    shared = SharedEvidenceForm(request.POST or None, request.FILES or None)
    error = ""
    if request.method == "POST":
        is_valid = [form.is_valid() for form in [*forms, shared]]
        if all(is_valid):
            figures = [figure for form in forms if (figure := form.changed_figure())]
            try:
                _save(request, component, figures, shared.cleaned_data["evidence"])
                return redirect(request.get_full_path())
            except StaleVersion:
                error, forms = CONFLICT, _after_conflict(request, component, page)
            except DomainError as refusal:
                error = refusal.message
    return render(
        request,
        "assessments/component_grid.html",
        _context(request, component, page, forms) | {"shared": shared, "error": error},
    )


def _people(request: LoggedInRequest, component: SchemeComponent) -> Page[Reviewee]:
    """Return the people of the page; of a submission those that were on it, whoever got a figure meanwhile."""
    rows = component.scheme.cycle.reviewees.all()
    if request.method == "POST":
        posted = [name.removesuffix("-value") for name in request.POST if name.endswith("-value")]
        rows = rows.filter(pk__in=[one for one in posted if one.isdecimal()])
        return Paginator(rows, max(len(posted), 1)).page(1)
    if request.GET.get("show") == "missing":
        rows = rows.exclude(
            Exists(ComponentScore.objects.filter(component=component, reviewee=OuterRef("pk")))
        )
    return Paginator(rows, LINES_PER_PAGE).get_page(request.GET.get("page"))


def _forms(request: LoggedInRequest, component: SchemeComponent, page: Page[Reviewee]) -> list[FigureForm]:
    stored, data = scores_of(component), request.POST if request.method == "POST" else None
    full_marks, is_place = full_marks_of(component, component.n_reviewees), is_by_place(component)  # type: ignore[attr-defined]  # annotated
    return [
        FigureForm(one, stored.get(one.pk), full_marks=full_marks, is_place=is_place, data=data)
        for one in page.object_list
    ]


def _after_conflict(
    request: LoggedInRequest, component: SchemeComponent, page: Page[Reviewee]
) -> list[FigureForm]:
    forms = _forms(request, component, page)
    for form in forms:
        form.is_valid()
        form.keep_after_conflict()
    return forms


def _save(
    request: LoggedInRequest,
    component: SchemeComponent,
    figures: Sequence[Figure],
    evidence: EvidenceFile | None,
) -> None:
    if not figures:
        messages.info(request, "没有改动，不需要保存。")
        return
    now = timezone.now()
    record_component_scores(component.pk, figures, evidence=evidence, actor=request.user, at=now)
    what = "名次" if is_by_place(component) else "得分"
    messages.success(request, f"已保存 {len(figures)} 人的{component.name}{what}。")


def _context(
    request: LoggedInRequest, component: SchemeComponent, page: Page[Reviewee], forms: list[FigureForm]
) -> dict[str, Any]:
    cycle = component.scheme.cycle
    show = "missing" if request.GET.get("show") == "missing" else ""
    return {
        "component": component,
        "cycle": cycle,
        "forms": forms,
        "page": page,
        "pages": list(page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)),
        "query_without_page": f"show={show}" if show else "",
        "show": show,
        "is_place": is_by_place(component),
        "n_wrong": sum(bool(form.errors) for form in forms) if request.method == "POST" else 0,
        "doubled": _doubled(component, forms),
        "is_open": cycle.stage in ASSESSABLE_STAGES,
        "crumbs": [("考核得分", reverse("assessments:component_list")), (component.name, "")],
    }


def _doubled(component: SchemeComponent, forms: list[FigureForm]) -> list[str]:
    """Return the places that several people share, in words; only told where the number is a place."""
    if not is_by_place(component):
        return []
    return doubled_places_in_words(
        (form.reviewee.name, form.stored.value) for form in forms if form.stored is not None
    )


@require_http_methods(["GET", "POST"])
@login_required
def score_evidence(request: LoggedInRequest, score_id: int) -> HttpResponse:
    """Put a file to one figure, in place of the one before."""
    require_staff(request)
    rows = scores_visible_to(request.user).select_related("reviewee", "component", "evidence")
    score = get_object_or_404(rows, pk=score_id)
    back = reverse("assessments:component_grid", args=[score.component_id])
    form = EvidenceForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            attach_evidence(score.pk, form.cleaned_data["evidence"], actor=request.user, at=timezone.now())
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, f"已换上{score.reviewee.name}的佐证材料。")
            return redirect(back)
    context = {
        "form": form,
        "title": f"{score.reviewee.name}的佐证材料",
        "intro": f"{score.component.name}：{score.source}",
        "submit_label": "上传",
        "back_url": back,
        "crumbs": [
            ("考核得分", reverse("assessments:component_list")),
            (score.component.name, back),
            ("佐证材料", ""),
        ],
    }
    return render(request, "components/form_page.html", context)
