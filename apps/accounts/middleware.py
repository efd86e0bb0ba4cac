"""Accounts at the door: who must change the password first, and who must say again who it is."""

from collections.abc import Callable, Container
from functools import partial
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme

from apps.accounts.domain.second_factor import FactorState
from apps.accounts.domain.sessions import EndReason
from apps.accounts.kit.second_factor import state_of
from apps.accounts.kit.sessions import SessionStore
from apps.accounts.models import AccountSession, User
from apps.accounts.services import SentForm, keep_form, note_seen
from apps.audit.kit.unlogged import is_unlogged
from apps.common.kit.reauthentication import ConfirmationNeeded

NOBODYS_PAGES = {"portal:healthz"}  # and those of evaluators and hall screens (``_is_open``)
ALLOWED = {
    "accounts:password_change",
    "accounts:logout",
    "accounts:login",
    "accounts:session_state",
    "portal:healthz",
}
FACTOR_PAGES = {*ALLOWED, "accounts:factor_enrol", "accounts:factor_verify"}
ASKING_PAGES = {
    FactorState.NEEDED: "accounts:factor_verify",
    FactorState.ENROLMENT: "accounts:factor_enrol",
}
NOT_KEPT = {"csrfmiddlewaretoken"}
NEVER_KEPT = {"accounts", "evaluations", "paper_ballots"}  # passwords, ballots, key cards
TOLD = {
    EndReason.IDLE: "您离开的时间较长，为了安全已自动退出。请重新登录。",
    EndReason.ABSOLUTE: "这次登录已满 12 小时，为了安全已自动退出。请重新登录。",
    EndReason.ELSEWHERE: "您的账号在别处登录，这里已退出。如果不是您本人，请登录后立即修改密码并告诉安全管理员。",
    EndReason.BY_OWNER: "您在另一处结束了这里的登录。",
    EndReason.BY_ADMIN: "管理员结束了这次登录。请重新登录；如有疑问请联系安全管理员。",
    EndReason.PASSWORD: "密码已经改过，请用新密码登录。",
    EndReason.DISABLED: "这个账号已经停用。如有疑问请联系组织部或系统管理员。",
    EndReason.RIGHTS: "您的权限或二次验证有变，请重新登录。",
}


class SessionLifeMiddleware:
    """Sessions that end: keep alive what is used, tell why one ended, and keep the form that came too late.

    Requests without a session cookie (evaluators, health checks) are not looked at, so they cost nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return self.get_response(request)
        store = cast("SessionStore", request.session)
        response = self.get_response(request)
        if not store.accessed:
            return response
        if store.ended is not None and _leads_to_login(response):
            return _ended(request, store.ended)
        if isinstance(request.user, User):
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Note that somebody is there. Parts of pages that scripts fetch by themselves do not count."""
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or _is_open(request, NOBODYS_PAGES):
            return
        if not isinstance(request.user, User):
            return
        store = cast("SessionStore", request.session)
        if store.row is None or _is_by_itself(request):
            return
        now = timezone.now()
        if store.row.notice and request.method == "GET":
            messages.warning(request, store.row.notice)
            note_seen(store.row, at=now)
        elif store.is_due(now):
            note_seen(store.row, at=now)


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
        return lead_to(request, _first("accounts:password_change", request))


class SecondFactorMiddleware:
    """Let an account with a second factor pass only after its code, and an administrator without one only to bind it.

    ``request.is_at_the_door`` tells pages that the account may not go on yet, so that they offer nothing that would lead back here.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.is_at_the_door = SimpleLazyObject(partial(_is_at_the_door, request))  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Redirect, unless the view is one of the few that stay open."""
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or _is_open(request, FACTOR_PAGES):
            return None
        if not isinstance(request.user, User):
            return None
        page = ASKING_PAGES.get(state_of(request))
        if page is None:
            return None
        return lead_to(request, _first(page, request))


class ConfirmationMiddleware:
    """Make a page that asks for the password of the answer of a ``@reauthenticated`` view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not isinstance(response, ConfirmationNeeded) or not isinstance(request.user, User):
            return response
        if response.keep_body and is_plain_form(request):
            kept = keep_form(sent_form(request), user=request.user, at=timezone.now())
            return lead_to(request, reverse("accounts:confirm_kept", args=[kept.pk]))
        messages.warning(request, "确认身份以后请重新填写；为了安全，刚才填写的内容没有保留，也没有办理。")
        return lead_to(request, _asking(way_back(request)))


def _is_at_the_door(request: HttpRequest) -> bool:
    """Tell whether a new password, or the second factor, stands between a signed-in account and its pages."""
    if not isinstance(request.user, User):
        return False
    return request.user.must_change_password or state_of(request) in ASKING_PAGES


def _ended(request: HttpRequest, ended: AccountSession) -> HttpResponse:
    """Lead to the login page, saying why, and with what was sent kept for after it."""
    reason = EndReason(ended.end_reason(timezone.now()))
    messages.warning(request, TOLD[reason])
    target = request.get_full_path() if request.method == "GET" else way_back(request)
    if _may_keep(request) and ended.user is not None and ended.user.is_active:
        kept = keep_form(sent_form(request), user=ended.user, at=timezone.now())
        target = reverse("accounts:kept_form", args=[kept.pk])
        messages.info(request, "刚才提交的内容已经保留，还没有办理。用同一个账号重新登录后可接着办理。")
    return lead_to(request, f"{reverse('accounts:login')}?{urlencode({'next': target})}")


def _may_keep(request: HttpRequest) -> bool:
    """Tell whether a form that came too late is kept: a page's own form, not a script's; no passwords, ballots or key cards."""
    match = request.resolver_match
    return (
        request.method == "POST"
        and "csrfmiddlewaretoken" in request.POST
        and not hasattr(request, "sensitive_post_parameters")
        and match is not None
        and not set(match.namespaces) & NEVER_KEPT
    )


def _leads_to_login(response: HttpResponse) -> bool:
    location = response.headers.get("Location", "")
    return response.status_code == HTTPStatus.FOUND and location.startswith(reverse("accounts:login"))


def _is_by_itself(request: HttpRequest) -> bool:
    is_state = (
        request.resolver_match is not None and request.resolver_match.view_name == "accounts:session_state"
    )
    return request.method == "GET" and (is_state or request.headers.get("HX-Request") == "true")


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
    if _is_of_programs(request):
        refusal = {
            "code": "not_ready",
            "detail": "这个账号要先在网页上登录并办完改密码、二次验证等手续。没有办理。",
        }
        return JsonResponse(refusal, status=HTTPStatus.FORBIDDEN)
    return redirect(target)


def _is_of_programs(request: HttpRequest) -> bool:
    return request.resolver_match is not None and request.resolver_match.view_name.startswith("api-")


def way_back(request: HttpRequest) -> str:
    """Return the page of ours the request came from, without its host; the home page if there is none."""
    referrer = request.headers.get("Referer", "")
    hosts = {request.get_host()}
    if not url_has_allowed_host_and_scheme(referrer, allowed_hosts=hosts, require_https=request.is_secure()):
        return reverse("portal:home")
    parts = urlsplit(referrer)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path or "/"


def _first(page: str, request: HttpRequest) -> str:
    """Return the address of a page that must come first and then leads on to what was wanted, say a kept form."""
    is_whole_page = request.method == "GET" and request.headers.get("HX-Request") != "true"
    if not is_whole_page or request.path == reverse("portal:home"):
        return reverse(page)
    return f"{reverse(page)}?{urlencode({'next': request.get_full_path()})}"


def _asking(target: str) -> str:
    return f"{reverse('accounts:confirm')}?{urlencode({'next': target})}"


def _is_open(request: HttpRequest, pages: Container[str] = ALLOWED) -> bool:
    match = request.resolver_match
    return match is not None and (match.view_name in pages or is_unlogged(match.view_name))
