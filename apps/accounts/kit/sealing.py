"""Secrets at rest: sealed with keys made from ``SECRET_KEY``, so that a copy of the database alone opens nothing."""

import hashlib

from django.conf import settings
from django.utils.encoding import force_bytes
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox


def seal(purpose: str, content: bytes) -> bytes:
    """Return ``content`` encrypted and authenticated. What is sealed for one purpose does not open for another."""
    return bytes(SecretBox(_key(settings.SECRET_KEY, purpose)).encrypt(content))


def unseal(purpose: str, sealed: bytes) -> bytes | None:
    """Return what was sealed; ``None`` if it was changed, or sealed under a key that is gone."""
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            return SecretBox(_key(secret, purpose)).decrypt(bytes(sealed))
        except CryptoError:
            continue
    return None


def _key(secret: str | bytes, purpose: str) -> bytes:
    return hashlib.blake2b(
        force_bytes(secret), digest_size=SecretBox.KEY_SIZE, person=b"spk-sealing", salt=_salt(purpose)
    ).digest()


def _salt(purpose: str) -> bytes:
    return hashlib.sha256(purpose.encode()).digest()[: hashlib.blake2b.SALT_SIZE]
