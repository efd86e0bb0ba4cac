"""Reading a report: its page, its print, its rounds."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from apps.cycles.domain.checks import plain
from apps.cycles.domain.stages import Stage
from apps.duty_reports.domain.states import ReportState
from apps.duty_reports.domain.submission import may_decide, may_write, percent
from apps.duty_reports.lists import account
from apps.duty_reports.models import DutyReport
from apps.duty_reports.policies import can_review, can_write
from apps.duty_reports.selectors import figures_of, own_problems, own_reports, rounds_of, written_sections
from apps.duty_reports.views.doors import crumbs, seen_report


def report_context(request: HttpRequest, report: DutyReport) -> dict[str, Any]:
    """Return what every page that shows a whole report needs."""
    user, cycle = account(request), report.reviewee.cycle
    stage, state = Stage(cycle.stage), ReportState(report.state)
    sections = written_sections(report)
    figures = figures_of(sections)
    is_own = can_write(user, report)
    return {
        "report": report,
        "reviewee": report.reviewee,
        "cycle": cycle,
        "sections": sections,
        "follow_ups": report.follow_ups.all(),
        "own_problems": own_problems(report),
        "figures": figures,
        "share": None if figures.share is None else percent(figures.share),
        "min_share": plain(cycle.scheme.min_problem_share) if cycle.scheme.min_problem_share else "",
        "is_own": is_own,
        "may_write": is_own and may_write(stage, state),
        "may_decide": can_review(user, report) and may_decide(stage, state),
    }


@login_required
@require_GET
def report_detail(request: HttpRequest, report_id: int) -> HttpResponse:
    report = seen_report(request, report_id)
    context = report_context(request, report) | {
        "rounds": report.rounds.select_related("submitted_by", "decided_by").order_by("-round_no"),
        "reminders": report.reminders.select_related("sent_by")[:10],
        "years": own_reports(account(request)) if can_write(account(request), report) else [],
        "crumbs": crumbs(request, report),
    }
    return render(request, "duty_reports/report_detail.html", context)


@login_required
@require_GET
def report_print(request: HttpRequest, report_id: int) -> HttpResponse:
    """Show the report as it is printed."""
    report = seen_report(request, report_id)
    context = report_context(request, report) | {"crumbs": crumbs(request, report, "打印")}
    return render(request, "duty_reports/report_print.html", context)


@login_required
@require_GET
def report_rounds(request: HttpRequest, report_id: int) -> HttpResponse:
    """Show every round, newest first, with what changed since the one before."""
    report = seen_report(request, report_id)
    context = {
        "report": report,
        "reviewee": report.reviewee,
        "rounds": rounds_of(report),
        "crumbs": crumbs(request, report, "审核轮次"),
    }
    return render(request, "duty_reports/report_rounds.html", context)
