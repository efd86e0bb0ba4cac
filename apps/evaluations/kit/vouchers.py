"""Vouchers: proof that an envelope was put into the urn by the casting service, not by a hand in the database."""

import hashlib
from collections.abc import Iterator

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

SALT = "apps.evaluations.voucher"
PAPER_SALT = "apps.evaluations.paper_voucher"


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


def paper_voucher_for(batch_id: int, place: int, code_hash: str, ciphertext: bytes, digests: str) -> str:
    """Return what is stored with one person's entry of paper totals."""
    value = _paper_value(batch_id, place, code_hash, ciphertext, digests)
    return salted_hmac(PAPER_SALT, value, secret=settings.SECRET_KEY, algorithm="sha256").hexdigest()


def is_paper_vouched(
    voucher: str, batch_id: int, place: int, code_hash: str, ciphertext: bytes, digests: str
) -> bool:
    """Tell whether the entry is as the service wrote it, with today's key or one that was in use before."""
    value = _paper_value(batch_id, place, code_hash, ciphertext, digests)
    return any(
        constant_time_compare(
            voucher, salted_hmac(PAPER_SALT, value, secret=secret, algorithm="sha256").hexdigest()
        )
        for secret in _secrets()
    )


def _paper_value(batch_id: int, place: int, code_hash: str, ciphertext: bytes, digests: str) -> str:
    sealed, compared = (hashlib.sha256(part).hexdigest() for part in (ciphertext, digests.encode()))
    return f"{batch_id}|{place}|{code_hash}|{sealed}|{compared}"
