"""Reading messages."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from apps.accounts.kit.requests import LoggedInRequest
from apps.notifications.selectors import notifications_visible_to
from apps.notifications.services import mark_all_read, mark_read


@require_POST
@login_required
def notification_open(request: LoggedInRequest, notification_id: int) -> HttpResponse:
    """Mark a message as read and go where it points."""
    message = get_object_or_404(notifications_visible_to(request.user), pk=notification_id)
    mark_read(message.pk, actor=request.user, at=timezone.now())
    return redirect(message.url or "notifications:notification_list")


@require_POST
@login_required
def notification_read_all(request: LoggedInRequest) -> HttpResponse:
    n_read = mark_all_read(actor=request.user, at=timezone.now())
    messages.success(request, f"{n_read} 条消息已标为已读。" if n_read else "没有未读消息。")
    return redirect("notifications:notification_list")
