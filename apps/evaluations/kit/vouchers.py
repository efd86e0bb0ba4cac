"""Vouchers: proof that an envelope was put into the urn by the casting service, not by a hand in the database."""

from collections.abc import Iterator

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

SALT = "apps.evaluations.voucher"


def voucher_for(session_id: int, selector: str, tracker: str) -> bytes:
    """Return what is stored beside the envelope. It follows from slip and envelope alone: no time, no serial."""
    return _voucher(session_id, selector, tracker, settings.SECRET_KEY)


def is_vouched(voucher: bytes, session_id: int, selector: str, tracker: str) -> bool:
    """Tell whether the casting service made this voucher, with today's key or one that was in use before."""
    return any(
        constant_time_compare(voucher, _voucher(session_id, selector, tracker, secret))
        for secret in _secrets()
    )


def _secrets() -> Iterator[str | bytes]:
    yield settings.SECRET_KEY
    yield from settings.SECRET_KEY_FALLBACKS


def _voucher(session_id: int, selector: str, tracker: str, secret: str | bytes) -> bytes:
    value = f"{session_id}|{selector}|{tracker}"
    return salted_hmac(SALT, value, secret=secret, algorithm="sha256").digest()
