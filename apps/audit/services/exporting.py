"""The log of a period as a file that anybody can check, with the words how."""

import csv
import io
import zipfile
from collections.abc import Iterable
from datetime import date, datetime
from typing import IO, Any

from django.db import transaction
from django.utils import timezone

from apps.audit.domain.chain import Link
from apps.audit.domain.lines import CHECKER, HOW_TO_CHECK, csv_safe, line_of
from apps.audit.domain.outcomes import Outcome
from apps.audit.errors import NothingToExport, TooMuchToExport
from apps.audit.kit.labels import label_of
from apps.audit.models import AuditEntry
from apps.audit.selectors import entries_between, links_of
from apps.audit.services.recording import record_action
from apps.common.domain.actors import Actor

MOST_ENTRIES = 200_000
CSV_HEAD = (
    "序号",
    "时间",
    "账号",
    "事项",
    "对象",
    "结果",
    "来源地址",
    "内容",
    "事项代码",
    "对象编号",
    "散列",
)


@transaction.atomic
def export_period(out: IO[bytes], *, since: date, until: date, actor: Actor, at: datetime) -> int:
    """Write the entries of these days (China's) as a zip and return how many; the export itself is logged.

    :raises NothingToExport: there are none.
    :raises TooMuchToExport: there are more than one file should hold.
    """
    rows = entries_between(since, until)
    n_rows = rows.count()
    if not n_rows:
        raise NothingToExport("这段时间没有日志，没有导出。请换一段日期。")
    if n_rows > MOST_ENTRIES:
        raise TooMuchToExport(
            f"这段时间有 {n_rows} 条日志，一次最多导出 {MOST_ENTRIES} 条，所以没有导出。请分几段日期导出，前后相接即可。"
        )
    last = rows.order_by("-seq")[0]
    _write_zip(out, rows, f"{last.seq}:{last.entry_hash}")
    details = {"since": since.isoformat(), "until": until.isoformat(), "n": n_rows, "head": last.entry_hash}
    record_action("audit.exported", None, actor=actor, at=at, details=details)
    return n_rows


def write_lines(out: IO[bytes], links: Iterable[Link]) -> Link | None:
    """Write one line per entry and return the last; ``None`` if there was none."""
    last = None
    for last in links:
        out.write(line_of(last).encode() + b"\n")
    return last


def _write_zip(out: IO[bytes], rows: Any, head: str) -> None:
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        with package.open("log.jsonl", "w") as part:
            write_lines(part, links_of(rows))
        with package.open("log.csv", "w") as part:
            _write_csv(part, rows)
        package.writestr("head.txt", head + "\n")
        package.writestr("README.txt", HOW_TO_CHECK)
        package.writestr("check.py", CHECKER)


def _write_csv(out: IO[bytes], rows: Any) -> None:
    with io.TextIOWrapper(out, encoding="utf-8-sig", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(CSV_HEAD)
        for entry in rows.iterator(chunk_size=2000):
            writer.writerow([csv_safe(cell) for cell in _cells(entry)])


def _cells(entry: AuditEntry) -> tuple[Any, ...]:
    moment = timezone.localtime(entry.at).isoformat(timespec="seconds")
    thing = f"{entry.object_type} {entry.object_id}".strip()
    return (
        entry.seq, moment, entry.actor_label, label_of(entry.action), entry.object_label, Outcome(entry.outcome).label,
        entry.origin, str(entry.details or ""), entry.action, thing, entry.entry_hash,
    )  # fmt: skip
