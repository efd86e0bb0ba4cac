"""Bytes on disk under random names, two levels deep. What they are called stands in the database only."""

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from django.conf import settings

UNFINISHED = ".part"


def path_of(file_id: UUID) -> Path:
    """Return where the bytes of a file lie."""
    name = file_id.hex
    return Path(settings.MEDIA_ROOT) / name[:2] / name[2:4] / name


def write_bytes(file_id: UUID, content: bytes) -> None:
    """Write so that after a power cut there is either the whole file or none under its name."""
    path = path_of(file_id)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = path.with_suffix(UNFINISHED)
    with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:  # noqa: PTH123 -- mode
        out.write(content)
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
