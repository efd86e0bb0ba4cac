"""Accounts of others: made, renamed, disabled, given a new password."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from apps.accounts import policies, services
from apps.accounts.domain.roles import Role
from apps.accounts.domain.states import DisableReason
from apps.accounts.forms import AccountForm, ClerkAccountForm, DisplayNameForm, ReasonForm, RoleForm
from apps.accounts.kit.requests import LoggedInRequest
from apps.accounts.models import User
from apps.accounts.selectors import locked_until
from apps.accounts.services import NewAccount
from apps.accounts.views.doors import managed_account, visible_account
from apps.common.errors import DomainError
from apps.common.kit.reauthentication import reauthenticated
from apps.secretaries.selectors import holds_office


@login_required
def user_detail(request: LoggedInRequest, user_id: int) -> HttpResponse:
    account = visible_account(request, user_id)
    return account_page(request, account, RoleForm(request.user))


def account_page(request: LoggedInRequest, account: User, form: RoleForm, status: int = 200) -> HttpResponse:
    user = request.user
    factor = getattr(account, "second_factor", None)
    context = {
        "account": account,
        "role_form": form,
        "locked_until": locked_until(account.username, timezone.now()),
        "powers": policies.PowersOver(user, account),
        "reason_form": ReasonForm(),
        "factor": factor if factor and factor.confirmed_at else None,
        "is_back_in_office": _is_back(account),
        "is_own": account.pk == user.pk,
    }
    return render(request, "accounts/user_detail.html", context, status=status)


def _is_back(account: User) -> bool:
    """Tell whether an account shut for leaving office belongs to somebody who holds one again: people decide."""
    return (
        account.disabled_because == DisableReason.LEFT_OFFICE.value
        and account.secretary_id is not None
        and holds_office(account.secretary_id, timezone.localdate())
    )


@never_cache
@login_required
def user_create(request: LoggedInRequest) -> HttpResponse:
    if not policies.can_create_accounts(request.user):
        raise PermissionDenied
    is_head = not request.user.holds(Role.SYSTEM_ADMIN.value)
    form = (
        ClerkAccountForm(request.user, request.POST or None) if is_head else AccountForm(request.POST or None)
    )
    if request.method == "POST" and form.is_valid():
        try:
            account = _create(request, form)
        except DomainError as error:
            form.add_error("username", error.message)
        else:
            return _show_once(request, account)
    return render(request, "accounts/user_create.html", {"form": form, "is_head": is_head})


def _create(request: LoggedInRequest, form: AccountForm) -> NewAccount:
    data = dict(form.cleaned_data)
    scope = data.pop("scope", None)
    if scope is None:
        return services.create_account(**data, actor=request.user, at=timezone.now())
    return services.create_clerk_account(**data, scope_id=scope.pk, actor=request.user, at=timezone.now())


def _show_once(request: HttpRequest, account: NewAccount) -> HttpResponse:
    return render(
        request, "accounts/one_time_password.html", {"account": account.user, "password": account.password}
    )


@login_required
def user_edit(request: LoggedInRequest, user_id: int) -> HttpResponse:
    account = managed_account(request, user_id)
    form = DisplayNameForm(request.POST or None, initial={"display_name": account.display_name})
    if request.method == "POST" and form.is_valid():
        try:
            services.rename_account(account.pk, **form.cleaned_data, actor=request.user, at=timezone.now())
        except DomainError as error:
            form.add_error("display_name", error.message)
        else:
            messages.success(request, "姓名已保存。")
            return redirect("accounts:user_detail", account.pk)
    return render(request, "accounts/user_edit.html", {"form": form, "account": account})


@require_POST
@login_required
@reauthenticated
def user_disable(request: LoggedInRequest, user_id: int) -> HttpResponse:
    account = managed_account(request, user_id)
    try:
        services.disable_account(account.pk, actor=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"{account}的账号已停用，已打开的页面不能再用。")
    return redirect("accounts:user_detail", account.pk)


@require_POST
@login_required
@reauthenticated
def user_enable(request: LoggedInRequest, user_id: int) -> HttpResponse:
    account = managed_account(request, user_id)
    services.enable_account(account.pk, actor=request.user, at=timezone.now())
    messages.success(request, f"{account}的账号已启用。")
    return redirect("accounts:user_detail", account.pk)


@never_cache
@require_POST
@login_required
@reauthenticated
def user_reset_password(request: LoggedInRequest, user_id: int) -> HttpResponse:
    account = visible_account(request, user_id)
    if not policies.PowersOver(request.user, account).may_reset_password:
        raise PermissionDenied
    password = services.reset_password(account.pk, actor=request.user, at=timezone.now())
    account.refresh_from_db()  # until when the password is good
    return _show_once(request, NewAccount(account, password))


@require_POST
@login_required
def user_end_sessions(request: LoggedInRequest, user_id: int) -> HttpResponse:
    account = visible_account(request, user_id)
    if not policies.PowersOver(request.user, account).may_end_sessions:
        raise PermissionDenied
    n_ended = services.end_sessions_of(account.pk, actor=request.user, at=timezone.now())
    messages.success(request, f"已结束{account}的 {n_ended} 处登录。")
    return redirect("accounts:user_detail", account.pk)


@require_POST
@login_required
@reauthenticated
def user_unlock(request: LoggedInRequest, user_id: int) -> HttpResponse:
    account = visible_account(request, user_id)
    if not policies.PowersOver(request.user, account).may_unlock:
        raise PermissionDenied
    services.unlock_account(account.pk, actor=request.user, at=timezone.now())
    messages.success(request, f"{account}可以重新登录了。")
    return redirect("accounts:user_detail", account.pk)
