"""Data of the pages: what can be issued, who downloaded, what a code is worth."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from apps.accounts.models import User
from apps.audit.models import AuditEntry
from apps.cycles.models import ReviewCycle
from apps.documents.models import Job, StoredFile
from apps.documents.selectors import jobs_visible_to
from apps.official_documents.domain.scopes import Subject
from apps.official_documents.domain.states import DocumentState
from apps.official_documents.kit.kinds import Kind, all_kinds
from apps.official_documents.models import IssuedDocument
from apps.official_documents.selectors import in_force

MOST_DOWNLOADS = 50
LATEST_BATCHES = 5
OF_FILE = Q(action="documents.file_downloaded", object_type=StoredFile._meta.label_lower)  # noqa: SLF001 -- its public name


@dataclass(frozen=True, slots=True)
class KindState:
    """How far the documents of one kind are in one cycle. ``reason``: why none can be issued now."""

    kind: Kind
    reason: str
    n_subjects: int
    n_in_force: int
    n_outdated: int

    @property
    def n_missing(self) -> int:
        """How many have none that holds."""
        return max(self.n_subjects - self.n_in_force, 0)


def kind_states(cycle: ReviewCycle) -> list[KindState]:
    """Return all kinds with what there is of them."""
    kinds = all_kinds()
    standing = in_force(cycle, [kind.key for kind in kinds])
    return [_state(kind, cycle, standing) for kind in kinds]


def _state(kind: Kind, cycle: ReviewCycle, standing: dict[tuple[str, Subject], IssuedDocument]) -> KindState:
    reason = kind.why_not(cycle)
    subjects = [] if reason else kind.subjects(cycle)
    mine = [one for (key, _), one in standing.items() if key == kind.key]
    n_outdated = sum(one.outdated_at is not None for one in mine)
    return KindState(kind, reason, len(subjects), len(mine), n_outdated)


def batches_of(cycle: ReviewCycle, user: User, kind: str) -> Sequence[Job]:
    """Return the latest batches of a cycle, the newest first."""
    rows = jobs_visible_to(user).filter(kind=kind, arguments__cycle_id=cycle.pk)
    return list(rows.select_related("result", "requested_by").order_by("-queued_at")[:LATEST_BATCHES])


def issues_of(document: IssuedDocument) -> list[IssuedDocument]:
    """Return all issues of the same document, the newest first."""
    rows = IssuedDocument.objects.filter(kind=document.kind, cycle=document.cycle, field=document.field)
    same = (
        rows.filter(reviewee=document.reviewee) if document.reviewee else rows.filter(reviewee__isnull=True)
    )
    return list(same.select_related("issued_by", "template_version").order_by("-issue_no"))


def downloads_of(file_ids: Sequence[UUID]) -> list[AuditEntry]:
    """Return who took a copy of these files, the last first."""
    rows = AuditEntry.objects.filter(OF_FILE, object_id__in=[str(one) for one in file_ids])
    return list(rows.order_by("-seq")[:MOST_DOWNLOADS])


@dataclass(frozen=True, slots=True)
class Verdict:
    """What may be said of a document to anybody: never its contents. ``document`` ``None``: unknown."""

    document: IssuedDocument | None = None

    @property
    def state(self) -> str:
        """``genuine``, ``replaced``, ``revoked`` or ``unknown``. An outdated one still holds."""
        if self.document is None:
            return "unknown"
        names = {DocumentState.REPLACED: "replaced", DocumentState.REVOKED: "revoked"}
        return names.get(self.document.state, "genuine")

    @property
    def newest_issue(self) -> int | None:
        """The issue that holds instead."""
        if self.document is None or self.document.replaced_by is None:
            return None
        return max(one.issue_no for one in issues_of(self.document))


def verdict_on_code(code: str) -> Verdict:
    """Return what a code is worth; ``""`` is unknown."""
    return Verdict(_known().filter(code=code).first() if code else None)


def verdict_on_hash(sha256: str) -> Verdict:
    """Return what a file with this SHA-256 is worth."""
    same = Q(pdf__sha256=sha256) | Q(xlsx__sha256=sha256) | Q(docx__sha256=sha256)
    return Verdict(_known().filter(same).first())


def _known() -> QuerySet[IssuedDocument]:
    return IssuedDocument.objects.select_related("reviewee", "cycle", "replaced_by")
