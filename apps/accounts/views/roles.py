"""Rights: granted and taken away by the security administrator, and by department heads below."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from apps.accounts import policies, services
from apps.accounts.forms import RoleForm
from apps.accounts.kit.requests import LoggedInRequest
from apps.accounts.models import RoleAssignment
from apps.accounts.selectors import scopes_granted_by, users_visible_to
from apps.accounts.views.doors import visible_account
from apps.accounts.views.people import account_page
from apps.common.errors import DomainError
from apps.common.kit.reauthentication import reauthenticated
from apps.organizations.views.options import answer_options


@login_required
@require_GET
def scope_options(request: LoggedInRequest) -> HttpResponse:
    """Offer scopes for the roles that the account may give."""
    if not policies.can_give_roles(request.user):
        raise PermissionDenied
    return answer_options(request, scopes_granted_by(request.user))


@require_POST
@login_required
@reauthenticated
def role_grant(request: LoggedInRequest, user_id: int) -> HttpResponse:
    account = visible_account(request, user_id)
    if not policies.PowersOver(request.user, account).may_change_roles:
        raise PermissionDenied
    form = RoleForm(request.user, request.POST)
    if not form.is_valid():
        return account_page(request, account, form, status=422)
    scope = form.cleaned_data["scope"]
    if not policies.PowersOver(request.user, account).may_grant(form.cleaned_data["role"], scope):
        raise PermissionDenied
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
@reauthenticated
def role_revoke(request: LoggedInRequest, assignment_id: int) -> HttpResponse:
    row = get_object_or_404(
        RoleAssignment.objects.filter(user__in=users_visible_to(request.user)).select_related(
            "user", "scope"
        ),
        pk=assignment_id,
    )
    if not policies.PowersOver(request.user, row.user).may_grant(row.role, row.scope):
        raise PermissionDenied
    try:
        services.revoke_role(row.pk, actor=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "角色已收回，立即生效。")
    return redirect("accounts:user_detail", row.user_id)
