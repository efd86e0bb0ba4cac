"""The check of the chain."""

from django.db import transaction

from apps.audit.domain.chain import GENESIS, entry_hash
from apps.audit.domain.findings import ChainReport
from apps.audit.models import AuditEntry
from apps.audit.selectors import entry_content


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
    if entry.entry_hash != entry_hash(previous, entry_content(entry), entry.suite):
        return "内容与记下的散列不符，已被改动"
    return ""
