"""Pages of scores: the list, one reviewee's explanation, a run."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from apps.accounts.kit.requests import LoggedInRequest
from apps.common.errors import DomainError
from apps.common.lists import Column, Filter, ListPage, field_filter
from apps.cycles.models import ReviewCycle
from apps.cycles.selectors import cycles_visible_to
from apps.organizations.domain.kinds import Field
from apps.scoring.models import ScoreSummary
from apps.scoring.policies import can_request_score_run, can_see_score_pages
from apps.scoring.selectors import (
    SCORABLE_STAGES,
    is_outdated,
    latest_run,
    runs_visible_to,
    summaries_visible_to,
)
from apps.scoring.selectors.explanations import explain
from apps.scoring.services import request_score_run


def cycle_choices(request: HttpRequest) -> Sequence[tuple[str, str]]:
    """Return the cycles whose scores the account may see."""
    rows = summaries_visible_to(request.user).order_by("-run__cycle__year", "run__cycle__title")  # type: ignore[arg-type]  # a list page is for signed-in people
    return [
        (str(pk), title) for pk, title in rows.values_list("run__cycle_id", "run__cycle__title").distinct()
    ]


def _detail_url(row: ScoreSummary) -> str:
    return reverse("scoring:summary_detail", args=[row.pk])


class SummaryList(ListPage):
    title = "得分汇总"
    intro = "总分按领域分别排名；点开姓名可以看到每一步怎样算出。有效票过少的得分不显示。"
    template_name = "scoring/summary_list.html"
    search_fields = ("reviewee__name", "reviewee__organization_name")
    search_hint = "姓名、党组织"
    default_sort = "cycle"
    empty_text = "还没有得分。测评开箱后，得分会自动计算。"
    columns = (
        Column("name", "姓名", "reviewee.name", sort=("reviewee__name",), url=_detail_url),
        Column(
            "organization",
            "党组织",
            "reviewee.organization_name",
            sort=("reviewee__organization_name",),
            width=30,
        ),
        Column(
            "cycle",
            "年度",
            "run.cycle.year",
            sort=("-run__cycle__year", "reviewee__field", "rank_in_field", "reviewee__order_no"),
            width=8,
        ),
        Column(
            "field",
            "领域",
            "reviewee.get_field_display",
            sort=("reviewee__field", "rank_in_field"),
            width=10,
        ),
        Column("mode", "述职方式", "reviewee.get_mode_display", shown=False),
        Column("n_valid", "有效票", "n_valid", sort=("n_valid",), numeric=True, width=8),
        Column(
            "ballot",
            "测评得分",
            "shown_ballot_score",
            sort=("ballot_score",),
            template="scoring/_score_cell.html",
            numeric=True,
            number_format="0.00",
        ),
        Column(
            "total",
            "总分",
            "shown_total",
            sort=("total",),
            template="scoring/_score_cell.html",
            numeric=True,
            number_format="0.00",
        ),
        Column(
            "rank",
            "领域内名次",
            "rank_in_field",
            sort=("rank_in_field",),
            template="scoring/_rank_cell.html",
            numeric=True,
            width=11,
        ),
    )
    filters: ClassVar[Sequence[Filter]] = (
        Filter("cycle", "周期", cycle_choices, lambda rows, value: rows.filter(run__cycle_id=value)),
        field_filter("field", "领域", Field.choices(), "reviewee__field"),
    )

    def is_allowed(self, request: HttpRequest) -> bool:
        return can_see_score_pages(request.user)  # type: ignore[arg-type]  # signed in, by the mixin

    def get_rows(self, request: HttpRequest) -> QuerySet[ScoreSummary]:
        return summaries_visible_to(request.user).select_related("reviewee", "run__cycle")  # type: ignore[arg-type]  # signed in

    def page_context(self, request: HttpRequest) -> dict[str, Any]:
        return {"runs": _runs_in_progress(request)}


def _runs_in_progress(request: HttpRequest) -> list[dict[str, Any]]:
    """Return, for staff, each cycle in which scores are made, with its latest run."""
    user: Any = request.user
    if not user.is_department_staff:
        return []
    cycles = [
        cycle
        for cycle in cycles_visible_to(user).filter(stage__in=SCORABLE_STAGES).select_related("host")
        if can_request_score_run(user, cycle)
    ]
    return [_run_state(cycle) for cycle in cycles]


def _run_state(cycle: ReviewCycle) -> dict[str, Any]:
    run = latest_run(cycle)
    return {"cycle": cycle, "run": run, "is_outdated": run is not None and is_outdated(run)}


@require_GET
@login_required
def summary_detail(request: LoggedInRequest, summary_id: int) -> HttpResponse:
    """Show how one reviewee's score came about."""
    rows = summaries_visible_to(request.user).select_related("reviewee", "run__cycle__scheme")
    summary = get_object_or_404(rows, pk=summary_id)
    context = {
        "summary": summary,
        "reviewee": summary.reviewee,
        "cycle": summary.run.cycle,
        "run": summary.run,
        "explanation": explain(summary),
        "crumbs": [("得分汇总", reverse("scoring:summary_list")), (summary.reviewee.name, "")],
    }
    return render(request, "scoring/summary_detail.html", context)


@require_GET
@login_required
def run_detail(request: LoggedInRequest, run_id: int) -> HttpResponse:
    """Show one computation: its progress, what was missing, what it read."""
    if not request.user.is_department_staff:
        raise PermissionDenied
    rows = runs_visible_to(request.user).select_related("cycle", "job__result", "requested_by")
    run = get_object_or_404(rows, pk=run_id)
    context = {
        "run": run,
        "job": run.job,
        "cycle": run.cycle,
        "can_rerun": run.cycle.stage in SCORABLE_STAGES,
        "earlier": rows.filter(cycle=run.cycle).exclude(pk=run.pk)[:10],
        "crumbs": [("得分汇总", reverse("scoring:summary_list")), ("计分", "")],
    }
    return render(request, "scoring/run_detail.html", context)


@require_POST
@login_required
def run_create(request: LoggedInRequest, cycle_id: int) -> HttpResponse:
    """Ask for a new computation and show its progress."""
    cycle = get_object_or_404(cycles_visible_to(request.user), pk=cycle_id)
    if not can_request_score_run(request.user, cycle):
        raise PermissionDenied
    try:
        run = request_score_run(cycle.pk, actor=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("scoring:summary_list")
    return redirect("scoring:run_detail", run.pk)
