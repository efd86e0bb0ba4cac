"""Reading the log."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from apps.audit.kit import labels
from apps.audit.policies import can_read_log
from apps.audit.selectors import entries_visible_to
from apps.common.kit.requests import actor_of


@login_required
def entry_detail(request: HttpRequest, seq: int) -> HttpResponse:
    actor = actor_of(request)
    if not can_read_log(actor):
        raise PermissionDenied
    entry = get_object_or_404(entries_visible_to(actor), pk=seq)
    details = [(labels.detail_label(name), value) for name, value in sorted(entry.details.items())]
    context = {"entry": entry, "action_label": labels.label_of(entry.action), "details": details}
    return render(request, "audit/entry_detail.html", context)
