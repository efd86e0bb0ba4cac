"""The house's half of every session key: one small file outside the database, so that no database backup holds it.

Destroying the file (``shred_hold``) is what makes a purge final: two cards and an old backup open nothing then.
"""

import contextlib
import hashlib
import os
from pathlib import Path

from django.conf import settings

from apps.documents.kit.storage import sync_folder

HOLD_BYTES = 32


def _path(session_id: int, public_key: bytes) -> Path:
    folder: Path = settings.HOLDS_DIR
    return folder / f"{session_id}-{hashlib.sha256(public_key).hexdigest()[:20]}.hold"


def keep_hold(session_id: int, public_key: bytes, hold: bytes) -> None:
    """Write the hold so that it survives a power cut: file first, then its folder."""
    path = _path(session_id, public_key)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(hold)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)


def find_hold(session_id: int, public_key: bytes) -> bytes | None:
    """Return the hold, ``None`` if its file is gone or not whole."""
    try:
        hold = _path(session_id, public_key).read_bytes()
    except FileNotFoundError:
        return None
    return hold if len(hold) == HOLD_BYTES else None


def shred_hold(session_id: int, public_key: bytes) -> bool:
    """Overwrite and remove the hold; tell whether there was one. Twice changes nothing."""
    path = _path(session_id, public_key)
    try:
        with path.open("r+b") as file:
            file.write(os.urandom(HOLD_BYTES))
            file.flush()
            os.fsync(file.fileno())
    except FileNotFoundError:
        return False
    with contextlib.suppress(FileNotFoundError):
        path.unlink()
    sync_folder(path.parent)
    return True
