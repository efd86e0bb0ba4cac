"""Bytes on disk under random names, two levels deep. What they are called stands in the database only."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from uuid import UUID

from django.conf import settings

UNFINISHED = ".part"
PIECE = 1 << 20


def path_of(file_id: UUID) -> Path:
    """Return where the bytes of a file lie."""
    name = file_id.hex
    return Path(settings.MEDIA_ROOT) / name[:2] / name[2:4] / name


def write_bytes(file_id: UUID, content: bytes) -> None:
    """Write so that after a power cut there is either the whole file or none under its name."""
    with _whole_or_none(file_id) as out:
        out.write(content)


def write_stream(file_id: UUID, source: IO[bytes]) -> tuple[int, str]:
    """Write likewise, piece by piece; return size and SHA-256."""
    size, digest = 0, hashlib.sha256()
    with _whole_or_none(file_id) as out:
        while piece := source.read(PIECE):
            out.write(piece)
            digest.update(piece)
            size += len(piece)
    return size, digest.hexdigest()


@contextmanager
def _whole_or_none(file_id: UUID) -> Iterator[IO[bytes]]:
    path = path_of(file_id)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = path.with_suffix(UNFINISHED)
    with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:  # noqa: PTH123 -- mode
        yield out
        out.flush()
        os.fsync(out.fileno())
    unfinished.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make what was written, renamed or removed in the folder durable itself."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def old_paths(before: float) -> Iterator[Path]:
    """Yield stored and unfinished files last written before the moment ``before`` (seconds since 1970)."""
    for path in Path(settings.MEDIA_ROOT).glob("??/??/*"):
        if path.is_file() and path.stat().st_mtime < before:
            yield path
