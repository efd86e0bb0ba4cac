"""What the writes of assessments share: the lock on the cycle, and evidence."""

from datetime import datetime

from apps.accounts.models import User
from apps.assessments.domain.evidence import EvidenceFile
from apps.assessments.errors import AssessmentsFixed
from apps.assessments.selectors import ASSESSABLE_STAGES
from apps.cycles.models import ReviewCycle
from apps.documents.models import StoredFile
from apps.documents.services import store_file

EVIDENCE = "assessments.evidence"


def lock_assessable(cycle_id: int) -> ReviewCycle:
    """Lock the cycle against its stage moving on, and return it.

    :raises AssessmentsFixed: outside the stages in which assessments are taken.
    """
    cycle = ReviewCycle.objects.select_for_update(of=("self",)).get(pk=cycle_id)
    if cycle.stage not in ASSESSABLE_STAGES:
        raise AssessmentsFixed(
            f"“{cycle}”现在是“{cycle.get_stage_display()}”阶段，不能录入或更改考核数据。已有的数据保持不变。"
        )
    return cycle


def store_evidence(
    cycle: ReviewCycle, evidence: EvidenceFile | None, *, actor: User, at: datetime
) -> StoredFile | None:
    """Store a checked file; the staff of the cycle may read it (``policies.may_read_evidence``)."""
    if evidence is None:
        return None
    return store_file(
        EVIDENCE,
        evidence.name,
        evidence.content,
        content_type=evidence.content_type,
        subject_id=cycle.pk,
        actor=actor,
        at=at,
    )
