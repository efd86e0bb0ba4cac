"""Pages of scores: the list, one reviewee's explanation, a run, the verification of a session."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from apps.accounts.kit.requests import LoggedInRequest
from apps.common.errors import DomainError
from apps.cycles.selectors import cycles_visible_to
from apps.evaluations.models import EvaluationSession
from apps.scoring.kit.explanation_parts import parts_for
from apps.scoring.models import ScoreRun
from apps.scoring.policies import can_export_package, can_request_score_run
from apps.scoring.selectors import SCORABLE_STAGES, runs_visible_to, summaries_visible_to
from apps.scoring.selectors.explanations import explain
from apps.scoring.selectors.run_pages import (
    by_reason,
    changes_of,
    figures_changed,
    input_hashes_of,
    missing_of,
    steps_of,
)
from apps.scoring.selectors.verifications import latest_verification_job, opened_sessions_visible_to
from apps.scoring.services import export_results, request_score_run, request_verification

CHANGES_PER_PAGE = 50


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
        "parts": parts_for(summary.pk, request.user),
        "crumbs": [("得分汇总", reverse("scoring:summary_list")), (summary.reviewee.name, "")],
    }
    return render(request, "scoring/summary_detail.html", context)


@require_GET
@login_required
def run_detail(request: LoggedInRequest, run_id: int) -> HttpResponse:
    """Show one computation: its progress, what was missing, what it read."""
    if not request.user.is_department_staff:
        raise PermissionDenied
    rows = runs_visible_to(request.user).select_related("cycle__scheme", "job__result", "requested_by")
    run = get_object_or_404(rows, pk=run_id)
    missing = missing_of(run) if run.missing else []
    context = {
        "run": run,
        "job": run.job,
        "cycle": run.cycle,
        "steps": steps_of(run),
        "missing": missing,
        "reasons": by_reason(missing),
        "input_hashes": input_hashes_of(run),
        "can_rerun": run.cycle.stage in SCORABLE_STAGES,
        "sessions": opened_sessions_visible_to(request.user).filter(cycle=run.cycle).order_by("pk"),
        "crumbs": [
            ("得分汇总", reverse("scoring:summary_list")),
            ("历次计分", f"{reverse('scoring:run_list')}?cycle={run.cycle_id}"),
            ("计分", ""),
        ],
    }
    return render(request, "scoring/run_detail.html", context | _changes(request, run))


def _changes(request: LoggedInRequest, run: ScoreRun) -> dict[str, Any]:
    """Return the table of what changed against the run before, as the filter of the page narrows it."""
    query, figure = request.GET.get("q", ""), request.GET.get("figure", "")
    found = changes_of(run, query=query, figure=figure)
    return {
        "changes": Paginator(found, CHANGES_PER_PAGE).get_page(request.GET.get("page")),
        "figures": figures_changed(run),
        "query": query,
        "figure": figure,
        "narrowing": urlencode({"q": query, "figure": figure}),
    }


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


def _held_session(request: LoggedInRequest, session_id: int) -> EvaluationSession:
    if not request.user.is_department_staff:
        raise PermissionDenied
    rows = opened_sessions_visible_to(request.user).select_related("cycle__host", "closing")
    session = get_object_or_404(rows, pk=session_id)
    if not can_export_package(request.user, session):
        raise PermissionDenied
    return session


@require_GET
@login_required
def verification(request: LoggedInRequest, session_id: int) -> HttpResponse:
    """Show what the independent verifier found about an opened session."""
    session = _held_session(request, session_id)
    finding = session.verification or {}
    context = {
        "session": session,
        "finding": finding,
        "is_outdated": bool(finding) and finding["marks_hash"] != session.closing.marks_hash,
        "job": latest_verification_job(session),
        "crumbs": [
            ("测评", reverse("evaluations:session_list")),
            (session.title, reverse("evaluations:session_detail", args=[session.pk])),
            ("复核", ""),
        ],
    }
    return render(request, "scoring/verification.html", context)


@require_POST
@login_required
def verification_create(request: LoggedInRequest, session_id: int) -> HttpResponse:
    """Ask for another verification and show its progress."""
    session = _held_session(request, session_id)
    try:
        request_verification(session.pk, actor=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("scoring:verification", session.pk)


@require_POST
@login_required
def package_download(request: LoggedInRequest, session_id: int) -> HttpResponse:
    """Hand out the result package. It holds counts that no page shows, so the log says who took it."""
    session = _held_session(request, session_id)
    content = export_results(session.pk, actor=request.user, at=timezone.now())
    response = HttpResponse(content, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="results-{session.pk}.zip"'
    response["Cache-Control"] = "no-store, private"
    return response
