"""Signing in and out, and the own account."""

import json
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from apps.accounts import services
from apps.accounts.domain.passwords import LEAST_PART
from apps.accounts.errors import PasswordReused
from apps.accounts.forms import OwnSessionForm, PasswordChangeForm, SignInForm
from apps.accounts.kit.requests import LoggedInRequest
from apps.accounts.kit.sessions import SessionStore
from apps.accounts.kit.validators import owner_of
from apps.accounts.models import User
from apps.accounts.selectors import bound_factor, locked_until, needs_factor
from apps.accounts.services import live_sessions
from apps.accounts.views.addresses import own_address
from apps.common.errors import DomainError

sign_in = LoginView.as_view(
    template_name="accounts/login.html", authentication_form=SignInForm, redirect_authenticated_user=True
)


class SignOut(LogoutView):
    """Signing out, and asking the browser to forget the pages it kept. Its storage stays: a sealed ballot may wait there."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().post(request, *args, **kwargs)
        response["Clear-Site-Data"] = '"cache"'
        return response


def locked_out(
    request: HttpRequest,
    original_response: HttpResponse | None = None,  # noqa: ARG001 -- given by axes
    credentials: dict[str, Any] | None = None,
) -> HttpResponse:
    """Tell that too many wrong passwords locked the name for a while, and for how long."""
    now = timezone.now()
    until = locked_until((credentials or {}).get("username") or "", now)
    minutes = -(-int((until - now).total_seconds()) // 60) if until else 1
    context = {
        "minutes": max(minutes, 1),
        "limit": settings.AXES_FAILURE_LIMIT,
        "next": request.POST.get("next", ""),
    }
    return render(request, "accounts/locked_out.html", context, status=429)


@login_required
def profile(request: LoggedInRequest) -> HttpResponse:
    context = {
        "account": request.user,
        "sessions": live_sessions(request.user, at=timezone.now()),
        "factor": (factor := bound_factor(request.user)),
        "n_codes": factor.codes.count() if factor else 0,
        "factor_required": needs_factor(request.user),
        "own_key": request.session.session_key,
    }
    return render(request, "accounts/profile.html", context)


def session_state(request: HttpRequest) -> JsonResponse:
    """Tell a page how long its session lives. ``POST`` says that somebody is there; ``GET`` does not keep it alive."""
    store = cast("SessionStore", request.session)
    if not isinstance(request.user, User):
        return JsonResponse({"signed_in": False})
    if request.method == "POST" and store.row is not None:
        services.note_seen(store.row, at=timezone.now())
    state = {"signed_in": True, "user": request.user.username, "seconds_left": store.seconds_left}
    return JsonResponse(state | {"token": get_token(request)}, headers={"Cache-Control": "no-store"})


@require_POST
@login_required
def sessions_end(request: LoggedInRequest) -> HttpResponse:
    """End one of the own sessions, or all others."""
    form = OwnSessionForm(request.POST)
    if not form.is_valid():
        messages.error(request, "没有找到这次登录，可能已经结束。")
        return redirect("accounts:profile")
    n_ended = services.end_own_sessions(
        public_id=form.cleaned_data["session"],
        except_key=request.session.session_key,
        actor=request.user,
        at=timezone.now(),
    )
    messages.success(request, f"已结束 {n_ended} 处登录。" if n_ended else "没有别处的登录需要结束。")
    return redirect("accounts:profile")


@never_cache
@sensitive_post_parameters()
@login_required
def password_change(request: LoggedInRequest) -> HttpResponse:
    form = PasswordChangeForm(request.user, request.POST or None)
    target = own_address(request, request.POST.get("next") or request.GET.get("next") or "")
    if request.method == "POST" and form.is_valid():
        try:
            user = services.change_own_password(
                old_password=form.cleaned_data["old_password"],
                new_password=form.cleaned_data["new_password"],
                session_key=request.session.session_key,
                actor=request.user,
                at=timezone.now(),
            )
        except PasswordReused as error:
            form.add_error("new_password", error.message)
        except DomainError as error:
            form.add_error("old_password", error.message)
        else:
            update_session_auth_hash(request, user)
            messages.success(request, "密码已改。其他电脑或手机上的登录已全部退出。")
            return redirect(target)
    owner = owner_of(request.user)
    parts = [part for part in (owner.username, *owner.pinyin) if len(part) >= LEAST_PART]
    context = {
        "form": form,
        "next": target,
        "own_parts": json.dumps([*parts, *owner.names]),
        "min_length": settings.PASSWORD_LENGTH,
        "password_days": settings.PASSWORD_DAYS,
        "n_remembered": settings.PASSWORDS_REMEMBERED,
    }
    return render(request, "accounts/password_change.html", context)
