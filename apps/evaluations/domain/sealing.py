"""Sealing: libsodium's sealed box, with one byte in front that names the suite.

Source: design.md section 5; https://doc.libsodium.org/public-key_cryptography/sealed_boxes. The browser's half is
``window.SPKSeal`` (tweetnacl and blakejs).
"""

import hashlib

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from apps.evaluations.domain import crockford

SUITE = "x25519-sealedbox"
SUITE_BYTE = b"\x01"
OVERHEAD = 49  # suite byte, ephemeral public key (32), authentication tag (16)
KEY_BYTES = 32
TRACKER_BYTES = 10


def new_key_pair() -> tuple[bytes, bytes]:
    """Return ``(private key, public key)``."""
    key = PrivateKey.generate()
    return bytes(key), bytes(key.public_key)


def public_key_of(private_key: bytes) -> bytes:
    """Return the public half."""
    return bytes(PrivateKey(private_key).public_key)


def fingerprint(public_key: bytes) -> str:
    """Return the fingerprint people compare: 80 bits of SHA-256 in fours."""
    return crockford.in_fours(crockford.encode(hashlib.sha256(public_key).digest()[:TRACKER_BYTES]))


def seal(public_key: bytes, padded: bytes) -> bytes:
    """Seal a padded ballot; nobody can open it without the private key, not even who sealed it."""
    return SUITE_BYTE + SealedBox(PublicKey(public_key)).encrypt(padded)


def unseal(private_key: bytes, ciphertext: bytes) -> bytes | None:
    """Return the padded ballot; ``None`` if it was not sealed to this key by this suite, or was touched since."""
    if ciphertext[:1] != SUITE_BYTE:
        return None
    try:
        return SealedBox(PrivateKey(private_key)).decrypt(ciphertext[1:])
    except CryptoError:
        return None


def tracker_of(ciphertext: bytes) -> str:
    """Return the receipt: the first 80 bits of the hash of the sealed ballot, 16 characters."""
    return crockford.encode(hashlib.sha256(ciphertext).digest()[:TRACKER_BYTES])
