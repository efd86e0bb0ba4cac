"""Tokens by which programs speak for an account.

A token is 256 random bits, so a plain hash is enough to keep it: nobody can try them all, and no two are alike.
"""

import hashlib
from datetime import datetime, timedelta

PREFIX = "spk_"  # so that a token lost in a file or a chat is found by a search
LIFETIMES = (30, 90, 180, 365)  # days
MOST_LIVE = 10
NOTED_EVERY = timedelta(hours=1)


def token_of(secret: str) -> str:
    """Return the token of some url-safe random text, as it is shown once."""
    return f"{PREFIX}{secret}"


def digest_of(token: str) -> str:
    """Return what is stored of a token: its SHA-256 in hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()


def is_use_noted(last_used_at: datetime | None, now: datetime) -> bool:
    """Tell whether the last use stands there closely enough; not every request is worth a write."""
    return last_used_at is not None and now - last_used_at < NOTED_EVERY
