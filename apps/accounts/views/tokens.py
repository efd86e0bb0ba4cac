"""The own tokens: made, shown once, revoked."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts import services
from apps.accounts.forms import TokenForm
from apps.accounts.kit.requests import LoggedInRequest
from apps.accounts.models import ApiToken
from apps.common.errors import DomainError
from apps.common.kit.reauthentication import reauthenticated


@never_cache
@login_required
@require_http_methods(["GET"])
def token_list(request: LoggedInRequest) -> HttpResponse:
    now = timezone.now()
    tokens = [(one, one.is_live(now)) for one in ApiToken.objects.filter(user=request.user)[:50]]
    return render(request, "accounts/token_list.html", {"tokens": tokens, "form": TokenForm()})


@never_cache
@require_POST
@login_required
@reauthenticated
def token_create(request: LoggedInRequest) -> HttpResponse:
    """Make a token and show it, this once."""
    form = TokenForm(request.POST)
    if form.is_valid():
        try:
            token = services.make_token(**form.cleaned_data, actor=request.user, at=timezone.now())
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            context = {"token": token, "name": form.cleaned_data["name"]}
            return render(request, "accounts/token_made.html", context)
    return render(
        request, "accounts/token_list.html", {"tokens": [], "form": form, "is_refused": True}, status=422
    )


@require_POST
@login_required
def token_revoke(request: LoggedInRequest, token_id: int) -> HttpResponse:
    token = get_object_or_404(ApiToken, pk=token_id, user=request.user)
    services.revoke_token(token.pk, actor=request.user, at=timezone.now())
    messages.success(request, f"令牌“{token}”已作废，用它的程序不能再访问。")
    return redirect("accounts:token_list")
