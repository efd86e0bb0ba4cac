"""Storing files."""

import hashlib
import re
import uuid
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import IO

from django.db import transaction

from apps.accounts.models import User
from apps.audit.services import record_action
from apps.documents.domain.names import clean_name
from apps.documents.kit.storage import UNFINISHED, old_paths, write_bytes, write_stream
from apps.documents.models import StoredFile

ORPHAN_AFTER = timedelta(days=1)
OUR_NAME = re.compile(r"[0-9a-f]{32}")
BATCH = 500


@transaction.atomic
def store_file(
    kind: str,
    name: str,
    content: bytes,
    *,
    content_type: str,
    subject_id: int | None = None,
    actor: User | None,
    at: datetime,
) -> StoredFile:
    """Store bytes under a random name and return their row.

    ``kind`` decides who may read them (``documents.kit.readers``). If the transaction is rolled back, the bytes on disk
    are an orphan, which is removed a day later.
    """
    file = StoredFile(
        id=uuid.uuid4(),
        kind=kind,
        subject_id=subject_id,
        name=clean_name(name),
        content_type=content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        created_at=at,
        created_by=actor,
    )
    write_bytes(file.id, content)
    file.save(force_insert=True)
    record_action(
        "documents.file_stored", file, actor=actor, at=at, details={"kind": kind, "sha256": file.sha256}
    )
    return file


@transaction.atomic
def store_stream(
    kind: str,
    name: str,
    source: IO[bytes],
    *,
    content_type: str,
    subject_id: int | None = None,
    actor: User | None,
    at: datetime,
) -> StoredFile:
    """Store what is left in ``source``, piece by piece: a file may be larger than memory. Else like ``store_file``."""
    file = StoredFile(
        id=uuid.uuid4(),
        kind=kind,
        subject_id=subject_id,
        name=clean_name(name),
        content_type=content_type,
        created_at=at,
        created_by=actor,
    )
    file.size, file.sha256 = write_stream(file.id, source)
    file.save(force_insert=True)
    details = {"kind": kind, "sha256": file.sha256}
    record_action("documents.file_stored", file, actor=actor, at=at, details=details)
    return file


def record_download(file: StoredFile, *, actor: User, at: datetime) -> None:
    """Note in the log who took a copy of a file."""
    record_action("documents.file_downloaded", file, actor=actor, at=at, details={"kind": file.kind})


def remove_orphans(*, at: datetime) -> int:
    """Remove bytes on disk that no row knows and that are older than a day; return how many.

    What does not bear a name of ours is left alone.
    """
    n_removed = 0
    old = old_paths((at - ORPHAN_AFTER).timestamp())
    while batch := list(islice(old, BATCH)):
        orphans = [path for path in batch if path.suffix == UNFINISHED] + _unknown(batch)
        for path in orphans:
            path.unlink(missing_ok=True)
        n_removed += len(orphans)
    return n_removed


def _unknown(paths: list[Path]) -> list[Path]:
    """Return the finished files without a row."""
    ids = {path: uuid.UUID(hex=path.name) for path in paths if OUR_NAME.fullmatch(path.name)}
    known = set(StoredFile.objects.filter(pk__in=ids.values()).values_list("pk", flat=True))
    return [path for path, file_id in ids.items() if file_id not in known]
