"""Documents that staff take along without issuing them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from apps.accounts.kit.requests import LoggedInRequest
from apps.common.errors import DomainError
from apps.common.kit.sheets import XLSX
from apps.official_documents.domain.scopes import Format
from apps.official_documents.kit.kinds import kind_for
from apps.official_documents.selectors import managed_cycles
from apps.official_documents.selectors.working_copies import WorkingCopy
from apps.official_documents.services import take_working_copy

CONTENT_TYPES = {Format.PDF: "application/pdf", Format.XLSX: XLSX}


@require_GET
@login_required
def working_copy(request: LoggedInRequest, cycle_id: int, key: str, file_format: str) -> HttpResponse:
    """Send a document about the cycle as it would read now, not numbered and not issued."""
    if not request.user.is_department_staff:
        raise PermissionDenied
    cycle = get_object_or_404(managed_cycles(request.user), pk=cycle_id)
    kind = kind_for(key)
    wanted = next((one for one in CONTENT_TYPES if one.value == file_format), None)
    if kind is None or not kind.has_working_copy or wanted not in kind.formats:
        raise Http404
    try:
        copy = take_working_copy(cycle, kind, wanted, actor=request.user, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect("official_documents:document_list")
    return _download(copy, wanted)


def _download(copy: WorkingCopy, file_format: Format) -> HttpResponse:
    name = f"{copy.title}.{file_format.value}"
    headers = {
        "Content-Disposition": str(content_disposition_header(as_attachment=True, filename=name)),
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(copy.content, content_type=CONTENT_TYPES[file_format], headers=headers)
