"""Batches: what is to be made, and how far it is."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from apps.accounts.kit.requests import LoggedInRequest
from apps.common.errors import DomainError
from apps.cycles.models import ReviewCycle
from apps.documents.policies import can_steer_job
from apps.documents.selectors import jobs_visible_to
from apps.official_documents.domain.orders import Which, item_from
from apps.official_documents.domain.scopes import Format
from apps.official_documents.domain.states import Delivery
from apps.official_documents.forms import OrderForm
from apps.official_documents.models import IssuedDocument
from apps.official_documents.policies import can_issue
from apps.official_documents.selectors import managed_cycles
from apps.official_documents.selectors.pages import KindState, batches_of, kind_states
from apps.official_documents.services import DOCUMENTS_JOB, order_documents
from apps.organizations.selectors.fields import fields_among

MOST_SHOWN = 100
INITIAL = {
    "which": Which.MISSING.value,
    "formats": [Format.PDF.value],
    "delivery": Delivery.ZIP.value,
}


@require_http_methods(["GET", "POST"])
@login_required
def order(request: LoggedInRequest) -> HttpResponse:
    """Choose kinds, people, formats and delivery; then show the batch."""
    if not request.user.is_department_staff:
        raise PermissionDenied
    cycles = list(managed_cycles(request.user))
    cycle = _chosen(request, cycles)
    if cycle is None:
        return render(request, "official_documents/order.html", {"cycles": cycles, "crumbs": _crumbs()})
    if not can_issue(request.user, cycle):
        raise PermissionDenied
    states = kind_states(cycle)
    form = _form(request, cycle, states)
    if request.method == "POST" and form.is_valid():
        url = request.build_absolute_uri(reverse("official_documents:verify"))
        try:
            job = order_documents(form.order(cycle.pk, url), actor=request.user, at=timezone.now())
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            return redirect("official_documents:batch_detail", job.pk)
    context = {
        "cycles": cycles,
        "cycle": cycle,
        "states": states,
        "form": form,
        "batches": batches_of(cycle, request.user, DOCUMENTS_JOB),
        "crumbs": _crumbs(),
    }
    return render(request, "official_documents/order.html", context)


def _crumbs() -> list[tuple[str, str]]:
    return [("文书", reverse("official_documents:document_list")), ("批量出具", "")]


def _chosen(request: LoggedInRequest, cycles: list[ReviewCycle]) -> ReviewCycle | None:
    """Return the cycle named, else the newest whose grades are signed, else the newest."""
    wanted = request.GET.get("cycle", "")
    if wanted:
        return get_object_or_404(managed_cycles(request.user), pk=int(wanted) if wanted.isdecimal() else 0)
    signed = (one for one in cycles if _is_signed(one))
    return next(signed, cycles[0] if cycles else None)


def _is_signed(cycle: ReviewCycle) -> bool:
    deliberation = getattr(cycle, "deliberation", None)
    return deliberation is not None and deliberation.signed_off_at is not None


def _form(request: LoggedInRequest, cycle: ReviewCycle, states: list[KindState]) -> OrderForm:
    people = list(cycle.reviewees.values_list("pk", "organization_name", "name", "field"))
    present = {field for *_, field in people}
    chosen = {"kinds": request.GET.getlist("kind"), "people": request.GET.getlist("reviewee")}
    return OrderForm(
        request.POST if request.method == "POST" else None,
        kinds=[one.kind for one in states if not one.reason],
        people=[(pk, f"{organization} {name}") for pk, organization, name, _ in people],
        fields=[(one.value, one.label) for one in fields_among(present)],
        initial={**INITIAL, **{key: value for key, value in chosen.items() if value}},
    )


@require_GET
@login_required
def batch_detail(request: LoggedInRequest, job_id: UUID) -> HttpResponse:
    """Show the progress of a batch and what it has made."""
    rows = jobs_visible_to(request.user).filter(kind=DOCUMENTS_JOB)
    job = get_object_or_404(rows.select_related("requested_by", "result"), pk=job_id)
    cycle_id = int(job.arguments["cycle_id"])
    items = [item_from(one, cycle_id) for one in job.arguments["items"]]
    context: dict[str, Any] = {
        "job": job,
        "can_steer": can_steer_job(request.user, job),
        "documents": _documents(cycle_id, items[:MOST_SHOWN]),
        "n_items": len(items),
        "n_more": max(len(items) - MOST_SHOWN, 0),
        "list_url": f"{reverse('official_documents:document_list')}?cycle={cycle_id}",
        "order_url": f"{reverse('official_documents:order')}?cycle={cycle_id}",
        "crumbs": [
            ("文书", reverse("official_documents:document_list")),
            ("批量出具", f"{reverse('official_documents:order')}?cycle={cycle_id}"),
            ("这一批", ""),
        ],
    }
    return render(request, "official_documents/batch_detail.html", context)


def _documents(cycle_id: int, items: list[Any]) -> list[IssuedDocument]:
    places = {(item.kind, item.subject, item.issue_no): place for place, item in enumerate(items)}
    rows = IssuedDocument.objects.filter(cycle_id=cycle_id, kind__in={item.kind for item in items})
    found = rows.select_related("reviewee", "cycle", "pdf", "xlsx", "docx")
    mine = [one for one in found if (one.kind, one.subject, one.issue_no) in places]
    return sorted(mine, key=lambda one: places[one.kind, one.subject, one.issue_no])
