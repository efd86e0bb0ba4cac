"""The self-check page."""

from itertools import groupby
from urllib.parse import quote

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from apps.common.kit.requests import actor_of
from apps.common.kit.sheets import XLSX
from apps.security_checks.policies import can_read_self_check
from apps.security_checks.selectors import Line, count_states, self_check
from apps.security_checks.sheets import self_check_workbook


@require_GET
@login_required
def overview(request: HttpRequest) -> HttpResponse:
    """Show how each line stands now, or send the same as a workbook."""
    if not can_read_self_check(actor_of(request)):
        raise PermissionDenied
    lines = self_check()
    counts = count_states(lines)
    if request.GET.get("export") == "xlsx":
        return _workbook(request, lines)
    groups = [
        (group.label, list(rows)) for group, rows in groupby(lines, lambda line: line.requirement.group)
    ]
    context = {
        "groups": groups,
        "counts": [(state.value, state.label, n) for state, n in counts.items()],
        "n_lines": len(lines),
        "now": timezone.localtime(),
    }
    return render(request, "security_checks/overview.html", context)


def _workbook(request: HttpRequest, lines: list[Line]) -> HttpResponse:
    now = timezone.localtime()
    notes = [f"自查时间：{now:%Y-%m-%d %H:%M}　自查人：{request.user}　“未核”须由人核对，程序不能自证"]
    response = HttpResponse(self_check_workbook(lines, notes), content_type=XLSX)
    name = quote(f"等级保护自查表{now:%Y%m%d%H%M}.xlsx")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response
