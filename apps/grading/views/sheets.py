"""The deliberation sheet: what is proposed, what is decided, and by whom."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import BaseFormSet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from apps.accounts.kit.requests import LoggedInRequest
from apps.common.errors import DomainError, StaleVersion
from apps.cycles.domain.grades import Grade
from apps.cycles.models import ReviewCycle
from apps.grading.domain.meetings import Member, attendance
from apps.grading.domain.schemes import rules_in_words
from apps.grading.domain.states import DeliberationState
from apps.grading.forms import (
    DecisionForm,
    DeliberationForm,
    MemberForm,
    MemberFormSet,
    SendBackForm,
    member_rows,
    members_of,
)
from apps.grading.models import Deliberation, GradeDecision
from apps.grading.policies import can_sign_off
from apps.grading.selectors.quotas import quotas_of
from apps.grading.selectors.rules import grading_scheme
from apps.grading.selectors.sheets import SHOWN, Sheet, counts, line_of, narrowed, sheet_of
from apps.grading.services import (
    MeetingRecord,
    decide_all_as_proposed,
    decide_grade,
    record_deliberation,
    start_deliberation,
)
from apps.grading.views.common import act_on_sheet, cycle_for_staff, decision_for_staff
from apps.scoring.domain.states import RunState
from apps.scoring.models import ScoreRun
from apps.scoring.selectors import current_run, is_outdated


@require_GET
@login_required
def deliberation_detail(request: LoggedInRequest, cycle_id: int) -> HttpResponse:
    """Show the deliberation sheet."""
    return sheet_page(request, cycle_for_staff(request, cycle_id))


@require_GET
@login_required
def deliberation_print(request: LoggedInRequest, cycle_id: int) -> HttpResponse:
    """Show the sheet as it is printed for the meeting."""
    cycle = cycle_for_staff(request, cycle_id)
    deliberation = getattr(cycle, "deliberation", None)
    if deliberation is None:
        raise Http404
    sheet = sheet_of(deliberation)
    context = {
        "cycle": cycle,
        "deliberation": deliberation,
        "sections": narrowed(sheet, field=request.GET.get("field", "")),
        "rules": rules_in_words(sheet.scheme),
        "has_links": bool(sheet.scheme.links),
        "members": [one.plain for one in deliberation.members.all()],
    }
    return render(request, "grading/deliberation_print.html", context)


def sheet_page(request: LoggedInRequest, cycle: ReviewCycle, **more: Any) -> HttpResponse:
    """Show the sheet; ``more`` are forms with errors to be shown in place of fresh ones."""
    deliberation = getattr(cycle, "deliberation", None)
    is_signed = deliberation is not None and deliberation.signed_off_at is not None
    run = _current_run(cycle, deliberation)
    context = {
        "cycle": cycle,
        "deliberation": deliberation,
        "run": run,
        "grades": list(Grade),
        "is_outdated": run is not None and not is_signed and is_outdated(run),
        "is_ready": run is not None and run.state == RunState.DONE.value,
        "can_sign_off": can_sign_off(request.user, cycle),
        "crumbs": [("等次审定", reverse("grading:deliberation_list")), (cycle.title, "")],
    }
    if deliberation is not None:
        context |= _sheet_context(request, deliberation, sheet_of(deliberation))
        context["is_behind"] = run is not None and run.pk != deliberation.run_id
    return render(request, "grading/deliberation_detail.html", context | more)


def _current_run(cycle: ReviewCycle, deliberation: Deliberation | None) -> ScoreRun | None:
    run = deliberation.run if deliberation is not None else None
    if run is None or not run.is_current:
        run = current_run(cycle)
    if run is not None:
        run.cycle = cycle
    return run


def _sheet_context(request: LoggedInRequest, deliberation: Deliberation, sheet: Sheet) -> dict[str, Any]:
    lines = sheet.lines
    show, field = request.GET.get("show", ""), request.GET.get("field", "")
    shown = counts(lines)
    members = [one.plain for one in deliberation.members.all()]
    return {
        "sections": narrowed(sheet, field=field, show=show),
        "show": show if show in SHOWN else "",
        "field": field,
        "choices": [(key, label, shown[key]) for key, (label, _) in SHOWN.items()],
        "quotas": sheet.quotas,
        "rules": rules_in_words(sheet.scheme),
        "has_links": bool(sheet.scheme.links),
        "annual_weight": sheet.scheme.annual_weight,
        **_state(deliberation),
        "is_own_work": any(line.decision.decided_by_id == request.user.pk for line in lines),
        "steps": list(deliberation.steps.select_related("by")),
        "members": members,
        "attendance": attendance(members),
        "n_lines": len(lines),
        "n_open": shown["undecided"],
        "n_flagged": sum(line.is_noteworthy and not line.is_decided for line in lines),
        "n_departures": sum(line.is_departure for line in lines),
        "record_form": _record_form(deliberation),
        "member_rows": member_rows(members),
        "send_back_form": SendBackForm(),
    }


def _state(deliberation: Deliberation) -> dict[str, bool]:
    return {
        "is_draft": deliberation.state is DeliberationState.DRAFT,
        "is_reviewed": deliberation.state is DeliberationState.REVIEWED,
        "is_signed": deliberation.state is DeliberationState.SIGNED_OFF,
    }


def _stored_record(deliberation: Deliberation) -> dict[str, Any]:
    return {name: getattr(deliberation, name) for name in ("held_on", "place", "quorum_note", "minutes")}


def _record_form(deliberation: Deliberation) -> DeliberationForm:
    return DeliberationForm(initial=_stored_record(deliberation) | {"version": deliberation.version})


@require_POST
@login_required
def deliberation_start(request: LoggedInRequest, cycle_id: int) -> HttpResponse:
    """Propose grades and open the sheet."""
    cycle = cycle_for_staff(request, cycle_id)

    def act() -> str:
        deliberation = start_deliberation(cycle.pk, actor=request.user, at=timezone.now())
        return f"已为 {deliberation.decisions.count()} 人提出建议等次，请研究审定。"

    return act_on_sheet(request, cycle, act)


@require_POST
@login_required
def deliberation_decide_all(request: LoggedInRequest, cycle_id: int) -> HttpResponse:
    """Decide all open grades as proposed."""
    cycle = cycle_for_staff(request, cycle_id)
    get_object_or_404(Deliberation, cycle=cycle)

    def act() -> str:
        n = decide_all_as_proposed(cycle.pk, actor=request.user, at=timezone.now())
        return f"已按建议审定 {n} 人。"

    return act_on_sheet(request, cycle, act)


@require_POST
@login_required
def deliberation_record(request: LoggedInRequest, cycle_id: int) -> HttpResponse:
    """Record the meeting and who was there."""
    cycle = cycle_for_staff(request, cycle_id)
    deliberation = get_object_or_404(Deliberation, cycle=cycle)
    form = DeliberationForm(request.POST)
    rows: BaseFormSet[MemberForm] = MemberFormSet(request.POST, prefix="members")
    if form.is_valid() and rows.is_valid():
        refusal = _record(request, deliberation, form, members_of(rows))
        if refusal is None:
            messages.success(request, "已保存会议情况。")
            return redirect(f"{reverse('grading:deliberation_detail', args=[cycle.pk])}#meeting")
    return sheet_page(request, cycle, record_form=form, member_rows=rows)


def _record(
    request: LoggedInRequest, deliberation: Deliberation, form: DeliberationForm, members: list[Member]
) -> DomainError | None:
    data = dict(form.cleaned_data)
    version = data.pop("version")
    try:
        record_deliberation(
            deliberation.cycle_id,
            record=MeetingRecord(members=members, **data),
            version=version,
            actor=request.user,
            at=timezone.now(),
        )
    except StaleVersion as refusal:
        deliberation.refresh_from_db()
        form.keep_after_conflict(deliberation.version, _stored_record(deliberation))
        if deliberation.members_present:
            form.add_error(None, f"别人已保存的会议人员：{deliberation.members_present}")
        return refusal
    except DomainError as refusal:
        form.add_error(None, refusal.message)
        return refusal
    return None


@require_POST
@login_required
def decision_decide(request: LoggedInRequest, decision_id: int) -> HttpResponse:
    """Decide one grade. htmx gets the row and the quota back, a plain form the sheet."""
    decision = decision_for_staff(request, decision_id)
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
        except StaleVersion:
            _tell_conflict(form, decision)
        except DomainError as refusal:
            form.add_error(None, refusal.message)
    if getattr(request, "htmx", False):
        return _row(request, decision, form if form.errors else None)
    if form.errors:
        cycle = cycle_for_staff(request, decision.reviewee.cycle_id)
        return sheet_page(request, cycle, wrong_id=decision.pk, wrong_form=form)
    messages.success(request, f"已审定{decision.reviewee.name}。")
    url = reverse("grading:deliberation_detail", args=[decision.reviewee.cycle_id])
    return redirect(f"{url}#decision-{decision.pk}")


def _tell_conflict(form: DecisionForm, decision: GradeDecision) -> None:
    """Keep what was typed, and say what somebody else decided meanwhile."""
    decision.refresh_from_db(fields=["version", "overall_grade", "departure_reason", "decided_by"])
    form.keep_after_conflict(decision.version, {})
    reason = f"，理由：{decision.departure_reason}" if decision.departure_reason else ""
    decided = decision.get_overall_grade_display() or "未审定"
    form.add_error(None, f"{decision.decided_by or '系统'}已改为“{decided}”{reason}")


def _row(request: LoggedInRequest, decision: GradeDecision, wrong_form: DecisionForm | None) -> HttpResponse:
    deliberation = decision.deliberation
    scheme = grading_scheme(decision.reviewee.cycle)
    quotas = quotas_of(deliberation, scheme)
    context = {
        "line": line_of(decision.pk, scheme),
        "grades": list(Grade),
        **_state(deliberation),
        "has_links": bool(scheme.links),
        "annual_weight": scheme.annual_weight,
        "quotas": quotas,
        "n_lines": sum(quota.n_members for quota in quotas),
        "n_open": sum(quota.n_undecided for quota in quotas),
        "wrong_id": decision.pk if wrong_form else None,
        "wrong_form": wrong_form,
        "is_update": True,
    }
    return render(request, "grading/_decision_update.html", context)
