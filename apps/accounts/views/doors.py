"""Which account a page is about, and whether it may be managed."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from apps.accounts import policies
from apps.accounts.kit.requests import LoggedInRequest
from apps.accounts.models import User
from apps.accounts.selectors import users_visible_to


def visible_account(request: LoggedInRequest, user_id: int) -> User:
    """Find an account in sight, with the person it belongs to and its second factor."""
    rows = users_visible_to(request.user).select_related("secretary", "second_factor")
    return get_object_or_404(rows, pk=user_id)


def managed_account(request: LoggedInRequest, user_id: int) -> User:
    account = visible_account(request, user_id)
    if not policies.PowersOver(request.user, account).may_manage:
        raise PermissionDenied
    return account
