"""Signing in and out, the own account, and the accounts of others."""

from io import BytesIO
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView, LogoutView
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from apps.accounts import policies, services
from apps.accounts.forms import AccountForm, DisplayNameForm, PasswordChangeForm, RoleForm, SignInForm
from apps.accounts.kit.requests import LoggedInRequest
from apps.accounts.lists import BATCH
from apps.accounts.models import RoleAssignment, User
from apps.accounts.selectors import locked_until, posts_without_account, users_visible_to
from apps.accounts.services import NewAccount
from apps.accounts.sheets import password_list
from apps.common.errors import DomainError
from apps.common.kit.sheets import XLSX

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


@login_required
def user_detail(request: LoggedInRequest, user_id: int) -> HttpResponse:
    account = _visible(request, user_id)
    return _detail(request, account, RoleForm())


def _detail(request: LoggedInRequest, account: User, form: RoleForm, status: int = 200) -> HttpResponse:
    user = request.user
    context = {
        "account": account,
        "role_form": form,
        "locked_until": locked_until(account.username, timezone.now()),
        "can_manage": policies.can_manage_account(user, account),
        "can_reset": policies.can_reset_password(user, account),
        "can_change_roles": policies.can_change_roles(user, account),
        "is_own": account.pk == user.pk,
    }
    return render(request, "accounts/user_detail.html", context, status=status)


@never_cache
@login_required
def user_create(request: LoggedInRequest) -> HttpResponse:
    if not policies.can_create_accounts(request.user):
        raise PermissionDenied
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            account = services.create_account(**form.cleaned_data, actor=request.user, at=timezone.now())
        except DomainError as error:
            form.add_error("username", error.message)
        else:
            return _show_once(request, account)
    return render(request, "accounts/user_create.html", {"form": form})


def _show_once(request: HttpRequest, account: NewAccount) -> HttpResponse:
    return render(
        request, "accounts/one_time_password.html", {"account": account.user, "password": account.password}
    )


@login_required
def user_edit(request: LoggedInRequest, user_id: int) -> HttpResponse:
    account = _managed(request, user_id)
    form = DisplayNameForm(request.POST or None, initial={"display_name": account.display_name})
    if request.method == "POST" and form.is_valid():
        services.rename_account(account.pk, **form.cleaned_data, actor=request.user, at=timezone.now())
        messages.success(request, "姓名已保存。")
        return redirect("accounts:user_detail", account.pk)
    return render(request, "accounts/user_edit.html", {"form": form, "account": account})


@require_POST
@login_required
def user_disable(request: LoggedInRequest, user_id: int) -> HttpResponse:
    account = _managed(request, user_id)
    try:
        services.disable_account(account.pk, actor=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"{account}的账号已停用，已打开的页面不能再用。")
    return redirect("accounts:user_detail", account.pk)


@require_POST
@login_required
def user_enable(request: LoggedInRequest, user_id: int) -> HttpResponse:
    account = _managed(request, user_id)
    services.enable_account(account.pk, actor=request.user, at=timezone.now())
    messages.success(request, f"{account}的账号已启用。")
    return redirect("accounts:user_detail", account.pk)


@never_cache
@require_POST
@login_required
def user_reset_password(request: LoggedInRequest, user_id: int) -> HttpResponse:
    account = _visible(request, user_id)
    if not policies.can_reset_password(request.user, account):
        raise PermissionDenied
    password = services.reset_password(account.pk, actor=request.user, at=timezone.now())
    return _show_once(request, NewAccount(account, password))


@require_POST
@login_required
def user_unlock(request: LoggedInRequest, user_id: int) -> HttpResponse:
    account = _visible(request, user_id)
    if not policies.can_unlock(request.user, account):
        raise PermissionDenied
    services.unlock_account(account.pk, actor=request.user, at=timezone.now())
    messages.success(request, f"{account}可以重新登录了。")
    return redirect("accounts:user_detail", account.pk)


@require_POST
@login_required
def role_grant(request: LoggedInRequest, user_id: int) -> HttpResponse:
    account = _visible(request, user_id)
    if not policies.can_change_roles(request.user, account):
        raise PermissionDenied
    form = RoleForm(request.POST)
    if not form.is_valid():
        return _detail(request, account, form, status=422)
    scope = form.cleaned_data["scope"]
    try:
        services.grant_role(
            account.pk,
            role=form.cleaned_data["role"],
            scope_id=scope.pk if scope else None,
            actor=request.user,
            at=timezone.now(),
        )
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "角色已授予，下一次打开页面即生效。")
    return redirect("accounts:user_detail", account.pk)


@require_POST
@login_required
def role_revoke(request: LoggedInRequest, assignment_id: int) -> HttpResponse:
    row = get_object_or_404(
        RoleAssignment.objects.filter(user__in=users_visible_to(request.user)).select_related("user"),
        pk=assignment_id,
    )
    if not policies.can_change_roles(request.user, row.user):
        raise PermissionDenied
    try:
        services.revoke_role(row.pk, actor=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "角色已收回，立即生效。")
    return redirect("accounts:user_detail", row.user_id)


@never_cache
@require_POST
@login_required
def secretary_accounts_create(request: LoggedInRequest) -> HttpResponseBase:
    """Create the next batch and answer with the only copy of its passwords: a page to print, or an xlsx."""
    if not policies.can_create_secretary_accounts(request.user):
        raise PermissionDenied
    posts = list(posts_without_account(request.user)[:BATCH])
    if not posts:
        messages.info(request, "本范围内在任书记都已有账号，没有建立新账号。")
        return redirect("accounts:user_list")
    places = {post.secretary_id: post.organization.name for post in reversed(posts)}
    people = {post.secretary_id: post.secretary for post in posts}.values()
    made = services.create_secretary_accounts(people, actor=request.user, at=timezone.now())
    rows = [
        (one.user.display_name, places.get(one.user.secretary_id or 0, ""), one.user.username, one.password)
        for one in made
    ]
    if request.POST.get("as") == "xlsx":
        name = f"书记账号{timezone.localtime():%Y%m%d%H%M}.xlsx"
        return FileResponse(
            BytesIO(password_list(rows)), as_attachment=True, filename=name, content_type=XLSX
        )
    return render(request, "accounts/secretary_passwords.html", {"rows": rows})


def _visible(request: LoggedInRequest, user_id: int) -> User:
    return get_object_or_404(users_visible_to(request.user).select_related("secretary"), pk=user_id)


def _managed(request: LoggedInRequest, user_id: int) -> User:
    account = _visible(request, user_id)
    if not policies.can_manage_account(request.user, account):
        raise PermissionDenied
    return account
