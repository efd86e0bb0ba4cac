"""Jobs and files as people see them."""

from collections.abc import Callable
from typing import Any, ClassVar, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from apps.accounts.kit.requests import LoggedInRequest
from apps.accounts.models import User
from apps.common.errors import DomainError
from apps.common.lists import Column, ListPage, field_filter
from apps.documents import services
from apps.documents.domain.jobs import JobState
from apps.documents.models import Job, StoredFile
from apps.documents.policies import can_read_file, can_steer_job
from apps.documents.selectors import checked_path, jobs_visible_to

PDF = "application/pdf"
PDF_HEAD = b"%PDF-"
LARGE = 16 * 1024 * 1024  # bytes from which a file is sent piece by piece
# A downloaded file can do nothing; a PDF shown in the browser may still use the browser's own viewer.
SANDBOX = "default-src 'none'; sandbox"
VIEWER = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'none'"


class JobList(ListPage):
    title = "任务"
    intro = "生成文书、计算得分等较长的工作在后台进行，关掉页面也不会停。"
    columns: ClassVar = (
        Column(
            "title",
            "名称",
            "title",
            ("title",),
            lambda job: reverse("documents:job_detail", args=[job.pk]),
            width=40,
        ),
        Column("state", "状态", "get_state_display", ("state",), template="documents/_job_state.html"),
        Column(
            "progress", "进度", lambda job: f"{job.n_done}/{job.n_total}" if job.n_total else "", numeric=True
        ),
        Column("requested_by", "发起人", "requested_by.display_name", ("requested_by__display_name",)),
        Column("queued_at", "发起时间", "queued_at", ("queued_at",), width=18),
        Column("finished_at", "结束时间", "finished_at", ("finished_at",), width=18),
        Column("error", "未完成的原因", "error", width=40, shown=False),
    )
    filters: ClassVar = (field_filter("state", "状态", JobState.choices()),)
    search_fields: ClassVar = ("title",)
    search_hint = "按名称搜索"
    default_sort = "-queued_at"
    empty_text = "还没有任务。在周期、文书等页面发起“生成”后，会显示在这里。"

    def get_rows(self, request: HttpRequest) -> QuerySet[Job]:
        return jobs_visible_to(cast("User", request.user)).select_related("requested_by", "result")


@login_required
@require_GET
@never_cache
def job_detail(request: LoggedInRequest, job_id: UUID) -> HttpResponse:
    return render(request, "documents/job_detail.html", _job_page(request, job_id) | {"with_facts": True})


@login_required
@require_GET
@never_cache
def job_progress(request: LoggedInRequest, job_id: UUID) -> HttpResponse:
    """The part of the page that renews itself while the job is alive."""
    context = _job_page(request, job_id) | {"with_facts": request.GET.get("facts") == "1"}
    return render(request, "documents/_job_progress.html", context)


def _visible_job(request: LoggedInRequest, job_id: UUID) -> Job:
    rows = jobs_visible_to(request.user).select_related("requested_by", "result")
    return get_object_or_404(rows, pk=job_id)


def _job_page(request: LoggedInRequest, job_id: UUID) -> dict[str, Any]:
    job = _visible_job(request, job_id)
    return {
        "job": job,
        "can_steer": can_steer_job(request.user, job),
        "crumbs": [("任务", reverse("documents:job_list")), (job.title, "")],
    }


@login_required
@require_POST
def job_cancel(request: LoggedInRequest, job_id: UUID) -> HttpResponse:
    return _steer(request, job_id, services.cancel_job, "已取消。")


@login_required
@require_POST
def job_retry(request: LoggedInRequest, job_id: UUID) -> HttpResponse:
    return _steer(request, job_id, services.retry_job, "已重新排队。")


@login_required
@require_POST
def list_export(request: LoggedInRequest) -> HttpResponse:
    """Order the export of a list that is too long for one request; who may not open the list gets what it answers."""
    job = services.order_list_export(
        path=request.POST.get("path", ""),
        query=request.POST.get("query", ""),
        actor=request.user,
        at=timezone.now(),
    )
    return redirect("documents:job_detail", job.pk)


def _steer(request: LoggedInRequest, job_id: UUID, act: Callable[..., Job], done: str) -> HttpResponse:
    job = _visible_job(request, job_id)
    if not can_steer_job(request.user, job):
        raise PermissionDenied
    try:
        act(job.pk, actor=request.user, at=timezone.now())
        messages.success(request, done)
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("documents:job_detail", job.pk)


@login_required
@require_GET
def file_download(request: LoggedInRequest, file_id: UUID) -> HttpResponse | FileResponse:
    """Send a file as an attachment; ``?view=1`` shows a PDF in the browser. Who may not read it gets 404."""
    file = get_object_or_404(StoredFile, pk=file_id)
    if not can_read_file(request.user, file):
        raise Http404
    path = checked_path(file)
    services.record_download(file, actor=request.user, at=timezone.now())
    content = path.open("rb")
    is_pdf = file.content_type == PDF and content.read(len(PDF_HEAD)) == PDF_HEAD
    content.seek(0)
    is_inline = is_pdf and request.GET.get("view") == "1"
    headers = _headers(file, is_inline=is_inline)
    if file.size > LARGE:
        return FileResponse(
            content,
            as_attachment=not is_inline,
            filename=file.name,
            content_type=file.content_type,
            headers=headers,
        )
    with content:
        return HttpResponse(content.read(), content_type=file.content_type, headers=headers)


def _headers(file: StoredFile, *, is_inline: bool) -> dict[str, str]:
    return {
        "Content-Disposition": str(content_disposition_header(not is_inline, file.name)),
        "Content-Security-Policy": VIEWER if is_inline else SANDBOX,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
