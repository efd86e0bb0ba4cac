"""Reconsideration: a request is recorded, the person is heard, the outcome is recorded."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts.kit.requests import LoggedInRequest
from apps.common.errors import DomainError, StaleVersion
from apps.common.forms import VersionedForm
from apps.common.kit.reauthentication import reauthenticated
from apps.cycles.domain.grades import Grade
from apps.grading.forms import HearingForm, OutcomeForm, RequestForm, WithdrawalForm
from apps.grading.models import Reconsideration
from apps.grading.policies import can_decide_reconsideration, can_request_reconsideration
from apps.grading.selectors import reconsiderations_visible_to
from apps.grading.selectors.reconsiderations import possible_warnings
from apps.grading.services import (
    Outcome,
    Request,
    decide_reconsideration,
    record_hearing,
    request_reconsideration,
    withdraw_reconsideration,
)
from apps.grading.views.common import decision_for_staff


def _act_for_staff(request: LoggedInRequest, act_id: int) -> Reconsideration:
    if not request.user.is_department_staff:
        raise PermissionDenied
    rows = reconsiderations_visible_to(request.user).select_related(
        "decision__reviewee__cycle__host",
        "decision__deliberation__run",
        "decision__deliberation__cycle",
        "recorded_by",
        "decided_by",
        "withdrawn_by",
    )
    act = get_object_or_404(rows, pk=act_id)
    if not can_request_reconsideration(request.user, act.decision.reviewee.cycle):
        raise PermissionDenied
    return act


@require_http_methods(["GET", "POST"])
@login_required
def reconsideration_create(request: LoggedInRequest, decision_id: int) -> HttpResponse:
    """Record a request on behalf of the person."""
    decision = decision_for_staff(request, decision_id)
    name = decision.reviewee.name
    initial = {"requested_on": timezone.localdate(), "requested_by_name": name}
    form = RequestForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            act = request_reconsideration(
                decision.pk, request=Request(**form.cleaned_data), actor=request.user, at=timezone.now()
            )
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, f"已登记{name}的复核申请。请听取意见，再研究决定。")
            return redirect("grading:reconsideration_detail", act.pk)
    context = {
        "title": f"登记复核：{name}",
        "intro": f"{decision.reviewee}，已签发的等次为“{decision.effective_grade_label}”。原来的审定保留不变，复核另作记录。",
        "form": form,
        "submit_label": "登记复核申请",
        "back_url": reverse("grading:deliberation_detail", args=[decision.reviewee.cycle_id]),
        "crumbs": [("复核", reverse("grading:reconsideration_list")), ("登记", "")],
    }
    return render(request, "components/form_page.html", context)


@require_GET
@login_required
def reconsideration_detail(request: LoggedInRequest, act_id: int) -> HttpResponse:
    """Show one reconsideration and what comes next."""
    return _page(request, _act_for_staff(request, act_id))


def _page(request: LoggedInRequest, act: Reconsideration, **more: Any) -> HttpResponse:
    reviewee = act.decision.reviewee
    version = {"version": act.version}
    heard = {"heard_on": act.heard_on or timezone.localdate(), "hearing": act.hearing}
    outcome = {"held_on": timezone.localdate(), "grade": act.grade_before}
    context = {
        "act": act,
        "reviewee": reviewee,
        "before": Grade(act.grade_before).label,
        "can_decide": can_decide_reconsideration(request.user, reviewee.cycle),
        "possible_warnings": possible_warnings(act) if act.is_open else [],
        "hearing_form": HearingForm(initial=heard | version, prefix="hearing"),
        "outcome_form": OutcomeForm(initial=outcome | version, prefix="outcome"),
        "withdrawal_form": WithdrawalForm(initial=version, prefix="withdrawal"),
        "crumbs": [("复核", reverse("grading:reconsideration_list")), (reviewee.name, "")],
    }
    return render(request, "grading/reconsideration_detail.html", context | more)


def _save(
    request: LoggedInRequest,
    act: Reconsideration,
    form: VersionedForm,
    name: str,
    save: Callable[[dict[str, Any]], str],
) -> HttpResponse:
    """Save one of the three forms of the page, or show the page again with what was typed."""
    if form.is_valid():
        try:
            messages.success(request, save(dict(form.cleaned_data)))
        except StaleVersion:
            act = _act_for_staff(request, act.pk)
            stored = {"heard_on": act.heard_on, "hearing": act.hearing} if name == "hearing_form" else {}
            form.keep_after_conflict(act.version, stored)
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            return redirect("grading:reconsideration_detail", act.pk)
    return _page(request, act, **{name: form})


@require_POST
@login_required
def reconsideration_hear(request: LoggedInRequest, act_id: int) -> HttpResponse:
    """Record that the person was heard."""
    act = _act_for_staff(request, act_id)

    def save(data: dict[str, Any]) -> str:
        record_hearing(act.pk, **data, actor=request.user, at=timezone.now())
        return "已保存听取意见的情况。"

    return _save(request, act, HearingForm(request.POST, prefix="hearing"), "hearing_form", save)


@require_POST
@login_required
@reauthenticated
def reconsideration_decide(request: LoggedInRequest, act_id: int) -> HttpResponse:
    """Record the outcome; only who may sign grades."""
    act = _act_for_staff(request, act_id)
    if not can_decide_reconsideration(request.user, act.decision.reviewee.cycle):
        raise PermissionDenied

    def save(data: dict[str, Any]) -> str:
        version, grade = data.pop("version"), Grade(data.pop("grade"))
        outcome = Outcome(grade=grade, **data)
        decided = decide_reconsideration(
            act.pk, outcome=outcome, version=version, actor=request.user, at=timezone.now()
        )
        kept = "维持原等次" if decided.grade_before == decided.grade_after else f"等次改为“{grade.label}”"
        return f"复核已决定：{kept}。原来的审定保留，今后各处以复核后的等次为准。"

    return _save(request, act, OutcomeForm(request.POST, prefix="outcome"), "outcome_form", save)


@require_POST
@login_required
def reconsideration_withdraw(request: LoggedInRequest, act_id: int) -> HttpResponse:
    """Close the request without a decision."""
    act = _act_for_staff(request, act_id)

    def save(data: dict[str, Any]) -> str:
        withdraw_reconsideration(act.pk, **data, actor=request.user, at=timezone.now())
        return "已撤回复核申请，记录保留。"

    return _save(request, act, WithdrawalForm(request.POST, prefix="withdrawal"), "withdrawal_form", save)
