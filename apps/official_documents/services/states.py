"""What happens to a document after it was issued: taken, revoked, overtaken by events."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from apps.accounts.models import User
from apps.audit.services import record_action
from apps.cycles.models import Reviewee
from apps.official_documents.errors import NotInForce, ReasonMissing
from apps.official_documents.kit.kinds import all_kinds
from apps.official_documents.models import IssuedDocument
from apps.official_documents.selectors import IN_FORCE

LONGEST_REASON = 200


@transaction.atomic
def mark_document_read(document_id: int, *, actor: User, at: datetime) -> IssuedDocument:
    """Note that the person addressed has taken the document. Only the first time counts; others' reading does not."""
    document = _locked(document_id)
    kind, reviewee = document.document_kind, document.reviewee
    is_addressed = kind is not None and kind.is_for_person and reviewee is not None
    if (
        document.read_at is None
        and is_addressed
        and reviewee is not None
        and reviewee.secretary_id == actor.secretary_id
    ):
        document.read_at = at
        document.save(update_fields=["read_at"])
        record_action("official_documents.read", document, actor=actor, at=at)
    return document


@transaction.atomic
def revoke_document(document_id: int, *, reason: str, actor: User, at: datetime) -> IssuedDocument:
    """Take a document out of force for good. It stays on record, and its code answers that it is void.

    :raises ReasonMissing: nobody says why.
    :raises NotInForce: it was replaced or revoked already.
    """
    document = _locked(document_id)
    if not reason.strip():
        raise ReasonMissing("请写明作废的原因，例如“文号有误”。")
    if not document.is_in_force:
        raise NotInForce(f"“{document}”{document.state.label}，不需要再作废。")
    document.revoked_at, document.revoked_by = at, actor
    document.revoked_reason = reason.strip()[:LONGEST_REASON]
    document.save(update_fields=["revoked_at", "revoked_by", "revoked_reason"])
    details = {"reason": document.revoked_reason}
    record_action("official_documents.revoked", document, actor=actor, at=at, details=details)
    return document


def _locked(document_id: int) -> IssuedDocument:
    rows = IssuedDocument.objects.select_for_update(of=("self",)).select_related("reviewee", "cycle__host")
    return rows.get(pk=document_id)


@transaction.atomic
def mark_outdated(reviewee_id: int, *, reason: str, actor: User | None, at: datetime) -> int:
    """Mark what tells of this person's grade as outdated, until it is issued anew; return how many documents.

    That is the own documents, and those on the person's field and on the whole cycle.
    """
    reviewee = Reviewee.objects.get(pk=reviewee_id)
    told = Q(reviewee=reviewee) | Q(reviewee__isnull=True, field__in=("", reviewee.field))
    rows = IssuedDocument.objects.select_for_update(of=("self",)).filter(
        IN_FORCE,
        told,
        cycle_id=reviewee.cycle_id,
        kind__in=[kind.key for kind in all_kinds() if kind.tells_grades],
        outdated_at__isnull=True,
    )
    documents = list(rows.select_related("reviewee"))
    for document in documents:
        document.outdated_at, document.outdated_reason = at, reason[:LONGEST_REASON]
        document.save(update_fields=["outdated_at", "outdated_reason"])
    if documents:
        details = {"reason": reason, "n": len(documents)}
        record_action("official_documents.outdated", reviewee, actor=actor, at=at, details=details)
    return len(documents)
