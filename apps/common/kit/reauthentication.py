"""Asking again who it is, before a dangerous act.

A view only declares that it is one; accounts asks (``ConfirmationMiddleware``), so that apps below accounts can declare it, too.
``@reauthenticated`` stands under ``@login_required`` and ``@require_POST``, right above the view::

    @require_POST
    @login_required
    @reauthenticated
    def role_grant(request, user_id): ...

Whoever confirmed the password (or the second factor) within the last five minutes notices nothing; signing in counts. Looking at
the form is free. Everybody else is led to a page that asks for it, and then goes on with the very form that was sent. Files cannot be kept: the page says so, and
the form comes back with what was typed. ``@reauthenticated(keep_body=False)`` is for forms whose content must not be stored even
sealed (key cards): the person is led back to fill it in again.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, overload

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

CONFIRMED_AT = "confirmed_at"  # in the session: seconds since 1970
MARK = "asks_again"
SAFE = {"GET", "HEAD", "OPTIONS"}
View = Callable[..., HttpResponseBase]


class ConfirmationNeeded(HttpResponse):
    """The answer of a view that wants to know first who it is; ``AccountMiddleware`` makes the page of it."""

    def __init__(self, *, keep_body: bool) -> None:
        super().__init__(status=403)
        self.keep_body = keep_body


@overload
def reauthenticated(view: View) -> View: ...


@overload
def reauthenticated(*, keep_body: bool) -> Callable[[View], View]: ...


def reauthenticated(view: View | None = None, *, keep_body: bool = True) -> Any:
    """Let a form pass only if the person was confirmed within ``settings.CONFIRMATION_LASTS`` seconds."""

    def decorate(view: View) -> View:
        @wraps(view)
        def asking(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method in SAFE or is_confirmed(request):
                return view(request, *args, **kwargs)
            return ConfirmationNeeded(keep_body=keep_body)

        asking.__dict__[MARK] = True  # decorators above copy it
        return asking

    return decorate if view is None else decorate(view)


def asks_again(view: object) -> bool:
    """Tell whether a view (with all its decorators) is a dangerous act."""
    return bool(getattr(view, MARK, False))


def is_confirmed(request: HttpRequest) -> bool:
    """Tell whether the person at this session proved lately who it is."""
    moment = request.session.get(CONFIRMED_AT)
    return moment is not None and 0 <= timezone.now().timestamp() - moment < settings.CONFIRMATION_LASTS


def note_confirmed(request: HttpRequest) -> None:
    """Start the five minutes."""
    request.session[CONFIRMED_AT] = timezone.now().timestamp()
