"""Older entries out of the database into an archive; the chain goes on from the last of them.

Only the owner of the tables can do this, and nobody within half a year: see the triggers of ``AuditEntry``.
"""

from datetime import datetime
from pathlib import Path

import pgtrigger
from django.db import transaction

from apps.audit.domain.lines import check_lines
from apps.audit.domain.retention import LEAST_DAYS, latest_cut
from apps.audit.errors import CutRefused
from apps.audit.models import AuditEntry, LogCut
from apps.audit.selectors import last_cut, links_of
from apps.audit.services.copying import file_sha256
from apps.audit.services.exporting import write_lines
from apps.audit.services.recording import CHAIN_LOCK, record_action
from apps.audit.services.verification import verify_chain
from apps.common.kit.locks import hold_lock


@transaction.atomic
def cut_log(*, before: datetime, archive: Path, at: datetime) -> LogCut:
    """Move entries older than ``before`` into ``archive`` (lines, see ``domain.lines``) and return where the chain now begins.

    :raises CutRefused: it would reach into the last 183 days, the chain does not hold, the file is there already, or
        there is nothing to move. Nothing was changed then.
    """
    if before > latest_cut(at):
        raise CutRefused(f"日志至少保存 {LEAST_DAYS} 天，截止日太近，什么都没有动。请给出更早的日期。")
    if archive.exists():
        raise CutRefused(f"{archive} 已经存在，什么都没有动。请换一个文件名。")
    hold_lock(CHAIN_LOCK)  # nobody appends meanwhile
    if not (report := verify_chain()).holds:
        raise CutRefused(f"日志在第 {report.broken_seq} 条断裂，什么都没有动。请先查明原因。")
    last = _last_before(before)
    cut = _archived(last, archive, at)
    with pgtrigger.ignore("audit.AuditEntry:append_only"):
        AuditEntry.objects.filter(seq__lte=last.seq).delete()
    details = {"first_seq": cut.first_seq, "last_seq": cut.last_seq, "head": cut.head, "sha256": cut.sha256}
    record_action("audit.cut", cut, actor=None, at=at, details=details)
    return cut


def _last_before(before: datetime) -> AuditEntry:
    """Return the last entry to be moved: all up to it are older, however clocks went."""
    younger = AuditEntry.objects.filter(at__gte=before).order_by("seq").values_list("seq", flat=True).first()
    rows = AuditEntry.objects.filter(seq__lt=younger) if younger else AuditEntry.objects.all()
    last = rows.order_by("-seq").first()
    if last is None:
        raise CutRefused("这个日期之前没有日志，什么都没有动。")
    return last


def _archived(last: AuditEntry, archive: Path, at: datetime) -> LogCut:
    """Write the archive, read it back and check it before anything is taken away."""
    before = last_cut()
    first = before.last_seq + 1 if before else 1
    with archive.open("xb") as out:
        write_lines(out, links_of(AuditEntry.objects.filter(seq__lte=last.seq).order_by("seq")))
    with archive.open(encoding="utf-8") as lines:
        report = check_lines(lines)
    if not report.holds or report.head != last.entry_hash:
        raise CutRefused(f"归档文件 {archive} 没有写完整，什么都没有动。")
    return LogCut.objects.create(
        at=at,
        first_seq=first,
        last_seq=last.seq,
        head=last.entry_hash,
        until=last.at,
        file_name=archive.name,
        sha256=file_sha256(archive),
    )
