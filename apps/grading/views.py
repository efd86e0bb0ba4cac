"""Pages of grading: the deliberation sheet, sign-off, letters, tables."""

from collections.abc import Callable
from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts.kit.requests import LoggedInRequest
from apps.common.errors import DomainError
from apps.common.kit.sheets import XLSX
from apps.cycles.domain.grades import Grade
from apps.cycles.models import ReviewCycle
from apps.grading.domain.letters import SummaryTable
from apps.grading.forms import DecisionForm, DeliberationForm
from apps.grading.models import Deliberation, GradeDecision
from apps.grading.pdf import summary_table as summary_table_pdf
from apps.grading.policies import can_deliberate, can_issue_letters, can_sign_off
from apps.grading.selectors import (
    cycles_to_decide,
    decisions_visible_to,
    deliberation_of,
    letters_visible_to,
    own_decisions,
)
from apps.grading.selectors.contents import summary_table
from apps.grading.selectors.sheets import line_of, quotas_of, sheet_of
from apps.grading.services import (
    decide_all_as_proposed,
    decide_grade,
    mark_letter_read,
    record_deliberation,
    request_feedback_letters,
    sign_off,
    start_deliberation,
)
from apps.grading.sheets import summary_workbook
from apps.scoring.domain.states import RunState
from apps.scoring.models import ScoreSummary
from apps.scoring.selectors import current_run, is_outdated


def _cycle_for_staff(request: LoggedInRequest, cycle_id: int) -> ReviewCycle:
    if not request.user.is_department_staff:
        raise PermissionDenied
    cycle = get_object_or_404(cycles_to_decide(request.user).select_related("scheme", "host"), pk=cycle_id)
    if not can_deliberate(request.user, cycle):
        raise PermissionDenied
    return cycle


@require_GET
@login_required
def deliberation_detail(request: LoggedInRequest, cycle_id: int) -> HttpResponse:
    """Show the deliberation sheet."""
    cycle = _cycle_for_staff(request, cycle_id)
    return _sheet_page(request, cycle)


def _sheet_page(
    request: LoggedInRequest,
    cycle: ReviewCycle,
    *,
    record_form: DeliberationForm | None = None,
    wrong: tuple[int, DecisionForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    deliberation = deliberation_of(cycle)
    run = current_run(cycle)
    context = {
        "cycle": cycle,
        "deliberation": deliberation,
        "run": run,
        "grades": list(Grade),
        "is_outdated": run is not None and is_outdated(run),
        "is_ready": run is not None and run.state == RunState.DONE.value,
        "can_sign_off": can_sign_off(request.user, cycle),
        "crumbs": [("等次审定", reverse("grading:deliberation_list")), (cycle.title, "")],
    }
    if deliberation is not None:
        deliberation.cycle = cycle
        sections = sheet_of(deliberation)
        lines = [line for section in sections for line in section.lines]
        context |= {
            "sections": sections,
            "is_signed": deliberation.signed_off_at is not None,
            "n_lines": len(lines),
            "n_open": sum(not line.decision.overall_grade for line in lines),
            "n_flagged": sum(bool(line.flags) and not line.decision.overall_grade for line in lines),
            "n_departures": sum(line.is_departure for line in lines),
            "is_behind": run is not None and run.pk != deliberation.run_id,
            "record_form": record_form or _record_form(deliberation),
            "wrong_id": wrong[0] if wrong else None,
            "wrong_form": wrong[1] if wrong else None,
        }
    return render(request, "grading/deliberation_detail.html", context, status=status)


def _record_form(deliberation: Deliberation) -> DeliberationForm:
    initial = {
        "held_on": deliberation.held_on,
        "members_present": deliberation.members_present,
        "version": deliberation.version,
    }
    return DeliberationForm(initial=initial)


def _act(request: LoggedInRequest, cycle: ReviewCycle, act: Callable[[], str]) -> HttpResponse:
    """Do one act on the sheet, tell how it went, and show the sheet again."""
    try:
        messages.success(request, act())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    return redirect("grading:deliberation_detail", cycle.pk)


@require_POST
@login_required
def deliberation_start(request: LoggedInRequest, cycle_id: int) -> HttpResponse:
    """Propose grades and open the sheet."""
    cycle = _cycle_for_staff(request, cycle_id)

    def act() -> str:
        deliberation = start_deliberation(cycle.pk, actor=request.user, at=timezone.now())
        return f"已为 {deliberation.decisions.count()} 人提出建议等次，请研究审定。"

    return _act(request, cycle, act)


@require_POST
@login_required
def deliberation_record(request: LoggedInRequest, cycle_id: int) -> HttpResponse:
    """Record date and members of the meeting."""
    cycle = _cycle_for_staff(request, cycle_id)
    get_object_or_404(Deliberation, cycle=cycle)
    form = DeliberationForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            record_deliberation(cycle.pk, **data, actor=request.user, at=timezone.now())
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, "已保存会议日期和出席人员。")
            return redirect("grading:deliberation_detail", cycle.pk)
    return _sheet_page(request, cycle, record_form=form)


@require_POST
@login_required
def deliberation_decide_all(request: LoggedInRequest, cycle_id: int) -> HttpResponse:
    """Decide all open grades as proposed."""
    cycle = _cycle_for_staff(request, cycle_id)
    get_object_or_404(Deliberation, cycle=cycle)

    def act() -> str:
        n = decide_all_as_proposed(cycle.pk, actor=request.user, at=timezone.now())
        return f"已按建议审定 {n} 人。"

    return _act(request, cycle, act)


@require_POST
@login_required
def deliberation_sign_off(request: LoggedInRequest, cycle_id: int) -> HttpResponse:
    """Sign the grades off."""
    cycle = _cycle_for_staff(request, cycle_id)
    if not can_sign_off(request.user, cycle):
        raise PermissionDenied
    get_object_or_404(Deliberation, cycle=cycle)

    def act() -> str:
        sign_off(cycle.pk, actor=request.user, at=timezone.now())
        return "等次已签发，不再更改。周期进入“反馈整改”阶段，可以出具反馈意见书。"

    return _act(request, cycle, act)


@require_POST
@login_required
def decision_decide(request: LoggedInRequest, decision_id: int) -> HttpResponse:
    """Decide one grade. htmx gets the row and the quota back, a plain form the sheet."""
    if not request.user.is_department_staff:
        raise PermissionDenied
    rows = decisions_visible_to(request.user).select_related("reviewee__cycle__host")
    decision = get_object_or_404(rows, pk=decision_id)
    cycle = decision.reviewee.cycle
    if not can_deliberate(request.user, cycle):
        raise PermissionDenied
    form = DecisionForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            decide_grade(
                decision.pk,
                grade=Grade(data["grade"]),
                reason=data["reason"],
                version=data["version"],
                actor=request.user,
                at=timezone.now(),
            )
        except DomainError as refusal:
            form.add_error(None, refusal.message)
    if getattr(request, "htmx", False):
        return _row(request, decision.pk, form if form.errors else None)
    if form.errors:
        return _sheet_page(request, cycle, wrong=(decision.pk, form))
    messages.success(request, f"已审定{decision.reviewee.name}。")
    return redirect(f"{reverse('grading:deliberation_detail', args=[cycle.pk])}#decision-{decision.pk}")


def _row(request: LoggedInRequest, decision_id: int, wrong_form: DecisionForm | None) -> HttpResponse:
    decision = GradeDecision.objects.select_related(
        "reviewee", "decided_by", "deliberation__run", "deliberation__cycle__scheme"
    ).get(pk=decision_id)
    deliberation = decision.deliberation
    summary = (
        ScoreSummary.objects.select_related("run")
        .filter(run_id=deliberation.run_id, reviewee_id=decision.reviewee_id)
        .first()
    )
    quotas = quotas_of(deliberation)
    context = {
        "line": line_of(decision, summary),
        "grades": list(Grade),
        "is_signed": deliberation.signed_off_at is not None,
        "quotas": quotas,
        "n_lines": sum(quota.n_members for quota in quotas),
        "n_open": sum(quota.n_undecided for quota in quotas),
        "wrong_id": decision.pk if wrong_form else None,
        "wrong_form": wrong_form,
        "is_update": True,
    }
    return render(request, "grading/_decision_update.html", context)


@require_GET
@login_required
def summary_pdf(request: LoggedInRequest, cycle_id: int) -> HttpResponse:
    """Send the summary table as PDF."""
    table = _table(_cycle_for_staff(request, cycle_id))
    return _download(summary_table_pdf(table), f"{table.title}.pdf", "application/pdf")


@require_GET
@login_required
def summary_xlsx(request: LoggedInRequest, cycle_id: int) -> HttpResponse:
    """Send the summary table as xlsx."""
    table = _table(_cycle_for_staff(request, cycle_id))
    return _download(summary_workbook(table), f"{table.title}.xlsx", XLSX)


def _table(cycle: ReviewCycle) -> SummaryTable:
    deliberation = deliberation_of(cycle)
    signed_at = deliberation.signed_off_at if deliberation else None
    return summary_table(
        cycle,
        made_on=timezone.localdate(),
        signed_on=timezone.localtime(signed_at).date() if signed_at else None,
    )


def _download(content: bytes, name: str, content_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response


@require_POST
@login_required
def letters_request(request: LoggedInRequest, cycle_id: int) -> HttpResponse:
    """Order the letters of a whole cycle and show the job."""
    cycle = _cycle_for_staff(request, cycle_id)
    if not can_issue_letters(request.user, cycle):
        raise PermissionDenied
    return _order_letters(request, cycle, None)


@require_POST
@login_required
def letter_request(request: LoggedInRequest, decision_id: int) -> HttpResponse:
    """Order one letter and show the job."""
    if not request.user.is_department_staff:
        raise PermissionDenied
    rows = decisions_visible_to(request.user).select_related("reviewee__cycle__host")
    decision = get_object_or_404(rows, pk=decision_id)
    cycle = decision.reviewee.cycle
    if not can_issue_letters(request.user, cycle):
        raise PermissionDenied
    return _order_letters(request, cycle, [decision.reviewee_id])


def _order_letters(
    request: LoggedInRequest, cycle: ReviewCycle, reviewee_ids: list[int] | None
) -> HttpResponse:
    again = request.POST.get("again") == "1"
    try:
        job = request_feedback_letters(
            cycle.pk, reviewee_ids=reviewee_ids, again=again, actor=request.user, at=timezone.now()
        )
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect(f"{reverse('grading:letter_list')}?cycle={cycle.pk}")
    return redirect("documents:job_detail", job.pk)


@require_http_methods(["GET"])
@login_required
def my_feedback(request: LoggedInRequest) -> HttpResponse:
    """Show a secretary the own grades and letters of all years."""
    if request.user.secretary_id is None:
        raise PermissionDenied
    decisions = (
        own_decisions(request.user)
        .select_related("reviewee__cycle", "deliberation")
        .prefetch_related("letters__file")
        .order_by("-reviewee__cycle__year")
    )
    summaries = {
        one.reviewee_id: one
        for one in ScoreSummary.objects.filter(
            run__is_current=True, reviewee__grade_decision__in=decisions
        ).select_related("run")
    }
    years = [
        {
            "decision": one,
            "summary": summaries.get(one.reviewee_id),
            "letter": next(iter(one.letters.all()), None),
        }
        for one in decisions
    ]
    return render(request, "grading/my_feedback.html", {"years": years})


@require_POST
@login_required
def letter_download(request: LoggedInRequest, letter_id: int) -> HttpResponse:
    """Send a letter; when it is the own one, note that it has been taken."""
    letter = get_object_or_404(letters_visible_to(request.user), pk=letter_id)
    letter = mark_letter_read(letter.pk, actor=request.user, at=timezone.now())
    return redirect("documents:file_download", letter.file_id)
