"""Feedback letters: ordered, fetched."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from apps.accounts.kit.requests import LoggedInRequest
from apps.common.errors import DomainError
from apps.cycles.models import ReviewCycle
from apps.grading.policies import can_issue_letters
from apps.grading.selectors import letters_visible_to
from apps.grading.services import mark_letter_read, request_feedback_letters
from apps.grading.views.common import cycle_for_staff, decision_for_staff


@require_POST
@login_required
def letters_request(request: LoggedInRequest, cycle_id: int) -> HttpResponse:
    """Order the letters of a whole cycle and show the job."""
    cycle = cycle_for_staff(request, cycle_id)
    if not can_issue_letters(request.user, cycle):
        raise PermissionDenied
    return _order_letters(request, cycle, None)


@require_POST
@login_required
def letter_request(request: LoggedInRequest, decision_id: int) -> HttpResponse:
    """Order one letter and show the job."""
    decision = decision_for_staff(request, decision_id)
    cycle = decision.reviewee.cycle
    if not can_issue_letters(request.user, cycle):
        raise PermissionDenied
    return _order_letters(request, cycle, [decision.reviewee_id])


def _order_letters(
    request: LoggedInRequest, cycle: ReviewCycle, reviewee_ids: list[int] | None
) -> HttpResponse:
    again = request.POST.get("again") == "1"
    try:
        job = request_feedback_letters(
            cycle.pk, reviewee_ids=reviewee_ids, again=again, actor=request.user, at=timezone.now()
        )
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect(f"{reverse('grading:letter_list')}?cycle={cycle.pk}")
    return redirect("documents:job_detail", job.pk)


@require_POST
@login_required
def letter_download(request: LoggedInRequest, letter_id: int) -> HttpResponse:
    """Send a letter; when it is the own one, note that it has been taken."""
    letter = get_object_or_404(letters_visible_to(request.user), pk=letter_id)
    letter = mark_letter_read(letter.pk, actor=request.user, at=timezone.now())
    return redirect("documents:file_download", letter.file_id)
