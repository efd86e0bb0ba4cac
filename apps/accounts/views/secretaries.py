"""Accounts for the secretaries of the own subtree, in batches."""

from io import BytesIO

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from apps.accounts import policies, services
from apps.accounts.kit.requests import LoggedInRequest
from apps.accounts.lists import BATCH
from apps.accounts.selectors import posts_without_account, secretaries_without_account, units_headed_by
from apps.accounts.services import secret_expiry
from apps.accounts.sheets import password_list
from apps.common.kit.sheets import XLSX
from apps.organizations.models import Organization


@never_cache
@require_POST
@login_required
def secretary_accounts_create(request: LoggedInRequest) -> HttpResponseBase:
    """Create the next batch and answer with the only copy of its passwords: a page to print, or an xlsx."""
    if not policies.can_create_secretary_accounts(request.user):
        raise PermissionDenied
    under = _unit(request)
    posts = list(posts_without_account(request.user, under)[:BATCH])
    if not posts and request.POST.get("as") != "part":
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
    n_left = secretaries_without_account(request.user, under).count()
    context = {"rows": rows, "n_left": n_left, "under": under, "expires_at": secret_expiry(timezone.now())}
    if request.POST.get("as") == "part":
        part = render(request, "accounts/_slips.html", context)
        part["X-Left"] = str(n_left)
        return part
    return render(request, "accounts/secretary_slips.html", context)


def _unit(request: LoggedInRequest) -> Organization | None:
    """Return the unit the batch is narrowed to; one out of reach is none of ours (404)."""
    chosen = request.POST.get("under", "")
    return get_object_or_404(units_headed_by(request.user), pk=chosen) if chosen.isdecimal() else None
