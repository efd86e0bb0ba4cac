"""Figures by workbook: download, upload, result of the check, confirmation."""

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts.kit.requests import LoggedInRequest
from apps.assessments import services
from apps.assessments.domain.plan import Problem
from apps.assessments.domain.states import ImportState
from apps.assessments.forms import UploadForm
from apps.assessments.kit.workbook import read_figure_workbook
from apps.assessments.models import FigureImport
from apps.assessments.selectors import ASSESSABLE_STAGES
from apps.assessments.selectors.cycles import incomplete
from apps.assessments.selectors.figures import imported_components, present_figures
from apps.assessments.selectors.imports import workbook_of
from apps.assessments.sheets import error_workbook, figures_workbook
from apps.assessments.views.doors import held_cycle, held_import
from apps.common.errors import DomainError
from apps.common.kit.sheets import XLSX

LINES_PER_PAGE = 50
KINDS = {"new": "新增", "changed": "更改", "missing": "仍缺"}
NAMES = ("row_no", "kind", "person", "component", "before", "after")


@login_required
@require_GET
def figure_workbook(request: LoggedInRequest, cycle_id: int) -> HttpResponse:
    """Send the workbook of the cycle with what is stored; ``?show=missing`` lists only those who lack something."""
    cycle = held_cycle(request, cycle_id)
    present, only = present_figures(cycle), None
    if request.GET.get("show") == "missing":
        only = [*incomplete(cycle.reviewees.all()).values_list("pk", flat=True)]
    content = figures_workbook(present, title=str(cycle), only=only)
    return _xlsx(content, f"考核得分表-{cycle}{'-只列还缺的' if only is not None else ''}.xlsx")


@login_required
@require_http_methods(["GET", "POST"])
def import_create(request: LoggedInRequest, cycle_id: int) -> HttpResponse:
    """Take a workbook and check it."""
    cycle = held_cycle(request, cycle_id)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            checked = services.check_figures(
                cycle.pk, name=upload.name, content=upload.read(), actor=request.user, at=timezone.now()
            )
        except DomainError as refusal:
            form.add_error("file", refusal.message)
        else:
            return redirect("assessments:import_detail", checked.pk)
    context = {
        "form": form,
        "cycle": cycle,
        "components": imported_components(cycle),
        "is_open": cycle.stage in ASSESSABLE_STAGES,
        "crumbs": [*_crumbs(), ("导入", "")],
    }
    return render(request, "assessments/import_create.html", context)


@login_required
@require_GET
def import_detail(request: LoggedInRequest, import_id: int) -> HttpResponse:
    """Show what the check found, or what was done."""
    one = held_import(request, import_id)
    is_refused, kind = one.state == ImportState.REFUSED.value, request.GET.get("kind", "")
    kind = kind if kind in KINDS else ""
    page = Paginator(_problems(one) if is_refused else _preview(one, kind), LINES_PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "import": one,
        "is_refused": is_refused,
        "is_checked": one.state == ImportState.CHECKED.value,
        "is_confirmed": one.state == ImportState.CONFIRMED.value,
        "may_read_file": one.uploaded_by_id == request.user.pk,
        "n_writes": one.n_new + one.n_changed,
        "kinds": [(key, label, sum(line[1] == key for line in one.preview)) for key, label in KINDS.items()],
        "kind": kind,
        "page": page,
        "pages": list(page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)),
        "query_without_page": f"kind={kind}" if kind else "",
        "crumbs": [*_crumbs(), (one.file.name, "")],
    }
    return render(request, "assessments/import_detail.html", context)


@login_required
@require_GET
def import_errors(request: LoggedInRequest, import_id: int) -> HttpResponse:
    """Send the uploaded rows back with what is wrong in red."""
    one = held_import(request, import_id)
    present = present_figures(one.cycle)
    cells = read_figure_workbook(workbook_of(one), one.cycle_id, present.columns)
    problems = [Problem(*line) for line in one.problems]
    content = error_workbook(cells, problems, present, title=str(one.cycle))
    return _xlsx(content, f"错误表-{one.file.name.removesuffix('.xlsx')}.xlsx")


@login_required
@require_POST
def import_confirm(request: LoggedInRequest, import_id: int) -> HttpResponse:
    """Write what was checked."""
    one = held_import(request, import_id)
    try:
        done = services.confirm_figures(one.pk, actor=request.user, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        _tell(request, done)
    return redirect("assessments:import_detail", one.pk)


def _tell(request: LoggedInRequest, done: FigureImport) -> None:
    if done.state == ImportState.CONFIRMED.value:
        messages.success(
            request,
            f"已导入：新增 {done.n_new} 个，更改 {done.n_changed} 个，不变 {done.n_unchanged} 个。",
        )
    elif done.state == ImportState.CHECKED.value:
        messages.warning(
            request,
            "预检之后，别人改过其中的得分，所以没有写入。下面是重新预检的结果，请核对后再确认。",
        )
    else:
        messages.error(
            request,
            "预检之后，别人改过其中的得分，有些格子不再符合。没有写入任何内容，请按下面的原因改好后重新上传。",
        )


@login_required
@require_POST
def import_discard(request: LoggedInRequest, import_id: int) -> HttpResponse:
    """Put an import aside."""
    one = held_import(request, import_id)
    try:
        services.discard_figures(one.pk, actor=request.user, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, "已放弃这次导入，系统里的得分没有改动。")
    return redirect("assessments:import_list")


def _preview(one: FigureImport, kind: str) -> list[dict[str, Any]]:
    lines = [dict(zip(NAMES, line, strict=True)) for line in one.preview]
    return [line for line in lines if line["kind"] == kind] if kind else lines


def _problems(one: FigureImport) -> list[dict[str, Any]]:
    return [dict(zip(("row_no", "column", "value", "reason"), line, strict=True)) for line in one.problems]


def _crumbs() -> list[tuple[str, str]]:
    return [
        ("考核得分", reverse("assessments:component_list")),
        ("表格导入", reverse("assessments:import_list")),
    ]


def _xlsx(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response
