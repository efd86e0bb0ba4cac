"""The second factor: binding it, giving a code, and the printed codes for the day the phone is lost."""

from base64 import b64encode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from apps.accounts import policies, services
from apps.accounts.domain.second_factor import (
    CodeOutcome,
    FactorState,
    provisioning_uri,
    typed_key,
)
from apps.accounts.forms import CodeForm, ReasonForm
from apps.accounts.kit.requests import LoggedInRequest
from apps.accounts.kit.second_factor import note_state, state_of
from apps.accounts.selectors import bound_factor, needs_factor
from apps.accounts.views.addresses import own_address
from apps.accounts.views.doors import visible_account
from apps.common.errors import DomainError
from apps.common.kit.qr import qr_svg
from apps.common.kit.reauthentication import note_confirmed, reauthenticated

ISSUER = "述评考"
TRIES = {
    CodeOutcome.WRONG: "验证码不对。请输入手机上此刻显示的六位数字，或一个没有用过的恢复码。",
    CodeOutcome.LOCKED: "连续输错 5 次，验证已暂停 15 分钟。密码仍然有效，请稍后再试。",
}


@never_cache
@sensitive_post_parameters()
@login_required
def factor_enrol(request: LoggedInRequest) -> HttpResponse:
    """Bind an authenticator app; afterwards the ten recovery codes are shown, once."""
    if bound_factor(request.user) is not None:
        return redirect("accounts:profile")
    key = services.offer_factor(actor=request.user, at=timezone.now())
    form = CodeForm(request.POST or None)
    if not form.is_bound:  # the steps come first; on a phone the focus would scroll past them
        del form.fields["code"].widget.attrs["autofocus"]
    if request.method == "POST" and form.is_valid():
        try:
            codes = services.bind_factor(
                form.cleaned_data["code"],
                session_key=request.session.session_key,
                actor=request.user,
                at=timezone.now(),
            )
        except DomainError as error:
            form.add_error("code", error.message)
        else:
            note_state(request, FactorState.PASSED)
            return _codes_once(request, codes)
    picture = qr_svg(provisioning_uri(request.user.username, key, ISSUER))
    context = {
        "form": form,
        "qr": f"data:image/svg+xml;base64,{b64encode(picture.encode()).decode()}",
        "typed_key": typed_key(key),
        "is_required": needs_factor(request.user),
    }
    return render(request, "accounts/factor_enrol.html", context)


@never_cache
@sensitive_post_parameters()
@login_required
def factor_verify(request: LoggedInRequest) -> HttpResponse:
    """Ask for a code after the password."""
    target = own_address(request, request.POST.get("next") or request.GET.get("next") or "")
    if state_of(request) != FactorState.NEEDED:
        return redirect(target)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        outcome = services.try_code(form.cleaned_data["code"], actor=request.user, at=timezone.now())
        if outcome == CodeOutcome.PASSED:
            request.session.cycle_key()
            note_state(request, FactorState.PASSED)
            note_confirmed(request)
            return redirect(target)
        form.add_error("code", TRIES[outcome])
    return render(request, "accounts/factor_verify.html", {"form": form, "next": target})


@never_cache
@require_POST
@login_required
@reauthenticated
def recovery_codes_renew(request: LoggedInRequest) -> HttpResponse:
    codes = services.renew_recovery_codes(actor=request.user, at=timezone.now())
    return _codes_once(request, codes)


@require_POST
@login_required
@reauthenticated
def factor_remove(request: LoggedInRequest) -> HttpResponse:
    services.remove_own_factor(actor=request.user, at=timezone.now())
    note_state(request, FactorState.NOT_NEEDED)
    messages.success(request, "已解除二次验证，以后登录只用密码。")
    return redirect("accounts:profile")


@require_POST
@login_required
@reauthenticated
def user_reset_factor(request: LoggedInRequest, user_id: int) -> HttpResponse:
    account = visible_account(request, user_id)
    if not policies.PowersOver(request.user, account).may_reset_factor:
        raise PermissionDenied
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, "请写明重置二次验证的理由，没有重置。")
        return redirect("accounts:user_detail", account.pk)
    try:
        services.reset_factor(
            account.pk, reason=form.cleaned_data["reason"], actor=request.user, at=timezone.now()
        )
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"已重置{account}的二次验证，其全部登录已退出。下次登录后重新绑定。")
    return redirect("accounts:user_detail", account.pk)


def _codes_once(request: LoggedInRequest, codes: list[str]) -> HttpResponse:
    return render(request, "accounts/recovery_codes.html", {"codes": codes})
