"""Which account a page is about, and whether it may be managed."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from apps.accounts import policies
from apps.accounts.kit.requests import LoggedInRequest
from apps.accounts.models import User
from apps.accounts.selectors import users_visible_to


def visible_account(request: LoggedInRequest, user_id: int) -> User:
    return get_object_or_404(users_visible_to(request.user).select_related("secretary"), pk=user_id)


def managed_account(request: LoggedInRequest, user_id: int) -> User:
    account = visible_account(request, user_id)
    if not policies.can_manage_account(request.user, account):
        raise PermissionDenied
    return account
