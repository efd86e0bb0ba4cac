"""The author at work: reports come into being, are written with autosave, answered and handed in."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from apps.accounts.models import User
from apps.audit.services import record_action
from apps.common.services import touch_version
from apps.cycles.models import ReportSection, Reviewee
from apps.duty_reports.domain.counting import clean_text, count, total
from apps.duty_reports.domain.rounds import KeptAnswer, KeptReport, KeptSection, to_json
from apps.duty_reports.domain.states import ReportState
from apps.duty_reports.errors import ReportIncomplete, RevisionConflict, TextTooLong
from apps.duty_reports.models import DutyReport, FollowUp, ReportRound, SectionText
from apps.duty_reports.selectors import gaps_of
from apps.duty_reports.services.locking import lock_for_writing, lock_report
from apps.duty_reports.signals import report_submitted

MAX_STORED = 50_000
# Autosave speaks every few seconds; the log names a sitting, not a keystroke.
SITTING = timedelta(minutes=10)


@transaction.atomic
def create_reports(cycle_id: int, *, actor: User, at: datetime) -> int:
    """Make an empty report with all its headings for every reviewee of an opened cycle; return how many are new."""
    reviewees = list(Reviewee.objects.filter(cycle_id=cycle_id, duty_report=None).select_related("cycle"))
    sections = list(ReportSection.objects.filter(scheme__cycle_id=cycle_id))
    reports = DutyReport.objects.bulk_create(DutyReport(reviewee=reviewee) for reviewee in reviewees)
    SectionText.objects.bulk_create(
        SectionText(report=report, section=section) for report in reports for section in sections
    )
    if reviewees:
        record_action(
            "duty_reports.created", reviewees[0].cycle, actor=actor, at=at, details={"n": len(reports)}
        )
    return len(reports)


@transaction.atomic
def save_section(
    report_id: int, *, section_id: int, text: str, revision: int, actor: User, at: datetime
) -> SectionText:
    """Store what stands under one heading. ``revision`` is the one the page read; sending the same text again is fine.

    :raises RevisionConflict: saved elsewhere in between; carries the stored text, nothing is overwritten.
    :raises ReportingClosed: the author may not write now.
    :raises TextTooLong: more than anybody writes.
    """
    report = lock_for_writing(report_id)
    row = report.texts.get(section_id=section_id)
    text = _checked(text)
    if row.text == text:
        return row
    _refuse_stale(row.text, row.revision, revision)
    row.text, row.revision = text, row.revision + 1
    row.save(update_fields=["text", "revision"])
    _note_saving(report, actor, at)
    return row


@transaction.atomic
def save_follow_up_answer(
    follow_up_id: int, *, answer: str, revision: int, actor: User, at: datetime
) -> FollowUp:
    """Store the answer to one of last year's items, by the same rules as a heading.

    :raises RevisionConflict: saved elsewhere in between.
    :raises ReportingClosed: the author may not write now.
    """
    report = lock_for_writing(FollowUp.objects.values_list("report_id", flat=True).get(pk=follow_up_id))
    row = report.follow_ups.get(pk=follow_up_id)
    answer = _checked(answer)
    if row.answer == answer:
        return row
    _refuse_stale(row.answer, row.revision, revision)
    row.answer, row.revision = answer, row.revision + 1
    row.save(update_fields=["answer", "revision"])
    _note_saving(report, actor, at)
    return row


def _checked(text: str) -> str:
    text = clean_text(text)
    if len(text) > MAX_STORED:
        raise TextTooLong(
            f"这一栏有{len(text)}个字符，超过能保存的{MAX_STORED}个，可能误粘贴了别的内容。没有保存，上次保存的内容还在。"
        )
    return text


def _refuse_stale(stored: str, stored_revision: int, revision: int) -> None:
    if revision != stored_revision:
        raise RevisionConflict(
            "这一栏在别的窗口或设备上保存过。两份内容都还在，请选择保留哪一份。",
            stored_text=stored,
            stored_revision=stored_revision,
        )


def _note_saving(report: DutyReport, actor: User, at: datetime) -> None:
    is_new_sitting = report.saved_at is None or at - report.saved_at > SITTING
    report.saved_at = at
    report.n_chars = total(count(text) for text in report.texts.values_list("text", flat=True)).n_chars
    touch_version(report)
    report.save(update_fields=["saved_at", "n_chars", "version"])
    if is_new_sitting:
        record_action("duty_reports.saved", report, actor=actor, at=at)


@transaction.atomic
def add_follow_up(
    report_id: int,
    *,
    source_year: int,
    source_key: str,
    problem: str,
    state_then: str,
    at: datetime,
    actor: User | None = None,
) -> FollowUp:
    """Hand an open item of an earlier year down to a report. The same ``source_key`` again changes nothing."""
    report = lock_report(report_id)
    known = report.follow_ups.filter(source_key=source_key).first()
    if known is not None:
        return known
    last = report.follow_ups.aggregate(last=Max("order_no"))["last"] or 0
    row = FollowUp.objects.create(
        report=report,
        order_no=last + 1,
        source_year=source_year,
        source_key=source_key,
        problem=problem,
        state_then=state_then[:60],
    )
    details = {"source_key": source_key, "source_year": source_year}
    record_action("duty_reports.follow_up_added", report, actor=actor, at=at, details=details)
    return row


@transaction.atomic
def submit_duty_report(report_id: int, *, actor: User, at: datetime) -> DutyReport:
    """Hand the report in for review and keep the text of this round. Submitting twice changes nothing.

    :raises ReportIncomplete: limits, share of problems or answers are missing; ``gaps`` says what.
    :raises ReportingClosed: the author may not write now.
    """
    report = lock_report(report_id)
    if report.state == ReportState.SUBMITTED.value:
        return report
    report = lock_for_writing(report_id)
    gaps = tuple(gap.message for gap in gaps_of(report))
    if gaps:
        raise ReportIncomplete(f"报告还不能提交，内容都已保存：{''.join(gaps)}", gaps=gaps)
    _keep_round(report, actor, at)
    report.state, report.submitted_at = ReportState.SUBMITTED.value, at
    touch_version(report)
    report.save(update_fields=["state", "submitted_at", "version"])
    record_action("duty_reports.submitted", report, actor=actor, at=at, details={"n_chars": report.n_chars})
    report_submitted.send(DutyReport, report_id=report.pk, actor=actor, at=at)
    return report


def _keep_round(report: DutyReport, actor: User, at: datetime) -> ReportRound:
    kept = KeptReport(
        tuple(
            KeptSection(row.section_id, row.section.title, row.text)
            for row in report.texts.select_related("section").order_by("section__order_no")
        ),
        tuple(KeptAnswer(row.pk, row.problem, row.answer) for row in report.follow_ups.all()),
    )
    last = report.rounds.aggregate(last=Max("round_no"))["last"] or 0
    return ReportRound.objects.create(
        report=report, round_no=last + 1, texts=to_json(kept), submitted_at=at, submitted_by=actor
    )
