"""How the totals of a cycle are spread over fields, its grades and its turnout: charts with their tables."""

from urllib.parse import quote

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from apps.accounts.kit.requests import LoggedInRequest
from apps.common.kit.sheets import XLSX
from apps.insights.policies import can_see_score_charts
from apps.insights.selectors import scored_cycles
from apps.insights.selectors.sections import score_sections
from apps.insights.sheets import comparison_workbook


@require_GET
@login_required
def scores(request: LoggedInRequest) -> HttpResponse:
    """Show one cycle, without a choice the latest; ``export=xlsx`` sends the same tables."""
    if not can_see_score_charts(request.user):
        raise PermissionDenied
    cycles = scored_cycles(request.user)
    wanted = request.GET.get("cycle", "")
    cycle = next((one for one in cycles if not wanted or str(one.pk) == wanted), None)
    if cycle is None:
        if wanted:
            raise Http404
        return render(request, "insights/scores.html", {"cycle": None})
    shown = score_sections(cycle)
    if request.GET.get("export") == "xlsx":
        title, now = f"{cycle.title}得分分布", timezone.localtime()
        notes = [f"导出时间：{now:%Y-%m-%d %H:%M}　导出人：{request.user}"]
        response = HttpResponse(comparison_workbook(title, shown, notes), content_type=XLSX)
        response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'{title}.xlsx')}"
        return response
    context = {
        "cycles": cycles,
        "cycle": cycle,
        "sections": shown,
        "charts": {one.key: one.chart for one in shown if one.chart},
        "export_query": f"cycle={cycle.pk}&export=xlsx",
        "crumbs": [("得分汇总", f"{reverse('scoring:summary_list')}?cycle={cycle.pk}"), ("得分分布", "")],
    }
    return render(request, "insights/scores.html", context)
