"""New entries into a folder outside the database, with the head they end in."""

import hashlib
import os
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from apps.audit.models import AuditEntry, LogCopy
from apps.audit.selectors import last_copy, last_cut, links_of
from apps.audit.services.exporting import write_lines


@transaction.atomic
def copy_new_entries(*, at: datetime) -> LogCopy | None:
    """Copy what came since the last copy into a file of its own; ``None`` if nothing did.

    The file appears under its name when it is whole and on the disk. The next one begins where it ends.

    :raises OSError: the folder cannot be written.
    """
    before, cut = last_copy(), last_cut()
    first = max(before.last_seq if before else 0, cut.last_seq if cut else 0) + 1
    folder = Path(settings.AUDIT_COPY_DIR)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    working = folder / f".log-{first:09d}.part"
    with working.open("wb") as out:
        last = write_lines(out, links_of(AuditEntry.objects.filter(seq__gte=first).order_by("seq")))
        out.flush()
        os.fsync(out.fileno())
    if last is None:
        working.unlink()
        return None
    final = working.rename(folder / f"log-{first:09d}-{last.seq:09d}.jsonl")
    return LogCopy.objects.create(
        at=at,
        first_seq=first,
        last_seq=last.seq,
        head=last.entry_hash,
        file_name=final.name,
        sha256=file_sha256(final),
    )


def file_sha256(path: Path) -> str:
    """Return the SHA-256 (hex) of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
