"""The order in which reviewees stand on lists and on the evaluation form."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from apps.common.domain.text import normalized
from apps.common.errors import DomainError
from apps.cycles import services
from apps.cycles.domain.stages import Stage
from apps.cycles.lists import account
from apps.cycles.models import ReviewCycle, Reviewee
from apps.cycles.views.doors import crumbs, managed_cycle


@login_required
@require_http_methods(["GET", "POST"])
def reviewee_order(request: HttpRequest, cycle_id: int) -> HttpResponse:
    """Take a number per person, or one of the usual orders, and number everybody anew from 1."""
    cycle = managed_cycle(request, cycle_id)
    if request.method == "POST":
        ids = [row.pk for row in _sorted(request, cycle)]
        try:
            services.order_reviewees(cycle.pk, reviewee_ids=ids, actor=account(request), at=timezone.now())
            messages.success(request, "述职对象的顺序已保存。")
        except DomainError as error:
            messages.error(request, error.message)
        return redirect("cycles:reviewee_list", cycle.pk)
    if cycle.stage != Stage.DRAFT.value:
        messages.info(request, "周期已经启动，述职对象的顺序已冻结。")
        return redirect("cycles:reviewee_list", cycle.pk)
    rows = cycle.reviewees.order_by("order_no", "pk")
    context = {"cycle": cycle, "rows": rows, "crumbs": crumbs(cycle, "调整顺序")}
    return render(request, "cycles/reviewee_order.html", context)


def _sorted(request: HttpRequest, cycle: ReviewCycle) -> list[Reviewee]:
    rows = list(cycle.reviewees.select_related("secretary", "organization").order_by("order_no", "pk"))
    by = request.POST.get("by", "")
    if by == "organization":
        return sorted(rows, key=lambda row: (row.organization.depth, row.organization.code))
    if by == "strokes":
        return sorted(rows, key=lambda row: row.secretary.stroke_key)
    if by == "oral_first":
        return sorted(rows, key=lambda row: row.mode != "oral")
    return sorted(rows, key=lambda row: _number(request.POST.get(f"no-{row.pk}", ""), row.order_no))


def _number(typed: str, otherwise: int) -> float:
    try:
        return float(normalized(typed))
    except ValueError:
        return otherwise
