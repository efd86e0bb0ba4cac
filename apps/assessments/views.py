"""Pages of assessments: component figures and vetoes."""

from collections.abc import Sequence

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.kit.requests import LoggedInRequest
from apps.assessments.forms import FigureForm, VetoForm
from apps.assessments.policies import can_assess
from apps.assessments.selectors import (
    ASSESSABLE_STAGES,
    components_visible_to,
    scores_of,
    vetoes_visible_to,
)
from apps.assessments.services import Figure, record_component_scores, record_veto, withdraw_veto
from apps.common.errors import DomainError
from apps.cycles.domain.grades import Grade
from apps.cycles.models import SchemeComponent


@require_http_methods(["GET", "POST"])
@login_required
def component_grid(request: LoggedInRequest, component_id: int) -> HttpResponse:
    """Enter one component's figures for everybody on one page."""
    if not request.user.is_department_staff:
        raise PermissionDenied
    component = get_object_or_404(components_visible_to(request.user), pk=component_id)
    cycle = component.scheme.cycle
    if not can_assess(request.user, cycle):
        raise PermissionDenied
    stored = scores_of(component)
    data = request.POST if request.method == "POST" else None
    forms = [FigureForm(one, stored.get(one.pk), data) for one in cycle.reviewees.all()]
    error = ""
    is_valid = [form.is_valid() for form in forms]
    if data is not None and all(is_valid):
        figures = [figure for form in forms if (figure := form.changed_figure())]
        error = _save(request, component, figures)
        if not error:
            return redirect("assessments:component_grid", component.pk)
    context = {
        "component": component,
        "cycle": cycle,
        "forms": forms,
        "error": error,
        "n_wrong": sum(bool(form.errors) for form in forms) if data is not None else 0,
        "missing": [form.reviewee for form in forms if form.stored is None],
        "is_open": cycle.stage in ASSESSABLE_STAGES,
        "crumbs": [("考核得分", reverse("assessments:component_list")), (component.name, "")],
    }
    return render(request, "assessments/component_grid.html", context)


def _save(request: LoggedInRequest, component: SchemeComponent, figures: Sequence[Figure]) -> str:
    if not figures:
        messages.info(request, "没有改动，不需要保存。")
        return ""
    try:
        record_component_scores(component.pk, figures, actor=request.user, at=timezone.now())
    except DomainError as refusal:
        return refusal.message
    messages.success(request, f"已保存 {len(figures)} 人的{component.name}得分。")
    return ""


@require_http_methods(["GET", "POST"])
@login_required
def veto_create(request: LoggedInRequest) -> HttpResponse:
    """Record a veto."""
    if not request.user.is_department_staff:
        raise PermissionDenied
    form = VetoForm(request.POST if request.method == "POST" else None, user=request.user)
    if form.is_valid():
        reviewee, grade = form.cleaned_data["reviewee"], Grade(form.cleaned_data["caps_at"])
        reason = form.cleaned_data["reason"]
        try:
            record_veto(reviewee.pk, caps_at=grade, reason=reason, actor=request.user, at=timezone.now())
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, f"已记录：{reviewee.name}的等次最高只能评为“{grade.label}”。")
            return redirect("assessments:veto_list")
    context = {
        "form": form,
        "title": "记录一票否决",
        "submit_label": "记录",
        "back_url": reverse("assessments:veto_list"),
        "crumbs": [("一票否决", reverse("assessments:veto_list")), ("记录", "")],
    }
    return render(request, "components/form_page.html", context)


@require_POST
@login_required
def veto_withdraw(request: LoggedInRequest, veto_id: int) -> HttpResponse:
    """Withdraw a veto."""
    if not request.user.is_department_staff:
        raise PermissionDenied
    veto = get_object_or_404(vetoes_visible_to(request.user).select_related("reviewee__cycle"), pk=veto_id)
    if not can_assess(request.user, veto.reviewee.cycle):
        raise PermissionDenied
    try:
        withdraw_veto(veto.pk, actor=request.user, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"已撤回对{veto.reviewee.name}的一票否决，记录保留。")
    return redirect("assessments:veto_list")
