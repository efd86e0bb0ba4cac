"""One entry per act of an account, in the transaction of the act itself."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import connection, models, transaction

from apps.audit.domain.chain import GENESIS, entry_hash
from apps.audit.domain.findings import ChainReport
from apps.audit.models import AuditEntry
from apps.common.domain.actors import Actor

CHAIN_LOCK = 7_205_001


@transaction.atomic
def record_action(
    action: str,
    thing: models.Model | None,
    *,
    actor: Actor | None,
    at: datetime,
    details: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Append one entry to the log and return it.

    ``action`` is ``app.verb_in_past`` (``"duty_reports.submitted"``). ``actor`` ``None`` is the system itself.
    ``details`` holds plain JSON, never a secret, a ballot or a report's text. If the entry cannot be
    written, the act is rolled back with it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
    last = AuditEntry.objects.order_by("-seq").values_list("seq", "entry_hash").first()
    seq, previous = (last[0] + 1, last[1]) if last else (1, GENESIS)
    entry = AuditEntry(
        seq=seq,
        at=at,
        actor_id=actor.pk if actor else None,
        actor_label=f"{actor.display_name}（{actor.username}）" if actor else "系统",
        action=action,
        object_type=thing._meta.label_lower if thing else "",  # noqa: SLF001 -- Django's public name for it
        object_id=str(thing.pk) if thing else "",
        object_label=str(thing)[:300] if thing else "",
        details=dict(details or {}),
        previous_hash=previous,
    )
    entry.entry_hash = entry_hash(previous, entry_content(entry))
    entry.save(force_insert=True)
    return entry


def entry_content(entry: AuditEntry) -> dict[str, Any]:
    """Return what the hash of an entry covers."""
    return {
        "seq": entry.seq,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor_id": entry.actor_id,
        "actor": entry.actor_label,
        "action": entry.action,
        "object": [entry.object_type, entry.object_id, entry.object_label],
        "details": entry.details,
    }


@transaction.atomic
def verify_chain() -> ChainReport:
    """Recompute every hash from the first entry on and stop at the first that is missing or was changed."""
    expected, previous = 1, GENESIS
    for entry in AuditEntry.objects.order_by("seq").iterator(chunk_size=2000):
        reason = _fault(entry, expected, previous)
        if reason:
            return ChainReport(expected - 1, previous, min(expected, entry.seq), reason)
        expected, previous = expected + 1, entry.entry_hash
    return ChainReport(expected - 1, previous)


def _fault(entry: AuditEntry, expected_seq: int, previous: str) -> str:
    """Return what is wrong with an entry, in words; empty if nothing is."""
    if entry.seq != expected_seq:
        return f"第 {expected_seq} 条不见了，下一条是第 {entry.seq} 条"
    if entry.previous_hash != previous:
        return "记下的前一条散列与前一条不符"
    if entry.entry_hash != entry_hash(previous, entry_content(entry)):
        return "内容与记下的散列不符，已被改动"
    return ""
