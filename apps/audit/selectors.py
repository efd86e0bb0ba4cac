"""Reads of the log."""

from django.db.models import QuerySet

from apps.audit.models import AuditEntry
from apps.common.domain.actors import Actor

AUDIT_ADMIN = "audit_admin"  # accounts.domain.roles.Role, which stands above this app


def entries_visible_to(user: Actor) -> QuerySet[AuditEntry]:
    """Return the whole log to the audit administrator, nothing to anybody else."""
    return AuditEntry.objects.all() if user.holds(AUDIT_ADMIN) else AuditEntry.objects.none()


def contains_hash(entry_hash: str) -> bool:
    """Tell whether an entry with this hash is (still) there."""
    return AuditEntry.objects.filter(entry_hash=entry_hash).exists()


def chain_head() -> tuple[int, str] | None:
    """Return number and hash of the last entry; ``None`` if the log is empty."""
    return AuditEntry.objects.order_by("-seq").values_list("seq", "entry_hash").first()
