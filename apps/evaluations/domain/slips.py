"""Slips: a selector that finds the slip, a 128-bit secret for the QR code and a typed code for those without a camera.

Source: design.md section 5; ballot-secrecy.md A3.4. The server keeps verifiers only.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass

from apps.evaluations.domain import crockford

SELECTOR_LENGTH = 4
TYPED_LENGTH = 12  # eleven random characters (55 bits) and the check character
SECRET_BYTES = 16
SECRET_TEXT_LENGTH = 22
MAX_WRONG = 5

Choose = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Slip:
    """What is printed on one slip. It lives in memory while the PDF is made, and nowhere else."""

    selector: str
    secret: bytes
    typed: str
    group_name: str

    @property
    def fragment(self) -> str:
        """The part of the QR address behind ``#``; browsers never send it to a server."""
        return self.selector + secret_text(self.secret)

    @property
    def typed_code(self) -> str:
        """The 16 characters a person types, in fours."""
        return crockford.in_fours(self.selector + self.typed)


def make_slip(group_name: str, *, choose: Choose, random_bytes: Callable[[int], bytes]) -> Slip:
    """Return a new slip. ``choose`` picks one character of a text, by a secure random source like ``secrets.choice``."""
    selector = "".join(choose(crockford.ALPHABET) for _ in range(SELECTOR_LENGTH))
    body = "".join(choose(crockford.ALPHABET) for _ in range(TYPED_LENGTH - 1))
    typed = crockford.with_check(selector + body)[SELECTOR_LENGTH:]
    return Slip(selector, random_bytes(SECRET_BYTES), typed, group_name)


def is_selector(text: str) -> bool:
    """Tell whether ``text`` can be the selector of a slip."""
    return len(text) == SELECTOR_LENGTH and all(character in crockford.VALUES for character in text)


def secret_text(secret: bytes) -> str:
    """Return the secret as base64url without filling."""
    return base64.urlsafe_b64encode(secret).decode().rstrip("=")


def read_secret(text: str) -> bytes | None:
    """Return the 16 bytes of a QR secret; ``None`` if the text is none."""
    if len(text) != SECRET_TEXT_LENGTH:
        return None
    try:
        secret = base64.b64decode(text + "==", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return secret if secret_text(secret) == text else None


def read_typed_code(text: str) -> tuple[str, str] | None:
    """Return ``(selector, typed)`` of what a person typed; ``None`` if a character must be wrong."""
    code = crockford.tidy(text)
    if len(code) != SELECTOR_LENGTH + TYPED_LENGTH or not crockford.is_checked(code):
        return None
    return code[:SELECTOR_LENGTH], code[SELECTOR_LENGTH:]


def read_selector(text: str) -> str | None:
    """Return the slip's number from whatever a person has in hand; ``None`` if it is none of these.

    A stub number (4 characters), a typed code (16, checked), or the address in the QR code (26 behind ``#``).
    """
    fragment = text.strip().rpartition("#")[2] if "#" in text else ""
    if fragment:
        selector = crockford.tidy(fragment[:SELECTOR_LENGTH])
        return selector if read_secret(fragment[SELECTOR_LENGTH:]) and is_selector(selector) else None
    code = crockford.tidy(text)
    if len(code) == SELECTOR_LENGTH:
        return code if is_selector(code) else None
    read = read_typed_code(code)
    return read[0] if read else None


def fast_verifier(session_id: int, selector: str, secret: bytes) -> bytes:
    """Return what is stored for a 128-bit secret: nobody can search 128 bits, so one hash is enough."""
    return hashlib.sha256(b"spk-slip-1|%d|%s|%s" % (session_id, selector.encode(), secret)).digest()


def is_secret_right(stored: bytes, session_id: int, selector: str, secret: bytes) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(stored, fast_verifier(session_id, selector, secret))
