"""The summary table and the submission for the committee as files."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from apps.accounts.kit.requests import LoggedInRequest
from apps.common.kit.sheets import XLSX
from apps.cycles.models import ReviewCycle
from apps.grading.domain.summaries import SummaryTable
from apps.grading.kit.submissions import extra_files
from apps.grading.pdf import summary_table as summary_table_pdf
from apps.grading.selectors import deliberation_of
from apps.grading.selectors.contents import summary_table
from apps.grading.selectors.submissions import submission_of
from apps.grading.sheets import packed, submission_workbook, summary_workbook
from apps.grading.views.common import cycle_for_staff, download


@require_GET
@login_required
def summary_pdf(request: LoggedInRequest, cycle_id: int) -> HttpResponse:
    """Send the summary table as PDF."""
    table = _table(cycle_for_staff(request, cycle_id))
    return download(summary_table_pdf(table), f"{table.title}.pdf", "application/pdf")


@require_GET
@login_required
def summary_xlsx(request: LoggedInRequest, cycle_id: int) -> HttpResponse:
    """Send the summary table as xlsx."""
    table = _table(cycle_for_staff(request, cycle_id))
    return download(summary_workbook(table), f"{table.title}.xlsx", XLSX)


@require_GET
@login_required
def submission_xlsx(request: LoggedInRequest, cycle_id: int) -> HttpResponse:
    """Send the submission for the committee as xlsx."""
    submission = submission_of(cycle_for_staff(request, cycle_id))
    if submission is None:
        raise Http404
    return download(submission_workbook(submission), f"{submission.cycle_title}报审材料.xlsx", XLSX)


@require_GET
@login_required
def submission_zip(request: LoggedInRequest, cycle_id: int) -> HttpResponse:
    """Send the submission for the committee with everything that goes along, packed."""
    submission = submission_of(cycle_for_staff(request, cycle_id))
    if submission is None:
        raise Http404
    title = f"{submission.cycle_title}报审材料"
    files = [(f"{title}.xlsx", submission_workbook(submission)), *extra_files(cycle_id, timezone.localdate())]
    return download(packed(files), f"{title}.zip", "application/zip")


def _table(cycle: ReviewCycle) -> SummaryTable:
    deliberation = deliberation_of(cycle)
    signed_at = deliberation.signed_off_at if deliberation else None
    return summary_table(
        cycle,
        made_on=timezone.localdate(),
        signed_on=timezone.localtime(signed_at).date() if signed_at else None,
    )
