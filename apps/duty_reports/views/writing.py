"""The author's pages: write with autosave or with the button, answer last year's items, hand in."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from apps.common.errors import DomainError
from apps.cycles.domain.checks import plain
from apps.cycles.domain.stages import Stage
from apps.duty_reports import services
from apps.duty_reports.domain.states import ReportState
from apps.duty_reports.domain.submission import may_write, percent
from apps.duty_reports.errors import ReportIncomplete, RevisionConflict
from apps.duty_reports.lists import account
from apps.duty_reports.models import DutyReport, FollowUp
from apps.duty_reports.selectors import (
    figures_of,
    gaps_of,
    last_returned,
    own_problems,
    own_reports,
    with_marks,
    written_sections,
)
from apps.duty_reports.views.doors import crumbs, written_report


@login_required
@require_GET
def my_report(request: HttpRequest) -> HttpResponse:
    """Lead a secretary to the report of the latest year; say so if there is none yet."""
    if account(request).secretary_id is None:
        raise PermissionDenied
    latest = own_reports(account(request)).first()
    if latest is None:
        return render(request, "duty_reports/my_report.html")
    if _is_writable(latest):
        return redirect("duty_reports:report_edit", latest.pk)
    return redirect("duty_reports:report_detail", latest.pk)


def _is_writable(report: DutyReport) -> bool:
    return may_write(Stage(report.reviewee.cycle.stage), ReportState(report.state))


@login_required
@require_GET
def report_edit(request: HttpRequest, report_id: int) -> HttpResponse:
    report = written_report(request, report_id)
    if not _is_writable(report):
        messages.info(request, "报告现在不能修改，只能查看。")
        return redirect("duty_reports:report_detail", report.pk)
    return _edit_page(request, report)


def _edit_page(request: HttpRequest, report: DutyReport, **more: Any) -> HttpResponse:
    sections = written_sections(report)
    figures = figures_of(sections)
    returned = last_returned(report) if report.state == ReportState.RETURNED.value else None
    minimum = report.reviewee.cycle.scheme.min_problem_share
    context = {
        "report": report,
        "reviewee": report.reviewee,
        "cycle": report.reviewee.cycle,
        "boxes": with_marks(sections, returned),
        "follow_ups": report.follow_ups.all(),
        "figures": figures,
        "share": None if figures.share is None else percent(figures.share),
        "min_share": plain(minimum) if minimum else "",
        "own_problems": own_problems(report),
        "returned": returned,
        "years": own_reports(account(request)),
        "crumbs": crumbs(request, report, "填写"),
    }
    return render(request, "duty_reports/report_edit.html", context | more, status=more.get("status", 200))


@login_required
@require_POST
def section_save(request: HttpRequest, report_id: int, section_id: int) -> JsonResponse:
    """Autosave of one heading: 200 with the new revision, or 409 with what is stored."""
    report = written_report(request, report_id)
    get_object_or_404(report.texts, section_id=section_id)
    return _answer_save(
        lambda: (
            services.save_section(
                report.pk,
                section_id=section_id,
                text=request.POST.get("text", ""),
                revision=_revision(request, "revision"),
                actor=account(request),
                at=timezone.now(),
            ).revision
        )
    )


@login_required
@require_POST
def follow_up_save(request: HttpRequest, report_id: int, follow_up_id: int) -> JsonResponse:
    """Autosave of one answer, like a heading."""
    report = written_report(request, report_id)
    get_object_or_404(report.follow_ups, pk=follow_up_id)
    return _answer_save(
        lambda: (
            services.save_follow_up_answer(
                follow_up_id,
                answer=request.POST.get("text", ""),
                revision=_revision(request, "revision"),
                actor=account(request),
                at=timezone.now(),
            ).revision
        )
    )


def _answer_save(act: Any) -> JsonResponse:
    try:
        revision = act()
    except RevisionConflict as error:
        stored = {"stored_text": error.stored_text, "stored_revision": error.stored_revision}
        return JsonResponse({"code": error.code, "detail": error.message, **stored}, status=409)
    except DomainError as error:
        return JsonResponse({"code": error.code, "detail": error.message}, status=409)
    return JsonResponse({"revision": revision, "saved_at": f"{timezone.localtime():%H:%M:%S}"})


def _revision(request: HttpRequest, name: str) -> int:
    typed = request.POST.get(name, "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else -1  # noqa: PLR2004 -- fits int4


@login_required
@require_POST
def report_save(request: HttpRequest, report_id: int) -> HttpResponse:
    """Save the whole page at once; this is how it works without scripts."""
    report = written_report(request, report_id)
    kept = _save_all(request, report)
    if kept:
        return _edit_page(request, report, kept=kept, status=409)
    messages.success(request, "报告已保存。")
    return redirect("duty_reports:report_edit", report.pk)


@login_required
@require_POST
def report_submit(request: HttpRequest, report_id: int) -> HttpResponse:
    """Save what is on the page, then hand in. Pressed twice, the second time changes nothing."""
    report = written_report(request, report_id)
    kept = _save_all(request, report) if _is_writable(report) else []
    if kept:
        return _edit_page(request, report, kept=kept, status=409)
    try:
        services.submit_duty_report(report.pk, actor=account(request), at=timezone.now())
    except ReportIncomplete:
        return _edit_page(request, report, gaps=gaps_of(report), status=409)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "述职报告已提交，审核结果会通知您。")
    return redirect("duty_reports:report_detail", report.pk)


def _save_all(request: HttpRequest, report: DutyReport) -> list[dict[str, str]]:
    """Save every box of the page; return those that were not saved, with the refusal and what was typed."""
    kept = []
    for row in report.texts.select_related("section"):
        name = f"section-{row.section_id}"
        if name in request.POST:
            kept += _save_one(
                request, name, row.section.title, services.save_section, report.pk, section_id=row.section_id
            )
    for item in report.follow_ups.all():
        name = f"follow-up-{item.pk}"
        if name in request.POST:
            kept += _save_answer(request, name, item)
    return kept


def _save_one(
    request: HttpRequest, name: str, title: str, save: Any, *ids: int, field: str = "text", **more: Any
) -> list[dict[str, str]]:
    typed = request.POST[name]
    try:
        save(
            *ids,
            **{field: typed},
            revision=_revision(request, f"revision-{name}"),
            actor=account(request),
            at=timezone.now(),
            **more,
        )
    except DomainError as error:
        return [{"title": title, "message": error.message, "typed": typed}]
    return []


def _save_answer(request: HttpRequest, name: str, item: FollowUp) -> list[dict[str, str]]:
    title = f"上年度问题“{item}”"
    return _save_one(request, name, title, services.save_follow_up_answer, item.pk, field="answer")


@login_required
@require_POST
def problem_add(request: HttpRequest, report_id: int) -> HttpResponse:
    report = written_report(request, report_id)
    _save_page(request, report)
    try:
        services.add_own_problem(
            report.pk, text=request.POST.get("text", ""), actor=account(request), at=timezone.now()
        )
    except DomainError as error:
        return _problems(request, report, error.message)
    return _problems(request, report)


@login_required
@require_POST
def problem_remove(request: HttpRequest, report_id: int, problem_id: int) -> HttpResponse:
    report = written_report(request, report_id)
    _save_page(request, report)
    try:
        services.remove_own_problem(
            report.pk, problem_id=problem_id, actor=account(request), at=timezone.now()
        )
    except DomainError as error:
        return _problems(request, report, error.message)
    return _problems(request, report)


def _save_page(request: HttpRequest, report: DutyReport) -> None:
    """Without scripts these buttons send the whole page: keep what was typed."""
    for one in _save_all(request, report):
        messages.error(request, f"{one['title']}：{one['message']}")


def _problems(request: HttpRequest, report: DutyReport, refusal: str = "") -> HttpResponse:
    """Answer the list alone to htmx, the page to everybody else."""
    if request.headers.get("HX-Request"):
        context = {"report": report, "own_problems": own_problems(report), "refusal": refusal}
        return render(request, "duty_reports/_own_problems.html", context)
    if refusal:
        messages.error(request, refusal)
    return redirect("duty_reports:report_edit", report.pk)
