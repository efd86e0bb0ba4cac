"""Findings on the eligibility rules that no score decides."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from apps.accounts.models import User
from apps.assessments.domain.evidence import EvidenceFile
from apps.assessments.domain.findings import Finding
from apps.assessments.errors import FindingRefused
from apps.assessments.models import ConditionFinding
from apps.assessments.selectors.findings import recorded_conditions
from apps.assessments.services.locking import lock_assessable, store_evidence
from apps.assessments.signals import ground_changed
from apps.audit.services import record_action
from apps.common.services import check_version, touch_version
from apps.cycles.models import GradeCondition, ReviewCycle
from apps.documents.models import StoredFile

NOT_SAVED = "全部没有保存。"
Key = tuple[int, int]


@transaction.atomic
def record_findings(
    cycle_id: int,
    findings: Sequence[Finding],
    *,
    evidence: EvidenceFile | None = None,
    actor: User,
    at: datetime,
) -> list[ConditionFinding]:
    """Record or correct whether people meet conditions, all or none. ``evidence`` goes with each of them.

    :raises AssessmentsFixed: outside the stages in which assessments are taken.
    :raises FindingRefused: no reason, somebody of another cycle, or a condition that is not recorded but computed.
    :raises StaleVersion: somebody changed one of them meanwhile. A finding with version 0 was not recorded when its form was opened.
    """
    cycle = lock_assessable(cycle_id)
    names = {one.pk: one.name for one in cycle.reviewees.all()}
    conditions = {one.pk: one for one in recorded_conditions(cycle)}
    for finding in findings:
        _check(finding, names, conditions)
    file = store_evidence(cycle, evidence, actor=actor, at=at)
    rows = _put(cycle, findings, file, actor=actor, at=at)
    told = {
        f"{names[one.reviewee_id]}：{conditions[one.condition_id].name}": "符合" if one.is_met else "不符合"
        for one in findings
    }
    record_action("assessments.findings_recorded", cycle, actor=actor, at=at, details={"findings": told})
    ground_changed.send(ConditionFinding, cycle_id=cycle.pk, actor=actor, at=at)
    return rows


def _check(finding: Finding, names: Mapping[int, str], conditions: Mapping[int, GradeCondition]) -> None:
    if finding.reviewee_id not in names:
        raise FindingRefused(f"有一行不是本周期的述职对象，{NOT_SAVED}请刷新页面后重新录入。")
    if finding.condition_id not in conditions:
        raise FindingRefused(f"有一项条件不在本周期方案里，或由得分自动得出，不能录入，{NOT_SAVED}")
    if not finding.reason.strip():
        name, condition = names[finding.reviewee_id], conditions[finding.condition_id].name
        raise FindingRefused(f"{name}的“{condition}”没有写依据，{NOT_SAVED}请补上依据后再保存。")


def _put(
    cycle: ReviewCycle,
    findings: Sequence[Finding],
    file: StoredFile | None,
    *,
    actor: User,
    at: datetime,
) -> list[ConditionFinding]:
    locked = ConditionFinding.objects.select_for_update(of=("self",)).filter(reviewee__cycle=cycle)
    stored = {(one.reviewee_id, one.condition_id): one for one in locked}
    rows = [_filled(finding, stored, actor=actor, at=at) for finding in findings]
    for row in rows:
        row.evidence = file or row.evidence
        row.save()
    return rows


def _filled(
    finding: Finding, stored: Mapping[Key, ConditionFinding], *, actor: User, at: datetime
) -> ConditionFinding:
    row = stored.get((finding.reviewee_id, finding.condition_id))
    if row is None:
        row = ConditionFinding(reviewee_id=finding.reviewee_id, condition_id=finding.condition_id)
    else:
        check_version(row, finding.version)
        touch_version(row)
    row.is_met, row.reason = finding.is_met, finding.reason.strip()
    row.entered_by, row.entered_at = actor, at
    return row
