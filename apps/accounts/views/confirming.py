"""Asking again who it is, and going on with what was sent before."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import authenticate
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import resolve
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from apps.accounts.domain.second_factor import TOTP_CODE, CodeOutcome, FactorState
from apps.accounts.forms import ConfirmationForm
from apps.accounts.kit.requests import LoggedInRequest
from apps.accounts.kit.second_factor import state_of
from apps.accounts.models import KeptRequest
from apps.accounts.services import SentForm, drop_form, take_form, try_code
from apps.accounts.views.addresses import own_address
from apps.common.kit.reauthentication import note_confirmed

GONE = "等候的操作已经办理过或已过期，没有再办。请核对后重新操作。"


@never_cache
@sensitive_post_parameters()
@login_required
def confirm(request: LoggedInRequest) -> HttpResponse:
    """Ask for the password, then open the page that wanted to know."""
    target = own_address(request, request.POST.get("next") or request.GET.get("next") or "")
    form = ConfirmationForm(request.POST or None)
    if request.method == "POST" and _is_right(request, form):
        return redirect(target)
    return render(request, "accounts/confirm.html", {"form": form, "next": target, "back_url": target})


@never_cache
@sensitive_post_parameters()
@login_required
def confirm_kept(request: LoggedInRequest, kept_id: UUID) -> HttpResponseBase:
    """Ask for the password, then go on with the form that was sent."""
    kept = KeptRequest.objects.filter(pk=kept_id, user=request.user).first()
    if kept is None:
        messages.warning(request, GONE)
        return redirect("portal:home")
    form = ConfirmationForm(request.POST or None)
    if request.method == "POST" and _is_right(request, form):
        return _carry_on(request, kept_id)
    context = {"form": form, "kept": kept, "back_url": kept.back_url or "/"}
    return render(request, "accounts/confirm.html", context)


@never_cache
@login_required
def kept_form(request: LoggedInRequest, kept_id: UUID) -> HttpResponseBase:
    """After signing in again: go on with what came too late before, if its sender says so."""
    kept = KeptRequest.objects.filter(pk=kept_id, user=request.user).first()
    if kept is None:
        messages.warning(request, GONE)
        return redirect("portal:home")
    if request.method == "POST":
        return _carry_on(request, kept_id)
    return render(request, "accounts/kept_form.html", {"kept": kept})


@require_POST
@login_required
def kept_drop(request: LoggedInRequest, kept_id: UUID) -> HttpResponse:
    """Give up what was sent."""
    kept = get_object_or_404(KeptRequest, pk=kept_id, user=request.user)
    drop_form(kept_id, user=request.user)
    messages.info(request, "已放弃，没有办理。")
    return redirect(own_address(request, kept.back_url))


def _is_right(request: LoggedInRequest, form: ConfirmationForm) -> bool:
    """Check what was typed; wrong passwords count towards the lock of the name like those at the door."""
    if not form.is_valid():
        return False
    typed, user = form.cleaned_data["password"], request.user
    if TOTP_CODE.fullmatch(typed) and state_of(request) == FactorState.PASSED:
        is_right = try_code(typed, actor=user, at=timezone.now()) == CodeOutcome.PASSED
    else:
        found = authenticate(request, username=user.username, password=typed)
        is_right = found is not None and found.pk == user.pk
    if not is_right:
        form.add_error("password", "输入的不对，操作还没有办理。请重新输入。")
        return False
    note_confirmed(request)
    return True


def _carry_on(request: LoggedInRequest, kept_id: UUID) -> HttpResponseBase:
    sent = take_form(kept_id, user=request.user, at=timezone.now())
    if sent is None:
        messages.warning(request, GONE)
        return redirect("portal:home")
    return answer_again(request, sent)


def answer_again(request: HttpRequest, sent: SentForm) -> HttpResponseBase:
    """Let the view answer that the form was meant for, as if it had just been sent. Its rights are asked anew."""
    match = resolve(sent.path)
    request.path_info = request.META["PATH_INFO"] = sent.path
    request.path = f"{request.META.get('SCRIPT_NAME', '').rstrip('/')}{sent.path}"
    request.META["QUERY_STRING"] = sent.query
    request.GET = QueryDict(sent.query)
    setattr(request, "POST", _fields(sent))  # noqa: B010 -- its type knows only what browsers sent
    setattr(request, "_files", MultiValueDict())  # noqa: B010 -- the setter Django lacks for FILES
    request.resolver_match = match
    setattr(request, "answered_again", True)  # noqa: B010 -- for base.html: the browser is at another address
    return cast("HttpResponseBase", match.func(request, *match.args, **match.kwargs))


def _fields(sent: SentForm) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, values in sent.fields.items():
        data.setlist(name, list(values))
    data._mutable = False  # noqa: SLF001 -- as Django hands it to views
    return data
