"""Requests as views meet them."""

from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from apps.accounts.models import User

    class LoggedInRequest(HttpRequest):
        """A request behind ``@login_required``: its user is an account."""

        user: User
else:
    LoggedInRequest = HttpRequest
