"""Overview of one cycle, and two cycles side by side."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from apps.common.kit.sheets import XLSX
from apps.cycles.models import ReviewCycle
from apps.cycles.selectors import stage_bar
from apps.insights.domain.tables import Section
from apps.insights.lists import Year, sections, user_of
from apps.insights.policies import can_see_overview
from apps.insights.selectors import cycle_progress, cycles_for_overview, year_facts
from apps.insights.selectors.annual import year_lines
from apps.insights.selectors.sections import progress_section, trend_sections
from apps.insights.sheets import comparison_workbook

PAIR = 2
MOST_YEARS = 5


@login_required
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Show how far one cycle is; without a choice the latest."""
    cycles = _cycles(request)
    cycle = _chosen(cycles, request.GET.get("cycle", "")) or (cycles[0] if cycles else None)
    context: dict[str, Any] = {
        "cycles": cycles,
        "cycle": cycle,
        "is_staff": user_of(request).is_department_staff,
        "may_compare": len(cycles) > 1,
    }
    if cycle is not None:
        progress = cycle_progress(cycle, timezone.localdate())
        section = progress_section(progress)
        context |= {
            "progress": progress,
            "section": section,
            "charts": {section.key: section.chart},
            "stages": stage_bar(cycle),
        }
    return render(request, "insights/overview.html", context)


@login_required
@require_GET
def comparison(request: HttpRequest) -> HttpResponse:
    """Show two cycles of one host side by side; ``export=xlsx`` sends the same tables."""
    cycles = _cycles(request)
    pair = _pair(cycles, request.GET.get("a", ""), request.GET.get("b", ""))
    if pair is None:
        return render(request, "insights/comparison.html", {"cycles": cycles, "crumbs": _crumbs()})
    is_staff = user_of(request).is_department_staff
    known = _years_up_to(cycles, pair[1])
    every = list({one.pk: one for one in (*known, *pair)}.values())
    facts = dict(zip((one.pk for one in every), year_facts(every), strict=True))
    years = [Year(one, facts[one.pk], is_staff) for one in pair]
    trends = trend_sections(year_lines(known, [facts[one.pk] for one in known]))
    shown = [*sections(years[0], years[1]), *(trends if len(known) > PAIR else [])]
    if request.GET.get("export") == "xlsx":
        return _workbook(request, pair, shown)
    context = {
        "cycles": cycles,
        "pair": pair,
        "sections": shown,
        "charts": {one.key: one.chart for one in shown if one.chart},
        "export_query": f"a={pair[0].pk}&b={pair[1].pk}&export=xlsx",
        "crumbs": _crumbs(),
    }
    return render(request, "insights/comparison.html", context)


def _cycles(request: HttpRequest) -> list[ReviewCycle]:
    user = user_of(request)
    if not can_see_overview(user):
        raise PermissionDenied
    return cycles_for_overview(user)


def _chosen(cycles: Sequence[ReviewCycle], wanted: str) -> ReviewCycle | None:
    """Return the cycle asked for, ``None`` if none was; one out of sight is not found."""
    if not wanted:
        return None
    found = next((cycle for cycle in cycles if str(cycle.pk) == wanted), None)
    if found is None:
        raise Http404
    return found


def _pair(cycles: Sequence[ReviewCycle], a: str, b: str) -> list[ReviewCycle] | None:
    """Return the two cycles asked for, the earlier first; by default the latest two of one host."""
    later = _chosen(cycles, b)
    if later is None:
        later = next((one for one in cycles if _before(cycles, one)), None)
    if later is None:
        return None
    earlier = _chosen(cycles, a) or next(iter(_before(cycles, later)), None)
    if earlier is None or earlier.host_id != later.host_id or earlier.pk == later.pk:
        return None
    return sorted((earlier, later), key=lambda one: one.year)


def _before(cycles: Sequence[ReviewCycle], later: ReviewCycle) -> list[ReviewCycle]:
    return [one for one in cycles if one.host_id == later.host_id and one.year < later.year]


def _years_up_to(cycles: Sequence[ReviewCycle], later: ReviewCycle) -> list[ReviewCycle]:
    """Return the latest years of one host, earliest first."""
    own = [one for one in cycles if one.host_id == later.host_id and one.year <= later.year]
    return sorted(own, key=lambda one: one.year)[-MOST_YEARS:]


def _workbook(request: HttpRequest, pair: Sequence[ReviewCycle], shown: Sequence[Section]) -> HttpResponse:
    title = f"{pair[0].host.name}{pair[0].year}年与{pair[1].year}年对比"
    now = timezone.localtime()
    notes = [f"导出时间：{now:%Y-%m-%d %H:%M}　导出人：{request.user}"]
    response = HttpResponse(comparison_workbook(title, shown, notes), content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'{title}.xlsx')}"
    return response


def _crumbs() -> list[tuple[str, str]]:
    return [("总览", reverse("insights:overview")), ("年度对比", "")]
