"""Pages of roster imports: upload, result of the check, confirmation."""

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts.kit.requests import LoggedInRequest
from apps.common.errors import DomainError
from apps.rosters import services
from apps.rosters.domain.rows import Problem
from apps.rosters.domain.states import ImportState
from apps.rosters.forms import UploadForm
from apps.rosters.kit.workbook import read_workbook
from apps.rosters.models import RosterImport
from apps.rosters.policies import can_confirm, can_import
from apps.rosters.selectors import imports_visible_to, workbook_of
from apps.rosters.sheets import error_workbook, template_workbook

LINES_PER_PAGE = 50
KINDS = {"new": "新增", "changed": "更新", "gone": "系统里有、工作簿里没有"}


@login_required
@require_GET
def template_download(request: LoggedInRequest) -> HttpResponse:
    if not can_import(request.user):
        raise PermissionDenied
    return _xlsx(template_workbook(), "花名册模板.xlsx")


@login_required
@require_http_methods(["GET", "POST"])
def import_create(request: LoggedInRequest) -> HttpResponse:
    """Take a workbook and check it."""
    user = request.user
    if not can_import(user):
        raise PermissionDenied
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            checked = services.check_workbook(upload.name, upload.read(), actor=user, at=timezone.now())
        except DomainError as error:
            form.add_error("file", error.message)
        else:
            return redirect("rosters:import_detail", checked.pk)
    crumbs = [("花名册导入", reverse("rosters:import_list")), ("导入花名册", "")]
    return render(request, "rosters/import_create.html", {"form": form, "crumbs": crumbs})


@login_required
@require_GET
def import_detail(request: LoggedInRequest, import_id: int) -> HttpResponse:
    """Show what the check found, or what was done."""
    one = _seen(request, import_id)
    is_refused = one.state == ImportState.REFUSED.value
    kind = request.GET.get("kind", "")
    lines = one.row_errors.all() if is_refused else _preview(one, kind)
    page = Paginator(lines, LINES_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "import": one,
        "is_refused": is_refused,
        "is_checked": one.state == ImportState.CHECKED.value,
        "is_confirmed": one.state == ImportState.CONFIRMED.value,
        "may_confirm": can_confirm(request.user, one),
        "may_read_file": one.file.created_by_id == request.user.pk,
        "n_writes": one.n_created + one.n_updated,
        "kinds": [(key, label, sum(line[2] == key for line in one.preview)) for key, label in KINDS.items()],
        "kind": kind if kind in KINDS else "",
        "labels": KINDS,
        "page": page,
        "pages": list(page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)),
        "query_without_page": f"kind={kind}" if kind in KINDS else "",
        "crumbs": [("花名册导入", reverse("rosters:import_list")), (one.file.name, "")],
    }
    return render(request, "rosters/import_detail.html", context)


@login_required
@require_GET
def import_errors(request: LoggedInRequest, import_id: int) -> HttpResponse:
    """Send the uploaded rows back with what is wrong in red."""
    one = _seen(request, import_id)
    problems = [Problem(e.sheet, e.row_no, e.column, e.value, e.reason) for e in one.row_errors.all()]
    content = error_workbook(read_workbook(workbook_of(one)), problems)
    return _xlsx(content, f"错误行-{one.file.name.removesuffix('.xlsx')}.xlsx")


@login_required
@require_POST
def import_confirm(request: LoggedInRequest, import_id: int) -> HttpResponse:
    one = _own(request, import_id)
    try:
        done = services.confirm_import(one.pk, actor=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        if done.state == ImportState.CONFIRMED.value:
            messages.success(
                request,
                f"已导入：新增 {done.n_created} 行，更新 {done.n_updated} 行，不变 {done.n_unchanged} 行。",
            )
        else:
            messages.error(
                request,
                "预检之后系统里的内容有了变化，有些行不再符合。没有导入任何内容，请按下面的错误改好后重新上传。",
            )
    return redirect("rosters:import_detail", one.pk)


@login_required
@require_POST
def import_discard(request: LoggedInRequest, import_id: int) -> HttpResponse:
    one = _own(request, import_id)
    try:
        services.discard_import(one.pk, actor=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "已放弃这次导入，系统里的内容没有改动。")
    return redirect("rosters:import_list")


def _seen(request: LoggedInRequest, import_id: int) -> RosterImport:
    user = request.user
    if not can_import(user):
        raise PermissionDenied
    rows = imports_visible_to(user).select_related("file", "uploaded_by")
    return get_object_or_404(rows, pk=import_id)


def _own(request: LoggedInRequest, import_id: int) -> RosterImport:
    one = _seen(request, import_id)
    if not can_confirm(request.user, one):
        raise PermissionDenied
    return one


def _preview(one: RosterImport, kind: str) -> list[dict[str, Any]]:
    names = ("sheet", "row_no", "kind", "label", "detail")
    lines = [dict(zip(names, line, strict=True)) | {"kind_label": KINDS[line[2]]} for line in one.preview]
    return [line for line in lines if line["kind"] == kind] if kind in KINDS else lines


def _xlsx(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=services.XLSX)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response
