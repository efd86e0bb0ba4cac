"""What the pages of grading share: who may see a cycle, how a refused act is told."""

from collections.abc import Callable
from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from apps.accounts.kit.requests import LoggedInRequest
from apps.common.errors import DomainError
from apps.cycles.models import ReviewCycle
from apps.grading.models import GradeDecision
from apps.grading.policies import can_deliberate
from apps.grading.selectors import cycles_to_decide, decisions_visible_to


def cycle_for_staff(request: LoggedInRequest, cycle_id: int) -> ReviewCycle:
    """Return a cycle the account manages, with its deliberation if it has begun; others are 404, other roles 403."""
    if not request.user.is_department_staff:
        raise PermissionDenied
    rows = cycles_to_decide(request.user).select_related(
        "scheme", "host", "deliberation__run", "deliberation__reviewed_by", "deliberation__signed_off_by"
    )
    cycle = get_object_or_404(rows, pk=cycle_id)
    if not can_deliberate(request.user, cycle):
        raise PermissionDenied
    return cycle


def decision_for_staff(request: LoggedInRequest, decision_id: int) -> GradeDecision:
    """Return a decision of a cycle the account manages, with reviewee and cycle."""
    if not request.user.is_department_staff:
        raise PermissionDenied
    rows = decisions_visible_to(request.user).select_related("reviewee__cycle__host", "deliberation")
    decision = get_object_or_404(rows, pk=decision_id)
    if not can_deliberate(request.user, decision.reviewee.cycle):
        raise PermissionDenied
    return decision


def act_on_sheet(request: LoggedInRequest, cycle: ReviewCycle, act: Callable[[], str]) -> HttpResponse:
    """Do one act on the sheet, tell how it went, and show the sheet again."""
    try:
        messages.success(request, act())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    return redirect("grading:deliberation_detail", cycle.pk)


def download(content: bytes, name: str, content_type: str) -> HttpResponse:
    """Send a file under a Chinese name."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response
