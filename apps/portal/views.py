"""The home page, and the answer to "are you there?"."""

from django.contrib.auth.decorators import login_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from apps.accounts.kit.requests import LoggedInRequest
from apps.portal import selectors


@login_required
def home(request: LoggedInRequest) -> HttpResponse:
    user = request.user
    context = {
        "lines": selectors.todo_lines(user, timezone.localdate()),
        "year": selectors.year_now(user),
        "is_staff": user.is_department_staff,
        "recent": selectors.recent_messages(user),
        "jobs": selectors.running_jobs(user),
        "links": selectors.quick_links(user),
    }
    return render(request, "portal/home.html", context)


@never_cache
def healthz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 -- Django's signature
    """Say "ok" when the database answers; nothing about it to strangers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("database unreachable\n", content_type="text/plain", status=503)
    return HttpResponse("ok\n", content_type="text/plain")
