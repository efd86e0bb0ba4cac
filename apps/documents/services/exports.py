"""Long exports: a list page asked once more by a worker, who writes the answer to a file."""

import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.urls import Resolver404, resolve

from apps.accounts.models import User
from apps.common.kit.exports import ExportRequest, Progress
from apps.common.kit.sheets import XLSX
from apps.common.lists import ListPage
from apps.documents.errors import ExportRefused
from apps.documents.kit.jobs import JobContext
from apps.documents.models import Job
from apps.documents.services.files import store_stream
from apps.documents.services.jobs import enqueue_job

EXPORT_JOB = "documents.export_list"
EXPORT_FILE = "documents.list_export"


@transaction.atomic
def order_list_export(*, path: str, query: str, actor: User, at: datetime) -> Job:
    """Order the whole of a list as a workbook. Ordering the same again while it is being made gives the same job.

    :raises ExportRefused: no list is at this address.
    :raises PermissionDenied: the account may not open the list.
    :raises Http404: what the list belongs to is out of the account's sight.
    """
    title = _ask(path, query, actor)
    return enqueue_job(
        EXPORT_JOB,
        title=f"导出{title}",
        arguments={"path": path, "query": query},
        actor=actor,
        at=at,
        dedupe_key=f"{actor.pk} {path}?{query}"[:120],
    )


def export_list(context: JobContext) -> None:
    """Write the list of the job to a file that only the account who ordered it can read.

    :raises ExportRefused: the account may no longer see the list.
    """
    path, query = str(context.arguments["path"]), str(context.arguments["query"])
    actor = context.requested_by
    if actor is None or not actor.is_active:
        raise ExportRefused("发起导出的账号已停用，没有导出。")
    folder = Path(settings.MEDIA_ROOT)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryFile(dir=folder) as out:
        try:
            title = _ask(path, query, actor, out, context.progress)
        except (PermissionDenied, Http404):
            raise ExportRefused("您已不能查看这个列表，没有导出。") from None
        out.seek(0)
        name = f"{title}{context.at.astimezone():%Y%m%d%H%M}.xlsx"
        file = store_stream(EXPORT_FILE, name, out, content_type=XLSX, actor=actor, at=context.at)
    context.attach(file)


def _ask(
    path: str, query: str, actor: User, out: IO[bytes] | None = None, progress: Progress | None = None
) -> str:
    """Put the list's question again and return the list's title."""
    view, kwargs = _list_at(path)
    request = ExportRequest(path=path, query=query, user=actor, out=out, progress=progress)
    view(request, **kwargs)
    if not request.title:
        raise ExportRefused("这个页面没有可以导出的列表，没有导出。")
    return request.title


def _list_at(path: str) -> tuple[Callable[..., Any], dict[str, Any]]:
    try:
        match = resolve(path)
    except Resolver404:
        raise ExportRefused("这个页面没有可以导出的列表，没有导出。") from None
    page = getattr(match.func, "view_class", None)
    if not (isinstance(page, type) and issubclass(page, ListPage)):
        raise ExportRefused("这个页面没有可以导出的列表，没有导出。")
    return match.func, match.kwargs
