"""The grid of findings: who meets which eligibility rule."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from apps.accounts.kit.requests import LoggedInRequest
from apps.assessments.domain.evidence import EvidenceFile
from apps.assessments.domain.findings import Finding
from apps.assessments.forms import FindingForm, SharedEvidenceForm
from apps.assessments.models import ConditionFinding
from apps.assessments.selectors import ASSESSABLE_STAGES
from apps.assessments.selectors.findings import (
    eligibility_conditions,
    figure_in_words,
    finding_rows,
    with_figures_in_words,
)
from apps.assessments.services import record_findings
from apps.assessments.views.doors import held_cycle
from apps.assessments.views.figures import CONFLICT
from apps.common.errors import DomainError, StaleVersion
from apps.cycles.models import GradeCondition, ReviewCycle, Reviewee

LINES_PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Row:
    """A reviewee with one cell per condition: its form, or ``None`` where the score decides, and the figure brought in for it."""

    reviewee: Reviewee
    cells: Sequence[tuple[GradeCondition, FindingForm | None, str]]


@require_http_methods(["GET", "POST"])
@login_required
def finding_grid(request: LoggedInRequest, cycle_id: int) -> HttpResponse:
    """Record who meets which condition, everybody on one page."""
    cycle = held_cycle(request, cycle_id)
    conditions = [*eligibility_conditions(cycle)]
    paginator = Paginator(with_figures_in_words(cycle.reviewees.all()), LINES_PER_PAGE)
    paginator.count = conditions[0].n_people if conditions else 0  # type: ignore[attr-defined]  # annotated
    page = paginator.get_page(request.GET.get("page"))
    rows = _rows(request, cycle, conditions, page)
    shared = SharedEvidenceForm(request.POST or None, request.FILES or None)
    error = ""
    if request.method == "POST" and _all_valid(rows, shared):
        findings = [found for form in _forms(rows) if (found := form.changed_finding())]
        try:
            _save(request, cycle, findings, shared.cleaned_data["evidence"])
            return redirect(request.get_full_path())
        except StaleVersion:
            rows = _rows(request, cycle, conditions, page)
            _all_valid(rows, shared)
            for form in _forms(rows):
                form.keep_after_conflict()
            error = CONFLICT
        except DomainError as refusal:
            error = refusal.message
    context = _context(request, cycle, conditions, page, rows) | {"shared": shared, "error": error}
    return render(request, "assessments/finding_grid.html", context)


def _rows(
    request: LoggedInRequest, cycle: ReviewCycle, conditions: Sequence[GradeCondition], page: Page[Reviewee]
) -> list[Row]:
    stored, data = finding_rows(cycle), request.POST if request.method == "POST" else None
    return [
        Row(
            reviewee,
            [
                (one, _cell(reviewee, one, stored, data), figure_in_words(reviewee, one.component_id))
                for one in conditions
            ],
        )
        for reviewee in page.object_list
    ]


def _cell(
    reviewee: Reviewee,
    condition: GradeCondition,
    stored: dict[tuple[int, int], ConditionFinding],
    data: QueryDict | None,
) -> FindingForm | None:
    if condition.component_id is not None:
        return None
    return FindingForm(reviewee, condition, stored.get((reviewee.pk, condition.pk)), data)


def _forms(rows: Sequence[Row]) -> list[FindingForm]:
    return [form for row in rows for _, form, _ in row.cells if form is not None]


def _all_valid(rows: Sequence[Row], shared: SharedEvidenceForm) -> bool:
    return all([form.is_valid() for form in [*_forms(rows), shared]])  # noqa: C419 -- every form tells its errors


def _save(
    request: LoggedInRequest, cycle: ReviewCycle, findings: Sequence[Finding], evidence: EvidenceFile | None
) -> None:
    if not findings:
        messages.info(request, "没有改动，不需要保存。")
        return
    record_findings(cycle.pk, findings, evidence=evidence, actor=request.user, at=timezone.now())
    messages.success(request, f"已保存 {len(findings)} 项认定。")


def _context(
    request: LoggedInRequest,
    cycle: ReviewCycle,
    conditions: Sequence[GradeCondition],
    page: Page[Reviewee],
    rows: Sequence[Row],
) -> dict[str, Any]:
    forms = _forms(rows)
    return {
        "cycle": cycle,
        "conditions": conditions,
        "rows": rows,
        "page": page,
        "pages": list(page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)),
        "n_wrong": sum(bool(form.errors) for form in forms) if request.method == "POST" else 0,
        "n_open": sum(form.stored is None for form in forms),
        "has_recorded": any(one.component_id is None for one in conditions),
        "is_open": cycle.stage in ASSESSABLE_STAGES,
        "crumbs": [("评定条件", reverse("assessments:condition_list")), (cycle.title, "")],
    }
