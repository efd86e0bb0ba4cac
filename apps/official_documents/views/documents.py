"""One document: its page, its files, re-issue and revocation."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from apps.accounts.kit.requests import LoggedInRequest
from apps.common.errors import DomainError
from apps.common.kit.reauthentication import reauthenticated
from apps.official_documents.domain.orders import Order, Which
from apps.official_documents.domain.states import Delivery
from apps.official_documents.forms import RevokeForm
from apps.official_documents.models import IssuedDocument
from apps.official_documents.policies import can_steer
from apps.official_documents.selectors import documents_visible_to
from apps.official_documents.selectors.pages import downloads_of, issues_of
from apps.official_documents.services import mark_document_read, order_documents, revoke_document


def _visible(request: LoggedInRequest, document_id: int) -> IssuedDocument:
    rows = documents_visible_to(request.user).select_related(
        "cycle__host", "reviewee", "issued_by", "revoked_by", "replaced_by", "template_version__template",
        "pdf", "xlsx", "docx",
    )  # fmt: skip
    return get_object_or_404(rows, pk=document_id)


def _steered(request: LoggedInRequest, document_id: int) -> IssuedDocument:
    document = _visible(request, document_id)
    if not can_steer(request.user, document):
        raise PermissionDenied
    return document


@require_GET
@login_required
def document_detail(request: LoggedInRequest, document_id: int) -> HttpResponse:
    """Show one document: what it is worth, its files with hashes, its issues, who downloaded it."""
    return _page(request, _visible(request, document_id), RevokeForm())


def _page(
    request: LoggedInRequest, document: IssuedDocument, form: RevokeForm, *, status: int = 200
) -> HttpResponse:
    is_staff = can_steer(request.user, document)
    kind = document.document_kind
    missing = [one for one in kind.formats if one not in document.files] if kind else []
    list_url = "official_documents:document_list" if is_staff else "official_documents:my_feedback"
    context = {
        "document": document,
        "kind": kind,
        "files": list(document.files.items()),
        "missing": missing,
        "issues": issues_of(document),
        "is_staff": is_staff,
        "downloads": downloads_of([file.pk for file in document.files.values()]) if is_staff else [],
        "revoke_form": form,
        "verify_url": reverse("official_documents:verify"),
        "crumbs": [("文书" if is_staff else "我的反馈", reverse(list_url)), (document.kind_label, "")],
    }
    return render(request, "official_documents/document_detail.html", context, status=status)


@require_POST
@login_required
def document_download(request: LoggedInRequest, document_id: int, file_format: str) -> HttpResponse:
    """Send a file; when the document is addressed to the reader, note that it has been taken."""
    document = _visible(request, document_id)
    found = next((file for one, file in document.files.items() if one.value == file_format), None)
    if found is None:
        raise Http404
    mark_document_read(document.pk, actor=request.user, at=timezone.now())
    view = "?view=1" if request.POST.get("view") == "1" else ""
    return redirect(reverse("documents:file_download", args=[found.pk]) + view)


@require_POST
@login_required
def document_reissue(request: LoggedInRequest, document_id: int) -> HttpResponse:
    """Order the next issue of one document."""
    return _order(request, _steered(request, document_id), Which.AGAIN)


@require_POST
@login_required
def document_complete(request: LoggedInRequest, document_id: int) -> HttpResponse:
    """Order the formats that are missing."""
    return _order(request, _steered(request, document_id), Which.STANDING)


def _order(request: LoggedInRequest, document: IssuedDocument, which: Which) -> HttpResponse:
    kind = document.document_kind
    order = Order(
        document.cycle_id,
        [document.kind],
        tuple(document.files) if which is Which.AGAIN or kind is None else kind.formats,
        Delivery.SINGLE,
        which,
        [document.reviewee_id] if document.reviewee_id is not None else None,
        [document.field] if document.field else None,
        request.build_absolute_uri(reverse("official_documents:verify")),
    )
    try:
        job = order_documents(order, actor=request.user, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect("official_documents:document_detail", document.pk)
    return redirect("official_documents:batch_detail", job.pk)


@require_POST
@login_required
@reauthenticated
def document_revoke(request: LoggedInRequest, document_id: int) -> HttpResponse:
    """Take a document out of force."""
    document = _steered(request, document_id)
    form = RevokeForm(request.POST)
    if form.is_valid():
        try:
            revoke_document(
                document.pk, reason=form.cleaned_data["reason"], actor=request.user, at=timezone.now()
            )
        except DomainError as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, "已作废。核验页面会答复“已作废”；需要时可以重新出具。")
        return redirect("official_documents:document_detail", document.pk)
    return _page(request, document, form, status=200)
