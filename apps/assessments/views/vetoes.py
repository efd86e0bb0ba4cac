"""Recording and withdrawing vetoes."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.kit.requests import LoggedInRequest
from apps.assessments.forms import VetoForm
from apps.assessments.models import Veto
from apps.assessments.policies import can_assess
from apps.assessments.selectors import vetoes_visible_to
from apps.assessments.services import record_veto, withdraw_veto
from apps.assessments.views.doors import require_staff
from apps.common.errors import DomainError
from apps.cycles.domain.grades import Grade


@require_http_methods(["GET", "POST"])
@login_required
def veto_create(request: LoggedInRequest) -> HttpResponse:
    """Record a veto."""
    require_staff(request)
    form = VetoForm(request.POST if request.method == "POST" else None, user=request.user)
    if form.is_valid():
        try:
            veto = _record(request, form)
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            name, cap = veto.reviewee.name, Grade(veto.caps_at).label
            messages.success(request, f"已记录：{name}的等次最高只能评为“{cap}”。")
            return redirect("assessments:veto_list")
    context = {
        "form": form,
        "title": "记录一票否决",
        "submit_label": "记录",
        "back_url": reverse("assessments:veto_list"),
        "crumbs": [("一票否决", reverse("assessments:veto_list")), ("记录", "")],
    }
    return render(request, "assessments/picker_form.html", context)


def _record(request: LoggedInRequest, form: VetoForm) -> Veto:
    data = form.cleaned_data
    condition, cap = data["condition"], data["caps_at"]
    return record_veto(
        data["reviewee"].pk,
        condition_id=condition.pk if condition else None,
        caps_at=Grade(cap) if cap else None,
        reason=data["reason"],
        actor=request.user,
        at=timezone.now(),
    )


@require_POST
@login_required
def veto_withdraw(request: LoggedInRequest, veto_id: int) -> HttpResponse:
    """Withdraw a veto."""
    require_staff(request)
    veto = get_object_or_404(
        vetoes_visible_to(request.user).select_related("reviewee__cycle__host"), pk=veto_id
    )
    if not can_assess(request.user, veto.reviewee.cycle):
        raise PermissionDenied
    try:
        withdraw_veto(veto.pk, actor=request.user, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"已撤回对{veto.reviewee.name}的一票否决，记录保留。")
    return redirect("assessments:veto_list")
