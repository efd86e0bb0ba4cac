"""Bonus and deduction points: entering, withdrawing, and one person's running sum."""

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
from apps.assessments.forms import AdjustmentForm
from apps.assessments.models import AdjustmentEntry
from apps.assessments.policies import can_assess
from apps.assessments.selectors import ASSESSABLE_STAGES
from apps.assessments.selectors.adjustments import both_sums, entries_visible_to, scheme_lines
from apps.assessments.services import record_adjustments, withdraw_adjustment
from apps.assessments.views.doors import held_cycle, held_reviewee, require_staff
from apps.common.errors import DomainError
from apps.common.lists import Action
from apps.cycles.models import ReviewCycle, Reviewee

LIST = "assessments:adjustment_list"


@require_http_methods(["GET", "POST"])
@login_required
def adjustment_create(request: LoggedInRequest, cycle_id: int) -> HttpResponse:
    """Enter points for one or many people; ``?reviewee=`` chooses one beforehand."""
    cycle = held_cycle(request, cycle_id)
    person = _person(request, cycle)
    form = AdjustmentForm(
        request.POST or None,
        request.FILES or None,
        cycle=cycle,
        initial={"reviewees": [person] if person else []},
    )
    if request.method == "POST" and form.is_valid():
        try:
            entries = _record(request, form)
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, f"已录入 {len(entries)} 人的“{form.cleaned_data['adjustment'].name}”。")
            return _after(entries)
    return render(request, "assessments/adjustment_create.html", _entry_page(request, cycle, form, person))


def _person(request: LoggedInRequest, cycle: ReviewCycle) -> Reviewee | None:
    chosen = request.GET.get("reviewee", "")
    return cycle.reviewees.filter(pk=chosen).first() if chosen.isdecimal() else None


def _entry_page(
    request: LoggedInRequest, cycle: ReviewCycle, form: AdjustmentForm, person: Reviewee | None
) -> dict[str, Any]:
    lines = [*scheme_lines(cycle)]
    entries = [*entries_visible_to(request.user).filter(reviewee=person)] if person else []
    return {
        "form": form,
        "cycle": cycle,
        "lines": lines,
        "person": person,
        "sums": both_sums(entries, lines, cycle.scheme),
        "is_open": cycle.stage in ASSESSABLE_STAGES,
        "back_url": reverse(LIST),
        "crumbs": [("加分扣分", reverse(LIST)), ("录入", "")],
    }


def _record(request: LoggedInRequest, form: AdjustmentForm) -> list[AdjustmentEntry]:
    data = form.cleaned_data
    return record_adjustments(
        data["adjustment"].pk,
        [one.pk for one in data["reviewees"]],
        points=data["points"],
        reason=data["reason"],
        happened_on=data["happened_on"],
        evidence=data["evidence"],
        actor=request.user,
        at=timezone.now(),
    )


def _after(entries: list[AdjustmentEntry]) -> HttpResponse:
    """Show the sum of the one person, or the list of all."""
    if len(entries) == 1:
        return redirect("assessments:reviewee_adjustments", entries[0].reviewee_id)
    return redirect(LIST)


@require_GET
@login_required
def reviewee_adjustments(request: LoggedInRequest, reviewee_id: int) -> HttpResponse:
    """Show one person's entries and what of them counts under the limits."""
    reviewee = held_reviewee(request, reviewee_id)
    entries = [*entries_visible_to(request.user).filter(reviewee=reviewee)]
    is_open = reviewee.cycle.stage in ASSESSABLE_STAGES
    new = reverse("assessments:adjustment_create", args=[reviewee.cycle_id])
    context = {
        "reviewee": reviewee,
        "entries": entries,
        "sums": both_sums(entries, [*scheme_lines(reviewee.cycle)], reviewee.cycle.scheme),
        "assessable_stages": ASSESSABLE_STAGES,
        "actions": [Action("录入加分扣分", f"{new}?reviewee={reviewee.pk}", is_primary=True)]
        if is_open
        else [],
        "crumbs": [("加分扣分", reverse(LIST)), (reviewee.name, "")],
    }
    return render(request, "assessments/reviewee_adjustments.html", context)


@require_POST
@login_required
def adjustment_withdraw(request: LoggedInRequest, entry_id: int) -> HttpResponse:
    """Withdraw an entry."""
    require_staff(request)
    entry = get_object_or_404(entries_visible_to(request.user), pk=entry_id)
    if not can_assess(request.user, entry.reviewee.cycle):
        raise PermissionDenied
    try:
        withdraw_adjustment(entry.pk, actor=request.user, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(
            request, f"已撤回{entry.reviewee.name}的“{entry.adjustment.name}”，记录保留，不再计分。"
        )
    return redirect("assessments:reviewee_adjustments", entry.reviewee_id)
