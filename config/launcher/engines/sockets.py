"""Short private folders for Unix sockets, whose path may not exceed 107 bytes (macOS: 103)."""

import contextlib
import hashlib
import os
import stat
import tempfile
from pathlib import Path

from config.launcher.errors import LaunchError

LONGEST_FOLDER = 80


def socket_folder(key: Path) -> Path:
    """Return the private folder that belongs to ``key`` (a data folder); the same one every time."""
    folder = _place(key)
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        _check_private(folder)
    return folder


def remove_socket_folder(key: Path) -> None:
    """Remove the folder once no server uses it."""
    with contextlib.suppress(OSError):
        _place(key).rmdir()


def _place(key: Path) -> Path:
    digest = hashlib.sha256(os.fsencode(key.absolute())).hexdigest()[:10]
    return _base() / f"spk-{os.geteuid()}-{digest}"


def _base() -> Path:
    base = Path(tempfile.gettempdir())
    return base if len(os.fsencode(base)) < LONGEST_FOLDER - 25 else Path("/tmp")  # noqa: S108 -- checked below


def _check_private(folder: Path) -> None:
    """Refuse a folder that somebody else put there first."""
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {
        os.geteuid(),
        65534 if os.geteuid() == 0 else -1,
    }:
        raise LaunchError(f"{folder} 已被他人占用，无法存放套接字；请删除它或设置 TMPDIR 后重试。")
    folder.chmod(0o700)
