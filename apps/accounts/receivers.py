"""Signing in and out goes into the log too."""

from datetime import datetime
from typing import Any

from axes.models import AccessAttempt
from axes.signals import user_locked_out
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from apps.accounts.domain.roles import ADMIN_ROLES
from apps.accounts.domain.sessions import EndReason, device_name, place_words
from apps.accounts.domain.usernames import canonical_username
from apps.accounts.kit.second_factor import note_state
from apps.accounts.kit.sessions import SIGN_IN
from apps.accounts.models import AccountSession, User
from apps.accounts.selectors import factor_state
from apps.accounts.services import (
    demand_new_password,
    disable_without_office,
    end_sessions,
    live_sessions,
    warn_others,
)
from apps.audit.kit.trails import current_trail
from apps.audit.services import record_action
from apps.common.domain.actors import Actor
from apps.common.kit.reauthentication import note_confirmed
from apps.secretaries.signals import left_office


@receiver(user_logged_in)
def on_logged_in(user: User, request: HttpRequest, **kwargs: Any) -> None:
    now = timezone.now()
    demand_new_password(user, at=now)
    _note_sign_in(request, user, now)
    note_state(request, factor_state(user))
    note_confirmed(request)  # who just typed the password is not asked for it again
    others = live_sessions(user, at=now)
    details = {"n_other_sessions": len(others)} if others else {}
    record_action("accounts.logged_in", user, actor=user, at=now, details=details)
    if others:
        _tell_or_end_others(request, user, others[0], now)


@receiver(left_office)
def on_left_office(secretary_id: int, actor: Actor | None, at: datetime, **kwargs: Any) -> None:
    """Without any office left, an account that was for nothing else is shut; a day ahead is the nightly task's."""
    disable_without_office(secretary_id, day=timezone.localdate(at), actor=actor, at=at)


def _note_sign_in(request: HttpRequest, user: User, now: datetime) -> None:
    """Put into the session when, from where and with what the person signed in."""
    idle = settings.ADMIN_IDLE_SECONDS if user.holds(*ADMIN_ROLES) else settings.IDLE_SECONDS
    device = device_name(request.headers.get("User-Agent", ""))
    request.session[SIGN_IN] = {
        "at": now.isoformat(), "idle": idle, "address": _address(request), "device": device,
    }  # fmt: skip


def _address(request: HttpRequest) -> str:
    trail = current_trail()
    return trail.address if trail else request.META.get("REMOTE_ADDR", "")


def _tell_or_end_others(request: HttpRequest, user: User, other: AccountSession, now: datetime) -> None:
    """One account, one session, or at least both windows know of each other (``settings.ONE_SESSION``)."""
    if settings.ONE_SESSION == "end":
        end_sessions(user, EndReason.ELSEWHERE, at=now, except_key=request.session.session_key)
        return
    words = "如果不是您本人，请立即修改密码，并在“我的账号”里结束那次登录。"
    here = place_words(request.session[SIGN_IN]["device"], request.session[SIGN_IN]["address"])
    warn_others(
        user, f"您的账号刚在另一处登录{here}。{words}", at=now, except_key=request.session.session_key
    )
    if hasattr(request, "_messages"):
        there = place_words(other.device, other.address)
        messages.warning(request, f"您的账号在另一处也登录着{there}。{words}")


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
