"""The department's pages: progress board, reminder, return, approve."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.common.errors import DomainError
from apps.cycles.models import ReviewCycle
from apps.cycles.selectors import cycles_visible_to
from apps.duty_reports import services
from apps.duty_reports.domain.states import ReportState
from apps.duty_reports.forms import ReturnForm
from apps.duty_reports.lists import account
from apps.duty_reports.policies import can_list_reports, can_remind
from apps.duty_reports.selectors import board_of, duty_reports_visible_to, recent_reminders, written_sections
from apps.duty_reports.services import ReminderOutcome
from apps.duty_reports.views.doors import crumbs, reviewed_report
from apps.duty_reports.views.reading import report_context


@login_required
@require_GET
def report_board(request: HttpRequest) -> HttpResponse:
    """Show how many reports stand where, for one cycle and for each organization below its host."""
    user = account(request)
    if not can_list_reports(user):
        raise PermissionDenied
    cycles = list(
        cycles_visible_to(user).exclude(stage="draft").select_related("host").order_by("-year", "host__depth")
    )
    wanted = request.GET.get("cycle", "")
    cycle = next((one for one in cycles if str(one.pk) == wanted), cycles[0] if cycles else None)
    context = {
        "cycles": cycles,
        "cycle": cycle,
        "crumbs": [("述职报告", reverse("duty_reports:report_list")), ("报送进度", "")],
    }
    return render(request, "duty_reports/report_board.html", context | _board(request, cycle))


def _board(request: HttpRequest, cycle: ReviewCycle | None) -> dict[str, object]:
    if cycle is None:
        return {}
    whole, lines = board_of(cycle, duty_reports_visible_to(account(request)))
    by_state = dict(zip(ReportState, whole.counts, strict=True))
    return {
        "states": [state.label for state in ReportState],
        "figures": list(zip(ReportState, whole.counts, strict=True)),
        "whole": whole,
        "lines": lines,
        "n_waiting": by_state[ReportState.DRAFT] + by_state[ReportState.RETURNED],
        "n_handed_in": by_state[ReportState.SUBMITTED] + by_state[ReportState.APPROVED],
        "may_remind": can_remind(account(request), cycle),
        "reminders": recent_reminders(cycle),
    }


@login_required
@require_POST
def cycle_remind(request: HttpRequest, cycle_id: int) -> HttpResponse:
    """Remind everybody whose report is not handed in, or the one report named."""
    user = account(request)
    if not can_list_reports(user):
        raise PermissionDenied
    cycle = get_object_or_404(cycles_visible_to(user).select_related("host"), pk=cycle_id)
    if not can_remind(user, cycle):
        raise PermissionDenied
    only = [int(value) for value in request.POST.getlist("report") if value.isdecimal()]
    try:
        outcome = services.remind_authors(cycle.pk, report_ids=only or None, actor=user, at=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        _tell(request, outcome)
    if len(only) == 1:
        return redirect("duty_reports:report_detail", only[0])
    return redirect(f"{reverse('duty_reports:report_board')}?cycle={cycle.pk}")


def _tell(request: HttpRequest, outcome: ReminderOutcome) -> None:
    if outcome.reached:
        messages.success(request, f"已催办{len(outcome.reached)}人，登录后即可看到。")
    if outcome.unreached:
        names = "、".join(outcome.unreached)
        messages.warning(request, f"下列{len(outcome.unreached)}人没有可用的账号，请打电话：{names}。")


@login_required
@require_http_methods(["GET", "POST"])
def report_return(request: HttpRequest, report_id: int) -> HttpResponse:
    """Ask for the reason beside the text, then send the report back."""
    report = reviewed_report(request, report_id)
    form = ReturnForm(request.POST or None, sections=written_sections(report))
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            services.return_duty_report(
                report.pk,
                reason=form.cleaned_data["reason"],
                marks=form.marks(),
                actor=account(request),
                at=timezone.now(),
            )
        except DomainError as error:
            refusal = error.message
        else:
            messages.success(request, f"已退回{report.reviewee.name}修改，并通知本人。")
            return redirect("duty_reports:report_detail", report.pk)
    context = report_context(request, report) | {
        "form": form,
        "refusal": refusal,
        "marked": [
            (section, form[f"quote-{section.section_id}"], form[f"note-{section.section_id}"])
            for section in written_sections(report)
        ],
        "crumbs": crumbs(request, report, "退回修改"),
    }
    status = 200 if request.method == "GET" else 409 if refusal else 422
    return render(request, "duty_reports/report_return.html", context, status=status)


@login_required
@require_POST
def report_approve(request: HttpRequest, report_id: int) -> HttpResponse:
    report = reviewed_report(request, report_id)
    try:
        services.approve_duty_report(
            report.pk, note=request.POST.get("note", "")[:1000], actor=account(request), at=timezone.now()
        )
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"{report.reviewee.name}的述职报告已审核通过。")
    return redirect("duty_reports:report_detail", report.pk)
