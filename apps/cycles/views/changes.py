"""What differs between the schemes of two cycles, side by side, to be read and printed."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from apps.cycles.domain.comparison import Change, compare_schemes
from apps.cycles.lists import account
from apps.cycles.models import ReviewCycle
from apps.cycles.selectors import comparable_cycles, plan_of
from apps.cycles.views.doors import crumbs, seen_cycle

MOST_CHOICES = 50
TAGS = {Change.CHANGED: "warn", Change.ADDED: "good", Change.REMOVED: "bad", Change.MOVED: "info"}


@login_required
@require_GET
def scheme_changes(request: HttpRequest, cycle_id: int) -> HttpResponse:
    """Hold the scheme against another cycle's: ``?with=<id>``, else the latest of the same host."""
    cycle = seen_cycle(request, cycle_id)
    others = comparable_cycles(cycle, account(request))
    wanted = request.GET.get("with", "")
    other: ReviewCycle | None
    if wanted.isdecimal():
        other = get_object_or_404(others, pk=int(wanted))
    else:
        other = others.filter(host_id=cycle.host_id, year__lt=cycle.year).first() or others.first()
    parts = compare_schemes(plan_of(other.scheme), plan_of(cycle.scheme)) if other else ()
    context = {
        "cycle": cycle,
        "other": other,
        "others": others[:MOST_CHOICES],
        "parts": [(part, [(row, TAGS[row.change]) for row in part.changed]) for part in parts],
        "n_changes": sum(len(part.changed) for part in parts),
        "crumbs": crumbs(cycle, "方案对比"),
    }
    return render(request, "cycles/scheme_changes.html", context)
