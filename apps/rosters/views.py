"""Pages of roster imports: upload, result of the check, confirmation; template and export."""

from tempfile import TemporaryFile
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts.kit.requests import LoggedInRequest
from apps.common.errors import DomainError
from apps.common.kit.reauthentication import reauthenticated
from apps.common.kit.sheets import SheetColumn, Table, workbook_bytes
from apps.rosters import services
from apps.rosters.domain.plan import Change
from apps.rosters.domain.rows import Problem
from apps.rosters.domain.sizes import CHECKED_AT_ONCE, EXPORTED_AT_ONCE, WRITTEN_AT_ONCE
from apps.rosters.domain.states import ImportState
from apps.rosters.forms import UploadForm
from apps.rosters.kit.marking import mark_workbook
from apps.rosters.kit.workbook import read_workbook
from apps.rosters.models import RosterImport
from apps.rosters.policies import can_confirm, can_import
from apps.rosters.selectors import (
    imports_visible_to,
    labels_to_choose,
    n_rows_for_export,
    preview_lines,
    workbook_of,
)
from apps.rosters.sheets import export_skeleton, template_workbook

LINES_PER_PAGE = 50
KINDS = {"new": "新增", "changed": "更新", "same": "不变", "gone": "系统里有、工作簿里没有"}


@login_required
@require_GET
def template_download(request: LoggedInRequest) -> HttpResponse:
    _require_staff(request)
    return _xlsx(template_workbook(labels_to_choose()), "花名册模板.xlsx")


@login_required
@require_http_methods(["GET", "POST"])
def import_create(request: LoggedInRequest) -> HttpResponse:
    """Take a workbook and check it. The page's script asks for JSON: where the result is, or what is wrong."""
    _require_staff(request)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            url = _taken(request, form.cleaned_data["file"])
        except DomainError as error:
            form.add_error("file", error.message)
        else:
            return JsonResponse({"url": url}) if _is_scripted(request) else redirect(url)
    if request.method == "POST" and _is_scripted(request):
        reasons = [str(one) for one in form.errors.get("file", [])]
        return JsonResponse({"error": " ".join(reasons) or "没有收到文件，请重新选择。"}, status=422)
    crumbs = [("花名册导入", reverse("rosters:import_list")), ("导入花名册", "")]
    return render(request, "rosters/import_create.html", {"form": form, "crumbs": crumbs})


@login_required
@require_GET
@never_cache
def import_detail(request: LoggedInRequest, import_id: int) -> HttpResponse:
    """Show what the check found, or what was done."""
    one = _seen(request, import_id)
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else ""
    everything = preview_lines(one)
    of_kind = preview_lines(one, kind) if kind else everything
    lines = one.row_errors.all() if one.state == ImportState.REFUSED.value else of_kind
    page = Paginator(lines, LINES_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "import": one,
        **_standing(request, one),
        "kinds": _kind_counts(one),
        "kind": kind,
        "page": page,
        "n_lines": len(everything),
        "pages": list(page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)),
        "query_without_page": f"kind={kind}" if kind else "",
        "crumbs": [("花名册导入", reverse("rosters:import_list")), (one.file.name, "")],
    }
    return render(request, "rosters/import_detail.html", context)


@login_required
@require_GET
@never_cache
def import_progress(request: LoggedInRequest, import_id: int) -> HttpResponse:
    """The part of the page that renews itself while a worker is at it; when it has ended, the whole page is asked for."""
    one = _seen(request, import_id)
    answer = render(request, "rosters/_progress.html", {"import": one, **_standing(request, one)})
    if one.job is None or not one.job.is_alive:
        answer["HX-Refresh"] = "true"
    return answer


@login_required
@require_GET
def import_errors(request: LoggedInRequest, import_id: int) -> HttpResponse:
    """Send the uploaded workbook back with what is wrong in red."""
    one = _seen(request, import_id)
    problems = [Problem(e.sheet, e.row_no, e.column, e.value, e.reason) for e in one.row_errors.all()]
    content = workbook_of(one)
    content = mark_workbook(content, read_workbook(content).sheets, problems)
    return _xlsx(content, f"错误行-{one.file.name.removesuffix('.xlsx')}.xlsx")


@login_required
@require_GET
def import_changes(request: LoggedInRequest, import_id: int) -> HttpResponse:
    """Send the lines of the preview as a table, those of one kind if asked."""
    one = _seen(request, import_id)
    kind = request.GET.get("kind", "")
    rows = [row for line in preview_lines(one, kind if kind in KINDS else "") for row in _rows_of(line)]
    widths = {"工作表": 10, "行": 8, "种类": 12, "对象": 40, "字段": 14, "原内容": 30, "新内容": 30}
    now = timezone.localtime()
    table = Table(
        title="花名册导入的变化",
        columns=[SheetColumn(head, width) for head, width in widths.items()],
        rows=rows,
        notes=[f"工作簿：{one.file.name}　导出时间：{now:%Y-%m-%d %H:%M}　导出人：{request.user}　范围：{KINDS.get(kind, '全部')}"],
        sheet_name="变化",
    )  # fmt: skip
    return _xlsx(workbook_bytes(table), f"变化-{one.file.name.removesuffix('.xlsx')}.xlsx")


@require_POST
@login_required
@reauthenticated
def import_confirm(request: LoggedInRequest, import_id: int) -> HttpResponse:
    one = _own(request, import_id)
    try:
        if one.n_created + one.n_updated > WRITTEN_AT_ONCE and one.state == ImportState.CHECKED.value:
            services.order_confirmation(one.pk, actor=request.user, at=timezone.now())
        else:
            _tell_end(request, services.confirm_import(one.pk, actor=request.user, at=timezone.now()))
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("rosters:import_detail", one.pk)


@require_POST
@login_required
def import_discard(request: LoggedInRequest, import_id: int) -> HttpResponse:
    one = _own(request, import_id)
    try:
        services.discard_import(one.pk, actor=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "已放弃这次导入，系统里的内容没有改动。")
    return redirect("rosters:import_list")


@require_POST
@login_required
@reauthenticated
def roster_export(request: LoggedInRequest) -> HttpResponseBase:
    """Send the roster of the account's subtrees as a filled template; a large one is written by a worker."""
    _require_staff(request)
    now = timezone.now()
    if n_rows_for_export(request.user) > EXPORTED_AT_ONCE:
        return redirect("documents:job_detail", services.order_export(actor=request.user, at=now).pk)
    out = TemporaryFile()  # noqa: SIM115 -- the response closes it
    services.export_roster(out, export_skeleton(labels_to_choose()), actor=request.user, at=now)
    out.seek(0)
    return FileResponse(
        out, as_attachment=True, filename=services.export_name(timezone.localtime(now)), content_type=services.XLSX
    )  # fmt: skip


def _taken(request: LoggedInRequest, upload: Any) -> str:
    """Check the upload, or order its check, and return the address of the result."""
    act = services.receive_workbook if upload.size > CHECKED_AT_ONCE else services.check_workbook
    return services.page_of(act(upload.name, upload.read(), actor=request.user, at=timezone.now()))


def _standing(request: LoggedInRequest, one: RosterImport) -> dict[str, Any]:
    """Return how the import stands, for its page."""
    job = one.job if one.job and one.job.state != "done" else None
    is_waiting = one.state == ImportState.CHECKING.value or bool(job and job.is_alive)
    return {
        "job": job,
        "can_steer": can_confirm(request.user, one),
        "is_waiting": is_waiting,
        "is_unreadable": one.state == ImportState.UNREADABLE.value,
        "is_refused": one.state == ImportState.REFUSED.value,
        "is_checked": one.state == ImportState.CHECKED.value and not is_waiting,
        "is_confirmed": one.state == ImportState.CONFIRMED.value,
        "is_discarded": one.state == ImportState.DISCARDED.value,
        "may_confirm": can_confirm(request.user, one),
        "may_read_file": one.file.created_by_id == request.user.pk,
        "n_writes": one.n_created + one.n_updated,
    }


def _kind_counts(one: RosterImport) -> list[tuple[str, str, int]]:
    counts = (one.n_created, one.n_updated, one.n_unchanged, one.n_gone)
    return [(key, label, count) for (key, label), count in zip(KINDS.items(), counts, strict=True)]


def _rows_of(line: Change) -> list[list[Any]]:
    """Return a line of the preview as rows of a table: one per changed field."""
    start = [line.sheet, line.row_no or None, KINDS[line.kind], line.label]
    rows = [[*start, head, before, after] for head, before, after in line.fields]
    return rows or [[*start, "", "", line.detail]]


def _tell_end(request: LoggedInRequest, done: RosterImport) -> None:
    if done.state == ImportState.CONFIRMED.value:
        words = f"已导入：新增 {done.n_created} 行，更新 {done.n_updated} 行，不变 {done.n_unchanged} 行。"
        messages.success(request, words)
    elif done.state == ImportState.REFUSED.value:
        messages.error(
            request,
            "预检之后系统里的内容有了变化，有些行不再符合。没有导入任何内容，请按下面的错误改好后重新上传。",
        )
    else:
        messages.error(request, done.reason)


def _require_staff(request: LoggedInRequest) -> None:
    if not can_import(request.user):
        raise PermissionDenied


def _seen(request: LoggedInRequest, import_id: int) -> RosterImport:
    _require_staff(request)
    rows = imports_visible_to(request.user).select_related("file", "uploaded_by", "job", "job__result")
    return get_object_or_404(rows, pk=import_id)


def _own(request: LoggedInRequest, import_id: int) -> RosterImport:
    one = _seen(request, import_id)
    if not can_confirm(request.user, one):
        raise PermissionDenied
    return one


def _is_scripted(request: LoggedInRequest) -> bool:
    return request.headers.get("X-Requested-With") == "XMLHttpRequest"


def _xlsx(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=services.XLSX)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response
