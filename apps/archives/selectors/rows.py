"""The lists of a cycle, row by row, for the worksheets of its archive. Each is read in pieces: none needs much memory."""

import json
from collections.abc import Iterator

from apps.archives.selectors.reach import entries_of
from apps.assessments.models import AdjustmentEntry, ComponentScore, ConditionFinding, Veto
from apps.audit.kit.labels import label_of
from apps.cycles.models import ReviewCycle
from apps.duty_reports.models import ReportRound
from apps.meetings.models import Commentary
from apps.rectification.models import ProgressEntry, RectificationItem

Row = list[object]


def round_rows(cycle: ReviewCycle) -> Iterator[Row]:
    """Yield every hand-in of a report and what became of it."""
    rows = ReportRound.objects.filter(report__reviewee__cycle=cycle)
    for one in rows.select_related("report__reviewee").order_by("report__reviewee__order_no", "round_no"):
        who = one.report.reviewee
        yield [who.organization_name, who.name, one.round_no, one.submitted_at, one.get_decision_display(),
               one.decided_at, one.reason]  # fmt: skip


def commentary_rows(cycle: ReviewCycle) -> Iterator[Row]:
    """Yield what each leader said about each reviewee."""
    rows = Commentary.objects.filter(meeting__cycle=cycle).exclude(text="")
    found = rows.select_related("meeting", "reviewee").order_by("meeting__starts_at", "recorded_at", "pk")
    for one in found:
        who = one.reviewee
        yield [one.meeting.title, who.organization_name, who.name, one.leader_name, one.text]


def figure_rows(cycle: ReviewCycle) -> Iterator[Row]:
    """Yield the figures brought in beside the ballots, with their source."""
    rows = ComponentScore.objects.filter(reviewee__cycle=cycle).select_related("reviewee", "component")
    for one in rows.order_by("reviewee__order_no", "component__order_no"):
        who = one.reviewee
        yield [who.organization_name, who.name, one.component.name, one.value, one.out_of, one.source]


def point_rows(cycle: ReviewCycle) -> Iterator[Row]:
    """Yield bonus and deduction points, withdrawn ones too."""
    rows = AdjustmentEntry.objects.filter(reviewee__cycle=cycle).select_related("reviewee", "adjustment")
    for one in rows.order_by("reviewee__order_no", "pk"):
        who = one.reviewee
        yield [who.organization_name, who.name, one.adjustment.get_kind_display(), one.adjustment.name, one.points,
               one.reason, one.happened_on, one.withdrawn_at]  # fmt: skip


def cap_rows(cycle: ReviewCycle) -> Iterator[Row]:
    """Yield vetoes and findings on conditions, withdrawn ones too."""
    for veto in Veto.objects.filter(reviewee__cycle=cycle).select_related("reviewee").order_by("pk"):
        who = veto.reviewee
        yield [who.organization_name, who.name, "一票否决", f"最高只能评为“{veto.get_caps_at_display()}”", veto.reason,
               veto.withdrawn_at]  # fmt: skip
    findings = ConditionFinding.objects.filter(reviewee__cycle=cycle)
    for one in findings.select_related("reviewee", "condition").order_by("pk"):
        who = one.reviewee
        outcome = "符合" if one.is_met else "不符合"
        yield [who.organization_name, who.name, one.condition.name, outcome, one.reason, None]


def item_rows(cycle: ReviewCycle) -> Iterator[Row]:
    """Yield the ledger of rectification."""
    rows = RectificationItem.objects.filter(cycle=cycle).select_related("problem", "organization")
    for one in rows.order_by("organization__path", "pk"):
        yield [one.pk, one.organization.name, one.problem.get_source_display(), one.problem.text, one.measure,
               one.responsible_leader, one.responsible_person, one.due_on, one.extended_to, one.get_state_display(),
               one.progress_percent, one.closed_out_at, one.verification_note]  # fmt: skip


def progress_rows(cycle: ReviewCycle) -> Iterator[Row]:
    """Yield the history of every item of the ledger."""
    rows = ProgressEntry.objects.filter(item__cycle=cycle).order_by("item_id", "entered_at", "pk")
    for one in rows:
        yield [one.item_id, one.entered_at, one.get_kind_display(), one.text, one.percent, one.due_on]


def log_rows(cycle: ReviewCycle) -> Iterator[Row]:
    """Yield the acts on everything of the cycle, with the hashes by which the log's chain can be checked."""
    for one in entries_of(cycle).iterator(2000):
        details = json.dumps(one.details, ensure_ascii=False, sort_keys=True)
        yield [one.seq, one.at.isoformat(), one.actor_label, label_of(one.action), one.action, one.object_type,
               one.object_id, one.object_label, details, one.previous_hash, one.entry_hash]  # fmt: skip
