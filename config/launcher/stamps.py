"""Stamps: what a thing was made from, so that it is made again exactly when that changes."""

import hashlib
from collections.abc import Iterable
from pathlib import Path


def fingerprint(files: Iterable[Path], *extra: str) -> str:
    """Hash the names and contents of files, and some words."""
    digest = hashlib.sha256("\0".join(extra).encode())
    for path in sorted(files):
        digest.update(f"\0{path.name}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def tree_fingerprint(folders: Iterable[Path], *extra: str) -> str:
    """Hash names, sizes and times of all files below some folders."""
    digest = hashlib.sha256("\0".join(extra).encode())
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.name.startswith(".stamp"):
                found = path.stat()
                digest.update(f"\0{path.relative_to(folder)}\0{found.st_size}\0{found.st_mtime_ns}".encode())
    return digest.hexdigest()


def is_fresh(stamp: Path, value: str) -> bool:
    """Say whether the stamp carries this value."""
    try:
        return stamp.read_text(encoding="ascii") == value
    except (FileNotFoundError, UnicodeDecodeError):
        return False


def write_stamp(stamp: Path, value: str) -> None:
    """Note what the thing was made from; call it last."""
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(value, encoding="ascii")
