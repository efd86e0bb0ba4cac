"""A one-time password opens one door only: that to an own password."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

ALLOWED = {"accounts:password_change", "accounts:logout", "accounts:login", "portal:healthz"}


class PasswordChangeMiddleware:
    """Send an account that must change its password to the page where it does so.

    Requests without a session cookie (evaluators, health checks) are not looked at, so they cost nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Redirect, unless the view is one of the few that stay open."""
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or _is_open(request):
            return None
        if not getattr(request.user, "must_change_password", False):
            return None
        target = reverse("accounts:password_change")
        if request.headers.get("HX-Request") == "true":
            return HttpResponse(headers={"HX-Redirect": target})
        return redirect(target)


def _is_open(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and match.view_name in ALLOWED
