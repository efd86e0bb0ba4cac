"""The check of the chain."""

from django.db import transaction

from apps.audit.domain.chain import GENESIS, Head, check_links
from apps.audit.domain.findings import ChainReport
from apps.audit.models import AuditEntry
from apps.audit.selectors import last_cut, links_of


@transaction.atomic
def verify_chain(*, head: Head | None = None) -> ChainReport:
    """Recompute every hash from the first entry on and stop at the first that is missing or was changed.

    Where older entries were cut off, the check begins behind them, and the cut itself must stand in the chain.
    """
    cut = last_cut()
    first, previous = (cut.last_seq + 1, cut.head) if cut else (1, GENESIS)
    report = check_links(
        links_of(AuditEntry.objects.order_by("seq")), first=first, previous=previous, head=head
    )
    if report.holds and cut is not None and not _is_told(cut.head):
        return ChainReport(
            0, previous, first, "日志从这里开始，但没有一条日志记着之前的部分被归档", first - 1
        )
    return report


def _is_told(head: str) -> bool:
    return AuditEntry.objects.filter(action="audit.cut", details__head=head).exists()
