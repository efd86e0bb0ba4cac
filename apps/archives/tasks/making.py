"""Making an archive: everything of the cycle into one file on disk, a piece at a time."""

import tempfile
from pathlib import Path
from typing import IO

from django.conf import settings
from django.urls import reverse

from apps.archives.kinds import ArchiveIndexKind, IndexContent
from apps.archives.kit.writer import ArchiveWriter
from apps.archives.selectors.entries import INDEX_PDF, INDEX_XLSX
from apps.archives.services import record_archive
from apps.archives.tasks.plan import Planned, plan, written
from apps.cycles.models import ReviewCycle
from apps.documents.errors import FileDamaged
from apps.documents.kit.jobs import JobContext
from apps.documents.kit.storage import path_of
from apps.official_documents.domain.scopes import Format, Subject

INDEX = ArchiveIndexKind()


def make_archive(context: JobContext) -> None:
    """Make the archive of the cycle named in the job. Started again, it begins anew; the same content is stored once."""
    cycle_id = int(context.arguments["cycle_id"])
    cycle = ReviewCycle.objects.select_related("host", "scheme", "deliberation").get(pk=cycle_id)
    folder = Path(settings.MEDIA_ROOT)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryFile(dir=folder) as out:
        n_files = write_archive(cycle, out, context)
        out.seek(0)
        archive = record_archive(cycle_id, out, n_files=n_files, actor=context.requested_by, at=context.at)
    context.attach(archive.file)
    context.link(f"{reverse('archives:archive_list')}?cycle={cycle_id}")


def write_archive(cycle: ReviewCycle, out: IO[bytes], context: JobContext) -> int:
    """Write the archive to ``out`` and return how many files it holds.

    :raises FileDamaged: a stored file is not what it was when it was stored.
    """
    files = plan(cycle)
    writer = ArchiveWriter(out)
    context.progress(0, len(files) + 2)
    for done, one in enumerate(files, start=1):
        _add(writer, one)
        context.progress(done, len(files) + 2)
    content = IndexContent(tuple(writer.entries))
    for name, file_format in ((INDEX_PDF, Format.PDF), (INDEX_XLSX, Format.XLSX)):
        writer.add_bytes(name, written(INDEX, cycle, Subject(cycle.pk), file_format, content))
    writer.close()
    context.progress(len(files) + 2, len(files) + 2)
    return len(writer.entries)


def _add(writer: ArchiveWriter, one: Planned) -> None:
    if one.make is not None:
        writer.add_bytes(one.path, one.make())
        return
    if one.file is None:
        raise LookupError(one.path)
    path = path_of(one.file.id)
    if not path.is_file() or writer.add_file(one.path, path).sha256 != one.file.sha256:
        raise FileDamaged(
            f"文件“{one.file.name}”在存储中找不到或已损坏，归档包没有生成。请联系系统管理员从备份恢复后重试。"
        )
