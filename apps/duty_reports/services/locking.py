"""Reading a report for change: lock first, then look, then write."""

from apps.cycles.domain.stages import Stage
from apps.duty_reports.domain.states import ReportState
from apps.duty_reports.domain.submission import may_write
from apps.duty_reports.errors import ReportingClosed
from apps.duty_reports.models import DutyReport


def lock_report(report_id: int) -> DutyReport:
    """Return the report, locked until the transaction ends."""
    rows = DutyReport.objects.select_for_update(of=("self",))
    return rows.select_related("reviewee__cycle__scheme", "reviewee__cycle__host").get(pk=report_id)


def lock_for_writing(report_id: int) -> DutyReport:
    """Return the locked report if its author may change it now.

    :raises ReportingClosed: handed in, approved, or the cycle has moved on.
    """
    report = lock_report(report_id)
    stage, state = Stage(report.reviewee.cycle.stage), ReportState(report.state)
    if may_write(stage, state):
        return report
    if state in (ReportState.SUBMITTED, ReportState.APPROVED):
        raise ReportingClosed(
            f"报告{'已经提交，正在审核' if state == ReportState.SUBMITTED else '已经审核通过'}，不能再改。已提交的内容没有变化；需要修改请联系组织部退回。"
        )
    raise ReportingClosed(
        f"“{report.reviewee.cycle}”现在处于“{stage}”阶段，不收述职报告。已保存的内容都在，可以查看和打印，但不能再改。"
    )
