"""One entry per act of an account, in the transaction of the act itself."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import connection, models, transaction

from apps.audit.domain.chain import GENESIS, entry_hash
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
