"""Accounts for the secretaries of the own subtree, in batches."""

from io import BytesIO

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from apps.accounts import policies, services
from apps.accounts.kit.requests import LoggedInRequest
from apps.accounts.lists import BATCH
from apps.accounts.selectors import posts_without_account
from apps.accounts.sheets import password_list
from apps.common.kit.sheets import XLSX


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
