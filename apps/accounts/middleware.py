"""Accounts at the door: who must change the password first, and who must say again who it is."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from apps.accounts.kit.reauthentication import ConfirmationNeeded
from apps.accounts.models import User
from apps.accounts.services import SentForm, keep_form

ALLOWED = {"accounts:password_change", "accounts:logout", "accounts:login", "portal:healthz"}
NOT_KEPT = {"csrfmiddlewaretoken"}


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
        return lead_to(request, reverse("accounts:password_change"))


class ConfirmationMiddleware:
    """Make a page that asks for the password of the answer of a ``@reauthenticated`` view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not isinstance(response, ConfirmationNeeded) or not isinstance(request.user, User):
            return response
        if request.method == "GET":
            return lead_to(request, _asking(request.get_full_path()))
        if response.keep_body and is_plain_form(request):
            kept = keep_form(sent_form(request), user=request.user, at=timezone.now())
            return lead_to(request, reverse("accounts:confirm_kept", args=[kept.pk]))
        messages.warning(request, "确认身份以后请重新填写；为了安全，刚才填写的内容没有保留，也没有办理。")
        return lead_to(request, _asking(way_back(request)))


def sent_form(request: HttpRequest) -> SentForm:
    """Return the form of a request, as it is kept."""
    return SentForm(
        path=request.path_info,
        query=request.META.get("QUERY_STRING", ""),
        fields={name: values for name, values in request.POST.lists() if name not in NOT_KEPT},
        n_files=len(request.FILES),
        back_url=way_back(request),
    )


def is_plain_form(request: HttpRequest) -> bool:
    """Tell whether the body is a form; what scripts send as JSON stays in their page anyway."""
    return request.content_type in {"application/x-www-form-urlencoded", "multipart/form-data"}


def lead_to(request: HttpRequest, target: str) -> HttpResponse:
    """Redirect; a request by htmx must change the whole page, not a part of it."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(headers={"HX-Redirect": target})
    return redirect(target)


def way_back(request: HttpRequest) -> str:
    """Return the page of ours the request came from, without its host; the home page if there is none."""
    referrer = request.headers.get("Referer", "")
    hosts = {request.get_host()}
    if not url_has_allowed_host_and_scheme(referrer, allowed_hosts=hosts, require_https=request.is_secure()):
        return reverse("portal:home")
    parts = urlsplit(referrer)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path or "/"


def _asking(target: str) -> str:
    return f"{reverse('accounts:confirm')}?{urlencode({'next': target})}"


def _is_open(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and match.view_name in ALLOWED
