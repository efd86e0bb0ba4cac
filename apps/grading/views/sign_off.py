"""Review by a second person, sending back, and the signature of the head."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from apps.accounts.kit.requests import LoggedInRequest
from apps.common.kit.reauthentication import reauthenticated
from apps.grading.forms import SendBackForm
from apps.grading.models import Deliberation
from apps.grading.policies import can_review, can_sign_off
from apps.grading.services import review_deliberation, send_back_deliberation, sign_off
from apps.grading.views.common import act_on_sheet, cycle_for_staff
from apps.grading.views.sheets import sheet_page


@require_POST
@login_required
def deliberation_review(request: LoggedInRequest, cycle_id: int) -> HttpResponse:
    """Confirm the grades as a second person."""
    cycle = cycle_for_staff(request, cycle_id)
    if not can_review(request.user, cycle):
        raise PermissionDenied
    get_object_or_404(Deliberation, cycle=cycle)

    def act() -> str:
        review_deliberation(cycle.pk, actor=request.user, at=timezone.now())
        return "已审核通过，等待负责人签发。签发前如需更改，请先退回修改。"

    return act_on_sheet(request, cycle, act)


@require_POST
@login_required
def deliberation_send_back(request: LoggedInRequest, cycle_id: int) -> HttpResponse:
    """Send the grades back with a reason; a reason that is missing keeps the page."""
    cycle = cycle_for_staff(request, cycle_id)
    if not can_review(request.user, cycle):
        raise PermissionDenied
    get_object_or_404(Deliberation, cycle=cycle)
    form = SendBackForm(request.POST)
    if not form.is_valid():
        return sheet_page(request, cycle, send_back_form=form)

    def act() -> str:
        reason = form.cleaned_data["reason"]
        send_back_deliberation(cycle.pk, reason=reason, actor=request.user, at=timezone.now())
        return "已退回修改，已作的审定都保留。"

    return act_on_sheet(request, cycle, act)


@require_POST
@login_required
@reauthenticated
def deliberation_sign_off(request: LoggedInRequest, cycle_id: int) -> HttpResponse:
    """Sign the grades off."""
    cycle = cycle_for_staff(request, cycle_id)
    if not can_sign_off(request.user, cycle):
        raise PermissionDenied
    get_object_or_404(Deliberation, cycle=cycle)

    def act() -> str:
        sign_off(cycle.pk, actor=request.user, at=timezone.now())
        return "等次已签发，不再更改。周期进入“反馈整改”阶段，可以出具反馈意见书。"

    return act_on_sheet(request, cycle, act)
