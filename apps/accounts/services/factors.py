"""The second factor: offered, bound, asked for, taken away."""

import secrets
from datetime import datetime

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django_otp.oath import TOTP

from apps.accounts.domain.second_factor import (
    KEY_BYTES,
    TOTP_CODE,
    CodeOutcome,
    is_paused,
    plain_code,
    recovery_codes,
)
from apps.accounts.domain.sessions import EndReason
from apps.accounts.errors import FactorMissing, FactorRequired, NotOnOneself, WrongCode
from apps.accounts.kit.sealing import seal, unseal
from apps.accounts.models import RecoveryCode, SecondFactor, User
from apps.accounts.selectors import needs_factor
from apps.accounts.services.sessions import end_sessions
from apps.audit.services import record_action

PURPOSE = "accounts.second_factor"


@transaction.atomic
def offer_factor(*, actor: User, at: datetime) -> bytes:
    """Return the key to be bound; the same until it is bound.

    :raises FactorRequired: one is bound already; it is taken away first.
    """
    User.objects.select_for_update(of=("self",)).get(pk=actor.pk)
    factor = SecondFactor.objects.filter(user=actor).first()
    if factor is not None and factor.confirmed_at is not None:
        raise FactorRequired("已经绑定了验证器。换手机请先解除绑定，或请安全管理员重置。")
    key = _key(factor) if factor else None
    if key is None:
        key = secrets.token_bytes(KEY_BYTES)
        SecondFactor.objects.update_or_create(
            user=actor, defaults={"sealed_key": seal(PURPOSE, key), "created_at": at}
        )
    return key


@transaction.atomic
def bind_factor(code: str, *, session_key: str | None = None, actor: User, at: datetime) -> list[str]:
    """Bind the offered key, which the first code proves; all other sessions end. Returns the recovery codes: shown once.

    :raises WrongCode: the code is not the app's present one.
    :raises FactorMissing: no key was offered.
    """
    factor = SecondFactor.objects.select_for_update().filter(user=actor, confirmed_at=None).first()
    if factor is None:
        raise FactorMissing("没有等待绑定的验证器，请重新打开绑定页面。")
    if not _is_totp(factor, code, at):
        raise WrongCode("验证码不对，还没有绑定。请看手机上此刻显示的六位数字；反复不对请核对手机的时间。")
    factor.confirmed_at = at
    factor.save()
    codes = _new_codes(factor)
    end_sessions(actor, EndReason.RIGHTS, at=at, except_key=session_key)
    record_action("accounts.factor_bound", actor, actor=actor, at=at)
    return codes


@transaction.atomic
def try_code(code: str, *, actor: User, at: datetime) -> CodeOutcome:
    """Check a code of the app, or a recovery code, which is then used up. Five wrong ones pause it for 15 minutes."""
    factor = SecondFactor.objects.select_for_update().filter(user=actor).exclude(confirmed_at=None).first()
    if factor is None:
        return CodeOutcome.WRONG
    if is_paused(factor.n_failures, factor.failed_at, at):
        return CodeOutcome.LOCKED
    kind = "totp" if _is_totp(factor, code, at) else "recovery" if _is_recovery(factor, code) else ""
    if not kind:
        return _note_wrong(factor, actor, at)
    factor.n_failures, factor.failed_at = 0, None
    factor.save()
    details = {"kind": kind} | ({"n_left": factor.codes.count()} if kind == "recovery" else {})
    record_action("accounts.factor_passed", actor, actor=actor, at=at, details=details)
    return CodeOutcome.PASSED


@transaction.atomic
def renew_recovery_codes(*, actor: User, at: datetime) -> list[str]:
    """Replace the recovery codes; the old ones no longer pass.

    :raises FactorMissing: nothing is bound.
    """
    factor = SecondFactor.objects.select_for_update().filter(user=actor).exclude(confirmed_at=None).first()
    if factor is None:
        raise FactorMissing("还没有绑定验证器，没有恢复码可换。")
    codes = _new_codes(factor)
    record_action("accounts.recovery_codes_renewed", actor, actor=actor, at=at)
    return codes


@transaction.atomic
def remove_own_factor(*, actor: User, at: datetime) -> None:
    """Take the own second factor away. Twice changes nothing.

    :raises FactorRequired: administrators must have one.
    """
    if needs_factor(actor):
        raise FactorRequired("管理员必须使用二次验证，不能解除。换手机请由另一位管理员重置。")
    if SecondFactor.objects.filter(user=actor).delete()[0]:
        record_action("accounts.factor_removed", actor, actor=actor, at=at)


@transaction.atomic
def reset_factor(user_id: int, *, reason: str, actor: User | None, at: datetime) -> None:
    """Take the second factor of a person away who lost the phone and the codes; all sessions of the account end.

    ``actor`` ``None`` is the server itself. Whoever resets this cannot give the account a password, and the other way round.

    :raises NotOnOneself: the own one.
    :raises FactorMissing: there is none.
    """
    user = User.objects.select_for_update(of=("self",)).get(pk=user_id)
    if actor is not None and actor.pk == user.pk:
        raise NotOnOneself("不能重置自己的二次验证。请由另一位管理员办理。")
    if not SecondFactor.objects.filter(user=user).delete()[0]:
        raise FactorMissing(f"{user}没有绑定验证器，不需要重置。")
    end_sessions(user, EndReason.RIGHTS, at=at)
    record_action("accounts.factor_reset", user, actor=actor, at=at, details={"reason": reason})


def _key(factor: SecondFactor) -> bytes | None:
    return unseal(PURPOSE, bytes(factor.sealed_key))


def _is_totp(factor: SecondFactor, code: str, at: datetime) -> bool:
    """Check a code of the app, one step around the present one; note its step, so that it passes once."""
    digits, key = plain_code(code), _key(factor)
    if key is None or not TOTP_CODE.fullmatch(digits):
        return False
    totp = TOTP(key, drift=factor.drift)
    totp.time = at.timestamp()
    if not totp.verify(int(digits), tolerance=1, min_t=factor.last_step + 1):
        return False
    factor.last_step, factor.drift = totp.t(), totp.drift
    return True


def _is_recovery(factor: SecondFactor, code: str) -> bool:
    typed = plain_code(code)
    for stored in factor.codes.all():
        if check_password(typed, stored.digest):
            stored.delete()
            return True
    return False


def _note_wrong(factor: SecondFactor, actor: User, at: datetime) -> CodeOutcome:
    is_new = factor.failed_at is None or not is_paused(factor.n_failures, factor.failed_at, factor.failed_at)
    factor.n_failures = factor.n_failures + 1 if is_new else 1
    factor.failed_at = at
    factor.save(update_fields=["n_failures", "failed_at"])
    record_action("accounts.factor_failed", actor, actor=actor, at=at)
    return CodeOutcome.LOCKED if is_paused(factor.n_failures, at, at) else CodeOutcome.WRONG


def _new_codes(factor: SecondFactor) -> list[str]:
    codes = recovery_codes(secrets.choice)
    factor.codes.all().delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(factor=factor, digest=make_password(plain_code(code))) for code in codes
    )
    return codes
