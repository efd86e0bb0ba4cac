"""The roster as a filled template. It holds phone numbers in full, so every export leaves an entry in the log."""

from collections.abc import Callable, Iterator
from datetime import datetime
from tempfile import TemporaryFile
from typing import IO

from django.db import transaction

from apps.accounts.models import User
from apps.audit.services import record_action
from apps.documents.models import Job, StoredFile
from apps.documents.services import enqueue_job, store_stream
from apps.rosters.domain.columns import ORGANIZATIONS, SECRETARIES
from apps.rosters.kit.filling import fill_workbook
from apps.rosters.selectors import n_rows_for_export, organization_lines, secretary_lines
from apps.rosters.services.outcomes import XLSX

EXPORT_KIND = "rosters.export"


def export_name(at: datetime) -> str:
    """Return the name of the file."""
    return f"花名册{at:%Y%m%d}.xlsx"


@transaction.atomic
def export_roster(out: IO[bytes], skeleton: bytes, *, actor: User, at: datetime) -> None:
    """Write all organizations and appointments of the account's subtrees to ``out``, row by row, into ``skeleton``."""
    total = n_rows_for_export(actor)
    _write(out, skeleton, actor, _nobody)
    record_action("rosters.exported", actor, actor=actor, at=at, details={"n_rows": total})


@transaction.atomic
def order_export(*, actor: User, at: datetime) -> Job:
    """Order the same from a worker; while one is on its way, that one is returned."""
    return enqueue_job(
        EXPORT_KIND, title="导出花名册", arguments={}, actor=actor, at=at, dedupe_key=str(actor.pk)
    )  # fmt: skip


@transaction.atomic
def store_roster(
    user: User, skeleton: bytes, *, at: datetime, progress: Callable[[int, int], None]
) -> StoredFile:
    """Write the roster to a file of its own and store it; neither rows nor file ever stand in memory as a whole."""
    total = n_rows_for_export(user)
    with TemporaryFile() as out:
        _write(out, skeleton, user, lambda n_done: progress(n_done, max(total, n_done)))
        out.seek(0)
        file = store_stream(EXPORT_KIND, export_name(at), out, content_type=XLSX, actor=user, at=at)
    record_action("rosters.exported", user, actor=user, at=at, details={"n_rows": total})
    return file


def _write(out: IO[bytes], skeleton: bytes, user: User, tell: Callable[[int], None]) -> None:
    lines = {ORGANIZATIONS.name: organization_lines(user), SECRETARIES.name: secretary_lines(user)}
    n_done = 0

    def told(rows: Iterator[list[str]]) -> Iterator[list[str]]:
        nonlocal n_done
        for row in rows:
            yield row
            n_done += 1
            if n_done % 500 == 0:
                tell(n_done)

    fill_workbook(skeleton, {name: told(rows) for name, rows in lines.items()}, out)


def _nobody(n_done: int) -> None:
    """Hear of progress, for writing that is over at once."""
