"""Signing in and out goes into the log too."""

from typing import Any

from axes.models import AccessAttempt
from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from apps.accounts.domain.usernames import canonical_username
from apps.accounts.kit.reauthentication import note_confirmed
from apps.accounts.models import User
from apps.audit.services import record_action


@receiver(user_logged_in)
def on_logged_in(user: User, request: HttpRequest, **kwargs: Any) -> None:
    note_confirmed(request)  # who just typed the password is not asked for it again
    record_action("accounts.logged_in", user, actor=user, at=timezone.now())


@receiver(user_logged_out)
def on_logged_out(user: User | None, **kwargs: Any) -> None:
    if user is not None:
        record_action("accounts.logged_out", user, actor=user, at=timezone.now())


@receiver(user_login_failed)
def on_login_failed(credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any) -> None:
    """Record the attempt. An unknown name is not kept: it may be a password typed into the wrong box."""
    username = credentials.get("username") or ""
    if request is not None and _was_counted(request, username):
        record_action("accounts.login_failed", _named(username), actor=None, at=timezone.now())


@receiver(user_locked_out)
def on_locked_out(request: HttpRequest, username: str, **kwargs: Any) -> None:
    """Record the lock when it snaps, not every attempt made while it holds."""
    if _was_counted(request, username):
        record_action("accounts.locked", _named(username), actor=None, at=timezone.now())


def _was_counted(request: HttpRequest, username: str) -> bool:
    """Tell whether axes counted this attempt; while a name is locked it looks at no password and counts nothing.

    Importing ``axes.signals`` above connects its receiver before ours, so the count is there already.
    """
    moment = getattr(request, "axes_attempt_time", None)
    return (
        moment is not None
        and AccessAttempt.objects.filter(username=username, attempt_time__gte=moment).exists()
    )


def _named(username: str) -> User | None:
    return User.objects.filter(username=canonical_username(username)).first()
