"""Signing in and out, and the own account."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from apps.accounts import services
from apps.accounts.forms import PasswordChangeForm, SignInForm
from apps.accounts.kit.requests import LoggedInRequest
from apps.accounts.selectors import locked_until
from apps.common.errors import DomainError

sign_in = LoginView.as_view(
    template_name="accounts/login.html", authentication_form=SignInForm, redirect_authenticated_user=True
)
sign_out = LogoutView.as_view()


def locked_out(
    request: HttpRequest,
    original_response: HttpResponse | None = None,  # noqa: ARG001 -- given by axes
    credentials: dict[str, Any] | None = None,
) -> HttpResponse:
    """Tell that too many wrong passwords locked the name for a while, and for how long."""
    now = timezone.now()
    until = locked_until((credentials or {}).get("username") or "", now)
    minutes = -(-int((until - now).total_seconds()) // 60) if until else 1
    context = {"minutes": max(minutes, 1), "limit": settings.AXES_FAILURE_LIMIT}
    return render(request, "accounts/locked_out.html", context, status=429)


@login_required
def profile(request: LoggedInRequest) -> HttpResponse:
    return render(request, "accounts/profile.html", {"account": request.user})


@never_cache
@sensitive_post_parameters()
@login_required
def password_change(request: LoggedInRequest) -> HttpResponse:
    form = PasswordChangeForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = services.change_own_password(
                old_password=form.cleaned_data["old_password"],
                new_password=form.cleaned_data["new_password"],
                actor=request.user,
                at=timezone.now(),
            )
        except DomainError as error:
            form.add_error("old_password", error.message)
        else:
            update_session_auth_hash(request, user)
            messages.success(request, "密码已改。其他电脑或手机上的登录已全部退出。")
            return redirect("portal:home")
    return render(request, "accounts/password_change.html", {"form": form})
