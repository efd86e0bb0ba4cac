"""The department's side: return with a reason, approve, remind."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from apps.accounts.models import User
from apps.audit.services import record_action
from apps.common.services import touch_version
from apps.cycles.domain.stages import Stage
from apps.cycles.models import ReviewCycle
from apps.duty_reports.domain.rounds import Mark, marks_to_json
from apps.duty_reports.domain.states import Decision, ReportState
from apps.duty_reports.domain.submission import may_decide
from apps.duty_reports.errors import NobodyToRemind, NotUnderReview, ReasonMissing
from apps.duty_reports.models import DutyReport, Reminder, ReportRound
from apps.duty_reports.selectors import reports_to_remind
from apps.duty_reports.services.locking import lock_report
from apps.duty_reports.services.messages import account_of, tell_decision, tell_waiting
from apps.duty_reports.signals import report_approved, report_returned


@transaction.atomic
def return_duty_report(
    report_id: int, *, reason: str, marks: Sequence[Mark] = (), actor: User, at: datetime
) -> DutyReport:
    """Send a report back to its author with a reason and, if wished, remarks on passages.

    :raises ReasonMissing: no reason given.
    :raises NotUnderReview: it is not waiting for a decision.
    """
    report = _lock_under_review(report_id)
    if not reason.strip():
        raise ReasonMissing("退回修改要写明原因，书记才知道改哪里。报告没有退回，仍在待审核。")
    known = set(report.texts.values_list("section_id", flat=True))
    remarks = [
        mark for mark in marks if mark.section_key in known and (mark.note.strip() or mark.quote.strip())
    ]
    _decide(report, Decision.RETURNED, reason.strip(), remarks, actor, at)
    report.state = ReportState.RETURNED.value
    _save_decided(report)
    record_action("duty_reports.returned", report, actor=actor, at=at, details={"n_marks": len(remarks)})
    tell_decision(report, title="述职报告已退回修改", body=reason.strip(), at=at)
    report_returned.send(DutyReport, report_id=report.pk, actor=actor, at=at)
    return report


@transaction.atomic
def approve_duty_report(report_id: int, *, note: str = "", actor: User, at: datetime) -> DutyReport:
    """Let a report pass. Approving twice changes nothing.

    :raises NotUnderReview: it is not waiting for a decision.
    """
    report = lock_report(report_id)
    if report.state == ReportState.APPROVED.value:
        return report
    report = _lock_under_review(report_id)
    _decide(report, Decision.APPROVED, note.strip(), [], actor, at)
    report.state, report.approved_at = ReportState.APPROVED.value, at
    _save_decided(report)
    record_action("duty_reports.approved", report, actor=actor, at=at)
    tell_decision(report, title="述职报告已审核通过", body=note.strip(), at=at)
    report_approved.send(DutyReport, report_id=report.pk, actor=actor, at=at)
    return report


def _lock_under_review(report_id: int) -> DutyReport:
    report = lock_report(report_id)
    cycle = report.reviewee.cycle
    if not may_decide(Stage(cycle.stage), ReportState(report.state)):
        raise NotUnderReview(
            f"这份报告现在是“{ReportState(report.state)}”，周期处于“{Stage(cycle.stage)}”阶段，不能审核。可能别人已经处理过，请刷新页面查看。"
        )
    return report


def _decide(
    report: DutyReport, decision: Decision, reason: str, marks: Sequence[Mark], actor: User, at: datetime
) -> ReportRound:
    row = report.rounds.select_for_update().get(decision=Decision.PENDING.value)
    row.decision, row.reason, row.marks = decision.value, reason, marks_to_json(marks)
    row.decided_by, row.decided_at = actor, at
    row.save(update_fields=["decision", "reason", "marks", "decided_by", "decided_at"])
    return row


def _save_decided(report: DutyReport) -> None:
    touch_version(report)
    report.save(update_fields=["state", "approved_at", "version"])


@dataclass(frozen=True, slots=True)
class ReminderOutcome:
    """Whom a reminder reached, and who has no active account and must be called (names)."""

    reached: tuple[str, ...]
    unreached: tuple[str, ...]


@transaction.atomic
def remind_authors(
    cycle_id: int, *, report_ids: Sequence[int] | None = None, actor: User, at: datetime
) -> ReminderOutcome:
    """Remind everybody (or the named ones) whose report is not handed in, and record whom it reached.

    :raises NobodyToRemind: every report is handed in.
    """
    cycle = ReviewCycle.objects.select_for_update(of=("self",)).get(pk=cycle_id)
    waiting = reports_to_remind(cycle).select_related("reviewee__secretary__user")
    if report_ids is not None:
        waiting = waiting.filter(pk__in=report_ids)
    reports = list(waiting.order_by("reviewee__order_no"))
    if not reports:
        raise NobodyToRemind("没有需要催办的报告：选中的报告都已提交。没有发出消息。")
    reached = [report for report in reports if account_of(report) is not None]
    missed = [report for report in reports if account_of(report) is None]
    _record_reminders(reports, {report.pk for report in reached}, actor, at)
    tell_waiting(cycle, [user for report in reached if (user := account_of(report))], at)
    names = ReminderOutcome(_names(reached), _names(missed))
    details = {"reached": list(names.reached), "unreached": list(names.unreached)}
    record_action("duty_reports.reminded", cycle, actor=actor, at=at, details=details)
    return names


def _names(reports: Sequence[DutyReport]) -> tuple[str, ...]:
    return tuple(f"{report.reviewee.organization_name} {report.reviewee.name}" for report in reports)


def _record_reminders(reports: Sequence[DutyReport], reached: set[int], actor: User, at: datetime) -> None:
    Reminder.objects.bulk_create(
        Reminder(report=report, sent_at=at, sent_by=actor, is_reached=report.pk in reached)
        for report in reports
    )
