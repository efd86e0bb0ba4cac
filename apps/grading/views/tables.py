"""The submission for the committee as files."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from apps.accounts.kit.requests import LoggedInRequest
from apps.common.kit.sheets import XLSX
from apps.grading.kit.submissions import extra_files
from apps.grading.selectors.submissions import submission_of
from apps.grading.sheets import packed, submission_workbook
from apps.grading.views.common import cycle_for_staff, download


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
