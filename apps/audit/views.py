"""Reading the log, checking it, taking it along."""

from tempfile import TemporaryFile
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from apps.audit.domain.changes import split_details
from apps.audit.forms import PeriodForm
from apps.audit.kit import labels
from apps.audit.policies import can_read_log
from apps.audit.selectors import entries_visible_to, place_in_chain, state_of_log
from apps.audit.services import export_period
from apps.audit.services.checking import request_check
from apps.audit.tasks import send_check
from apps.common.domain.actors import Actor
from apps.common.errors import DomainError
from apps.common.kit.reauthentication import reauthenticated
from apps.common.kit.requests import actor_of


def _reader(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    if not can_read_log(actor):
        raise PermissionDenied
    return actor


@login_required
def entry_detail(request: HttpRequest, seq: int) -> HttpResponse:
    entry = get_object_or_404(entries_visible_to(_reader(request)), pk=seq)
    changes, rest = split_details(entry.details)
    field = labels.field_namer(entry.object_type)
    context = {
        "entry": entry,
        "action_label": labels.label_of(entry.action),
        "object_kind": labels.object_kind(entry.object_type),
        "changes": [(field(one.name), one.before, one.after) for one in changes],
        "details": [(labels.detail_label(name), value) for name, value in sorted(rest.items())],
        "suite": labels.suite_label(entry.suite),
        "place": place_in_chain(entry),
    }
    return render(request, "audit/entry_detail.html", context)


@login_required
def log_status(request: HttpRequest) -> HttpResponse:
    _reader(request)
    return _status_page(request, PeriodForm())


def _status_page(request: HttpRequest, form: PeriodForm, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "state": state_of_log()}
    return render(request, "audit/log_status.html", context, status=status)


@require_POST
@login_required
def chain_check(request: HttpRequest) -> HttpResponse:
    request_check(actor=_reader(request), at=timezone.now())
    if send_check():
        messages.info(request, "已交给后台从头核对，日志多时要几分钟。过一会儿刷新本页，看“上次核对”。")
    else:
        messages.error(request, "后台队列没有应答，核对没有开始。请稍后再试，或在服务器上运行 verify_audit。")
    return redirect("audit:log_status")


@require_POST
@login_required
@reauthenticated
def log_export(request: HttpRequest) -> HttpResponseBase:
    """Send the entries of a period, with chain and the words how to check it."""
    actor = _reader(request)
    form = PeriodForm(request.POST)
    if not form.is_valid():
        return _status_page(request, form, status=422)
    out = TemporaryFile()  # noqa: SIM115 -- the response closes it
    try:
        export_period(out, **form.cleaned_data, actor=actor, at=timezone.now())
    except DomainError as error:
        out.close()
        form.add_error("since", error.message)
        return _status_page(request, form, status=422)
    out.seek(0)
    name = f"日志{form.cleaned_data['since']}至{form.cleaned_data['until']}.zip"
    return FileResponse(out, as_attachment=True, filename=name, content_type="application/zip")
