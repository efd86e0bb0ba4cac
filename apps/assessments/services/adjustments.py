"""Bonus and deduction points: entered for one or many people, withdrawn, never rewritten."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.assessments.domain.evidence import EvidenceFile
from apps.assessments.errors import AdjustmentRefused
from apps.assessments.models import AdjustmentEntry
from apps.assessments.services.locking import lock_assessable, store_evidence
from apps.audit.services import record_action
from apps.common.domain.formats import plain_decimal
from apps.cycles.models import ReviewCycle, Reviewee, SchemeAdjustment
from apps.documents.models import StoredFile

NOT_SAVED = "没有保存。"


@transaction.atomic
def record_adjustments(
    adjustment_id: int,
    reviewee_ids: Sequence[int],
    *,
    points: Decimal,
    reason: str,
    happened_on: date | None = None,
    evidence: EvidenceFile | None = None,
    actor: User,
    at: datetime,
) -> list[AdjustmentEntry]:
    """Enter one occurrence of a line of the scheme for each of these people, all or none.

    Points above a limit are taken and kept; what of them counts is decided where they are summed.

    :raises AssessmentsFixed: outside the stages in which assessments are taken.
    :raises AdjustmentRefused: points outside the line, no reason, a day to come, nobody named or somebody of another cycle,
        or the very same entry stands already.
    """
    line = SchemeAdjustment.objects.select_related("scheme").get(pk=adjustment_id)
    cycle = lock_assessable(line.scheme.cycle_id)
    reason = reason.strip()
    _check_line(line, points, reason, happened_on, today=timezone.localdate(at))
    reviewees = _people(cycle, reviewee_ids)
    _refuse_doubles(line, reviewees, points, reason, happened_on)
    file = store_evidence(cycle, evidence, actor=actor, at=at)
    entries = _create(line, reviewees, points, reason, happened_on, file, actor=actor, at=at)
    details = {
        "line": line.name, "points": str(points), "reason": reason,
        "reviewees": [str(one) for one in reviewees],
    }  # fmt: skip
    record_action("assessments.adjustments_recorded", cycle, actor=actor, at=at, details=details)
    return entries


@transaction.atomic
def withdraw_adjustment(entry_id: int, *, actor: User, at: datetime) -> AdjustmentEntry:
    """Withdraw an entry; the row stays. Withdrawing twice changes nothing.

    :raises AssessmentsFixed: outside the stages in which assessments are taken.
    """
    rows = AdjustmentEntry.objects.select_for_update(of=("self",)).select_related("reviewee", "adjustment")
    entry = rows.get(pk=entry_id)
    if entry.withdrawn_at is not None:
        return entry
    lock_assessable(entry.reviewee.cycle_id)
    entry.withdrawn_at, entry.withdrawn_by = at, actor
    entry.save(update_fields=["withdrawn_at", "withdrawn_by"])
    details = {
        "reviewee": str(entry.reviewee),
        "line": entry.adjustment.name,
        "points": str(entry.points),
    }
    record_action("assessments.adjustment_withdrawn", entry, actor=actor, at=at, details=details)
    return entry


def _create(
    line: SchemeAdjustment,
    reviewees: Sequence[Reviewee],
    points: Decimal,
    reason: str,
    happened_on: date | None,
    file: StoredFile | None,
    *,
    actor: User,
    at: datetime,
) -> list[AdjustmentEntry]:
    return AdjustmentEntry.objects.bulk_create(
        AdjustmentEntry(
            reviewee=one,
            adjustment=line,
            points=points,
            reason=reason,
            happened_on=happened_on,
            evidence=file,
            entered_by=actor,
            entered_at=at,
        )
        for one in reviewees
    )


def _check_line(
    line: SchemeAdjustment, points: Decimal, reason: str, happened_on: date | None, *, today: date
) -> None:
    if not line.least <= points <= line.most:
        least, most = plain_decimal(line.least), plain_decimal(line.most)
        allowed = f"固定为 {least} 分" if line.least == line.most else f"每次应在 {least} 到 {most} 分之间"
        raise AdjustmentRefused(f"“{line.name}”{allowed}，填的是 {plain_decimal(points)} 分。{NOT_SAVED}")
    if not reason:
        raise AdjustmentRefused(f"没有写事由，{NOT_SAVED}请写明事实和依据。")
    if happened_on is not None and happened_on > today:
        raise AdjustmentRefused(f"发生日期 {happened_on:%Y-%m-%d} 还没有到，{NOT_SAVED}请核对日期。")


def _people(cycle: ReviewCycle, reviewee_ids: Sequence[int]) -> list[Reviewee]:
    wanted = set(reviewee_ids)
    found = [*cycle.reviewees.filter(pk__in=wanted)]
    if not wanted:
        raise AdjustmentRefused(f"没有选择述职对象，{NOT_SAVED}请至少选择一人。")
    if len(found) != len(wanted):
        raise AdjustmentRefused(f"有人不是本周期的述职对象，{NOT_SAVED}请刷新页面后重新选择。")
    return found


def _refuse_doubles(
    line: SchemeAdjustment,
    reviewees: Sequence[Reviewee],
    points: Decimal,
    reason: str,
    happened_on: date | None,
) -> None:
    """Refuse what stands already, word for word: a form sent twice, or the same thing entered by a colleague."""
    same = AdjustmentEntry.objects.filter(
        adjustment=line,
        reviewee__in=reviewees,
        points=points,
        reason=reason,
        happened_on=happened_on,
        withdrawn_at__isnull=True,
    )
    if names := [*same.values_list("reviewee__name", flat=True).distinct()]:
        raise AdjustmentRefused(
            f"{'、'.join(names[:10])}已有一条完全相同的记录，{NOT_SAVED}确实是另一次的，请在事由里写明区别。"
        )
