"""The second factor: a six-digit code that changes every 30 seconds (TOTP), or one of ten codes printed for the day the phone is lost.

Source: GB/T 22239-2019, 8.1.4.1d; RFC 6238; ASVS 5.0, 6.5.1 (a code passes once) and 6.5.2 (recovery codes are stored hashed).
"""

import re
from base64 import b32encode
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from urllib.parse import quote, urlencode

from apps.common.domain.labels import LabelledEnum

KEY_BYTES = 20
N_RECOVERY_CODES = 10
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # without l, i, o, 0, 1
MOST_FAILURES = 5
PAUSE = timedelta(minutes=15)
TOTP_CODE = re.compile(r"\d{6}")


class FactorState(LabelledEnum):
    """How far a session has come with the second factor."""

    NOT_NEEDED = "not_needed", "不需要"
    ENROLMENT = "enrolment", "须先绑定"
    NEEDED = "needed", "须验证"
    PASSED = "passed", "已验证"


class CodeOutcome(LabelledEnum):
    """What became of a code."""

    PASSED = "passed", "通过"
    WRONG = "wrong", "验证码不对"
    LOCKED = "locked", "已暂停验证"


def provisioning_uri(username: str, key: bytes, issuer: str) -> str:
    """Return what the QR code tells an authenticator app (Key Uri Format)."""
    label = quote(f"{issuer}:{username}")
    options = {
        "secret": typed_key(key).replace(" ", ""),
        "issuer": issuer,
        "algorithm": "SHA1",
        "digits": 6,
        "period": 30,
    }
    return f"otpauth://totp/{label}?{urlencode(options, quote_via=quote)}"


def typed_key(key: bytes) -> str:
    """Return the key as people type it: base32 in groups of four."""
    text = b32encode(key).decode().rstrip("=")
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def recovery_codes(choice: Callable[[Sequence[str]], str]) -> list[str]:
    """Return ten codes such as ``h7rk-92mx-vq4d`` (59 bits each). ``choice`` must be a CSPRNG's (``secrets.choice``)."""
    return [
        "-".join("".join(choice(ALPHABET) for _ in range(4)) for _ in range(3))
        for _ in range(N_RECOVERY_CODES)
    ]


def plain_code(text: str) -> str:
    """Return a typed code without spaces and hyphens, in small letters."""
    return re.sub(r"[\s-]", "", text).lower()


def is_paused(n_failures: int, failed_at: datetime | None, at: datetime) -> bool:
    """Tell whether too many wrong codes were given lately."""
    return n_failures >= MOST_FAILURES and failed_at is not None and at < failed_at + PAUSE
