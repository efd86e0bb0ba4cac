"""The lock that wrong passwords put on a name, taking as long to answer as a wrong password does."""

from typing import Any

from axes.backends import AxesStandaloneBackend
from axes.exceptions import AxesBackendPermissionDenied
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest


class NameLockBackend(AxesStandaloneBackend):
    """Refuse a locked name whatever the password, after the work of checking one.

    An unlocked wrong password, an unknown name (Django hashes for it, too), a locked name with the wrong and with the right
    password: each costs one run of the hasher, so the time tells nothing.
    """

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> None:
        try:
            super().authenticate(request, username=username, password=password, **kwargs)
        except AxesBackendPermissionDenied:
            make_password(password)
            raise
