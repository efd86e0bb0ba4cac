"""Accounts for the secretaries of the own subtree, in batches."""

from dataclasses import dataclass
from io import BytesIO

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from apps.accounts import policies, services
from apps.accounts.kit.requests import LoggedInRequest
from apps.accounts.lists import BATCH
from apps.accounts.selectors import (
    posts_without_account,
    present_places,
    secretaries_never_signed_in,
    secretaries_without_account,
    units_headed_by,
)
from apps.accounts.services import NewAccount, secret_expiry
from apps.accounts.sheets import password_list
from apps.common.kit.reauthentication import note_confirmed, reauthenticated
from apps.common.kit.sheets import XLSX
from apps.organizations.models import Organization

PART = "part"  # a batch that the page asks for by itself, after the first


@dataclass(frozen=True, slots=True)
class Slips:
    """One batch as its page shows it: the accounts, the unit they were narrowed to, how many are left, where to go on."""

    made: list[NewAccount]
    under: Organization | None
    n_left: int
    action: str
    after: int = 0


@never_cache
@require_POST
@login_required
@reauthenticated
def secretary_accounts_create(request: LoggedInRequest) -> HttpResponseBase:
    """Create the next batch and answer with the only copy of its passwords: slips to print, or an xlsx."""
    if not policies.can_create_secretary_accounts(request.user):
        raise PermissionDenied
    under = _unit(request)
    people = [post.secretary for post in posts_without_account(request.user, under)[:BATCH]]
    if not people and request.POST.get("as") != PART:
        messages.info(request, "本范围内在任书记都已有账号，没有建立新账号。")
        return redirect("accounts:user_list")
    made = services.create_secretary_accounts(people, actor=request.user, at=timezone.now())
    n_left = secretaries_without_account(request.user, under).count()
    return _answer(request, Slips(made, under, n_left, reverse("accounts:secretary_accounts_create")))


@never_cache
@require_POST
@login_required
@reauthenticated
def secretary_slips_renew(request: LoggedInRequest) -> HttpResponseBase:
    """Give those who never signed in new one-time passwords: their slips were lost, or have expired."""
    if not policies.can_create_secretary_accounts(request.user):
        raise PermissionDenied
    under, after = _unit(request), _number(request.POST.get("after", ""))
    waiting = secretaries_never_signed_in(request.user, under).filter(pk__gt=after)
    users = list(waiting.order_by("pk")[:BATCH])
    if not users and request.POST.get("as") != PART:
        messages.info(request, "没有建立后从未登录的书记账号，没有重新发放。")
        return redirect("accounts:secretary_list")
    made = services.renew_secrets(users, actor=request.user, at=timezone.now())
    last = users[-1].pk if users else after
    n_left = waiting.filter(pk__gt=last).count()
    return _answer(request, Slips(made, under, n_left, reverse("accounts:secretary_slips_renew"), last))


def _answer(request: LoggedInRequest, slips: Slips) -> HttpResponseBase:
    places = present_places([one.user.secretary_id for one in slips.made])
    rows = [
        (one.user.display_name, places.get(one.user.secretary_id, ""), one.user.username, one.password)
        for one in slips.made
    ]
    if request.POST.get("as") == "xlsx":
        name = f"书记账号{timezone.localtime():%Y%m%d%H%M}.xlsx"
        return FileResponse(
            BytesIO(password_list(rows)), as_attachment=True, filename=name, content_type=XLSX
        )
    context = {"rows": rows, "slips": slips, "expires_at": secret_expiry(timezone.now())}
    if request.POST.get("as") != PART:
        return render(request, "accounts/secretary_slips.html", context)
    note_confirmed(request)  # three thousand take some minutes: who began is not asked in the middle
    part = render(request, "accounts/_slips.html", context)
    part["X-Left"], part["X-After"] = str(slips.n_left), str(slips.after)
    return part


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def _unit(request: LoggedInRequest) -> Organization | None:
    """Return the unit the batch is narrowed to; one out of reach is none of ours (404)."""
    chosen = request.POST.get("under", "")
    return get_object_or_404(units_headed_by(request.user), pk=chosen) if chosen.isdecimal() else None
