"""Ordering an archive, and who took it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from apps.accounts.kit.requests import LoggedInRequest
from apps.archives.policies import can_archive
from apps.archives.selectors import archives_visible_to, downloads_of
from apps.archives.services import request_archive
from apps.common.errors import DomainError
from apps.cycles.selectors import cycles_visible_to


@require_POST
@login_required
def archive_request(request: LoggedInRequest, cycle_id: int) -> HttpResponse:
    """Order the archive of a cycle and show the job."""
    cycle = get_object_or_404(cycles_visible_to(request.user).select_related("host"), pk=cycle_id)
    if not can_archive(request.user, cycle):
        raise PermissionDenied
    try:
        job = request_archive(cycle.pk, actor=request.user, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect("archives:archive_list")
    return redirect("documents:job_detail", job.pk)


@require_GET
@login_required
def archive_detail(request: LoggedInRequest, archive_id: int) -> HttpResponse:
    """Show one archive: how to check it, and who took it."""
    if not request.user.is_department_staff:
        raise PermissionDenied
    rows = archives_visible_to(request.user).select_related("cycle", "file", "made_by")
    archive = get_object_or_404(rows, pk=archive_id)
    context = {
        "archive": archive,
        "downloads": downloads_of(archive)[:50],
        "crumbs": [("归档", reverse("archives:archive_list")), (archive.cycle.title, "")],
    }
    return render(request, "archives/archive_detail.html", context)
