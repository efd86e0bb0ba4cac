"""Templates: list, editing with a live preview, versions compared and restored."""

import base64
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header, urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts.kit.requests import LoggedInRequest
from apps.common.errors import DomainError, StaleVersion
from apps.cycles.models import ReviewCycle
from apps.documents.kit.pictures import n_pages, page_pictures
from apps.official_documents.forms import TemplateForm, initial_of
from apps.official_documents.kit.kinds import COMMON_FIELDS, Kind, all_kinds, kind_for
from apps.official_documents.models import DocumentTemplate, TemplateVersion
from apps.official_documents.policies import can_edit_templates
from apps.official_documents.selectors import managed_cycles
from apps.official_documents.selectors.comparison import compare_versions
from apps.official_documents.selectors.previews import preview_pdf, samples_of
from apps.official_documents.selectors.templates import template_of, templates_visible_to
from apps.official_documents.services import restore_template, save_template
from apps.organizations.models import Organization

MOST_PREVIEW_PAGES = 4


@dataclass(frozen=True, slots=True)
class Place:
    """Which template is meant: of a kind, for a host, perhaps for one cycle only."""

    kind: Kind
    host: Organization
    cycle: ReviewCycle | None

    @property
    def query(self) -> str:
        values = {"host": self.host.pk} | ({"cycle": self.cycle.pk} if self.cycle else {})
        return urlencode(values)

    def url(self, name: str) -> str:
        """Return the address of a page about this template."""
        return f"{reverse(f'official_documents:{name}', args=[self.kind.key])}?{self.query}"

    def row(self) -> DocumentTemplate | None:
        """Return the edited template, if there is one."""
        rows = DocumentTemplate.objects.filter(kind=self.kind.key, host=self.host)
        mine = rows.filter(cycle=self.cycle) if self.cycle else rows.filter(cycle__isnull=True)
        return mine.first()

    def inherited(self) -> TemplateVersion | None:
        """Return the version that holds until this template is edited: a cycle takes its host's."""
        rows = TemplateVersion.objects.filter(template__kind=self.kind.key, template__host=self.host)
        return rows.filter(template__cycle__isnull=True).order_by("-version_no").first()


def _hosts(request: LoggedInRequest) -> list[Organization]:
    """Return the organizations whose templates the account may edit: hosts of the cycles it manages."""
    if not request.user.is_department_staff:
        raise PermissionDenied
    ids = managed_cycles(request.user).order_by().values_list("host_id", flat=True).distinct()
    return list(Organization.objects.filter(pk__in=list(ids)).order_by("depth", "name"))


def _place(request: LoggedInRequest, key: str) -> Place:
    kind = kind_for(key)
    if kind is None:
        raise Http404
    host = next((one for one in _hosts(request) if str(one.pk) == request.GET.get("host", "")), None)
    if host is None:
        raise Http404
    if not can_edit_templates(request.user, host):
        raise PermissionDenied
    wanted = request.GET.get("cycle", "")
    cycle = None
    if wanted:
        rows = managed_cycles(request.user).filter(host=host)
        cycle = get_object_or_404(rows, pk=int(wanted) if wanted.isdecimal() else 0)
    return Place(kind, host, cycle)


@require_GET
@login_required
def template_list(request: LoggedInRequest) -> HttpResponse:
    """Show all kinds with the version in use, and the cycles that have one of their own."""
    hosts = _hosts(request)
    wanted = request.GET.get("host", "")
    host = next((one for one in hosts if str(one.pk) == wanted), hosts[0] if hosts else None)
    context: dict[str, Any] = {"hosts": hosts, "host": host, "crumbs": [*_crumbs(), ("模板", "")]}
    if host is not None:
        edited = templates_visible_to(request.user).filter(host=host).select_related("cycle")
        rows = edited.prefetch_related("versions__saved_by")
        context["lines"] = [_line(kind, list(rows)) for kind in all_kinds()]
        context["cycles"] = managed_cycles(request.user).filter(host=host)
    return render(request, "official_documents/template_list.html", context)


def _line(kind: Kind, edited: list[DocumentTemplate]) -> dict[str, Any]:
    mine = [one for one in edited if one.kind == kind.key]
    common = next((one for one in mine if one.cycle_id is None), None)
    return {
        "kind": kind,
        "version": next(iter(common.versions.all()), None) if common else None,
        "of_cycles": [one for one in mine if one.cycle_id is not None],
    }


def _crumbs() -> list[tuple[str, str]]:
    return [("文书", reverse("official_documents:document_list"))]


@require_http_methods(["GET", "POST"])
@login_required
def template_edit(request: LoggedInRequest, key: str) -> HttpResponse:
    """Edit wording and frame; saving makes a version."""
    place = _place(request, key)
    row = place.row()
    last = row.versions.first() if row else place.inherited()
    form = TemplateForm(
        request.POST or None,
        kind=place.kind,
        template=template_of(place.kind, last),
        initial={"version": row.version if row else None},
    )
    if request.method == "POST" and form.is_valid() and _saved(request, place, form):
        return redirect(place.url("template_edit"))
    context = {
        "place": place,
        "form": form,
        "row": row,
        "last": last,
        "is_inherited": row is None,
        "named_fields": [*place.kind.fields, *COMMON_FIELDS],
        "samples": samples_of(place.kind, place.host, place.cycle),
        "crumbs": [
            *_crumbs(),
            ("模板", f"{reverse('official_documents:template_list')}?host={place.host.pk}"),
            (place.kind.label, ""),
        ],
    }
    return render(request, "official_documents/template_edit.html", context)


def _saved(request: LoggedInRequest, place: Place, form: TemplateForm) -> bool:
    try:
        saved = save_template(
            place.kind,
            place.host,
            form.template(),
            cycle=place.cycle,
            version=form.cleaned_data["version"],
            actor=request.user,
            at=timezone.now(),
        )
    except StaleVersion:
        row = place.row()
        if row is not None:
            stored = template_of(place.kind, row.versions.first())
            form.keep_after_conflict(row.version, initial_of(place.kind, stored))
    except DomainError as refusal:
        form.add_error(None, refusal.message)
    else:
        messages.success(request, f"已保存为第 {saved.version_no} 版，以后出具的按它排；已出具的不变。")
        return True
    return False


@require_POST
@login_required
def template_preview(request: LoggedInRequest, key: str) -> HttpResponse:
    """Show what was typed as a document: pictures for the page, or the PDF itself with ``?as=pdf``. Nothing is saved."""
    place = _place(request, key)
    form = TemplateForm(request.POST, kind=place.kind)
    if not form.is_valid():
        return render(request, "official_documents/_preview.html", {"form": form})
    try:
        pdf = preview_pdf(
            place.kind, place.host, place.cycle, form.template(), request.POST.get("sample", "")
        )
    except DomainError as refusal:
        return render(request, "official_documents/_preview.html", {"refusal": refusal.message})
    if request.GET.get("as") == "pdf":
        headers = {
            "Content-Disposition": str(content_disposition_header(as_attachment=True, filename="预览.pdf"))
        }
        return HttpResponse(pdf, content_type="application/pdf", headers=headers)
    pictures = [base64.b64encode(one).decode() for one in page_pictures(pdf, most=MOST_PREVIEW_PAGES)]
    return render(
        request, "official_documents/_preview.html", {"pictures": pictures, "n_pages": n_pages(pdf)}
    )


@require_GET
@login_required
def template_versions(request: LoggedInRequest, key: str) -> HttpResponse:
    """Show all versions of a template, and what two of them say differently."""
    place = _place(request, key)
    row = place.row()
    if row is None:
        raise Http404
    versions = list(row.versions.select_related("saved_by"))
    later = _picked(versions, request.GET.get("b", "")) or versions[0]
    before = [one for one in versions if one.version_no < later.version_no]
    earlier = _picked(versions, request.GET.get("a", ""))
    if earlier is None and "a" not in request.GET:
        earlier = before[0] if before else None
    context = {
        "place": place,
        "versions": versions,
        "earlier": earlier,
        "later": later,
        "changes": compare_versions(place.kind, earlier, later),
        "crumbs": [
            *_crumbs(),
            ("模板", f"{reverse('official_documents:template_list')}?host={place.host.pk}"),
            (place.kind.label, place.url("template_edit")),
            ("版本", ""),
        ],
    }
    return render(request, "official_documents/template_versions.html", context)


def _picked(versions: list[TemplateVersion], number: str) -> TemplateVersion | None:
    return next((one for one in versions if str(one.version_no) == number), None)


@require_POST
@login_required
def template_restore(request: LoggedInRequest, version_id: int) -> HttpResponse:
    """Make an earlier version the newest one again."""
    if not request.user.is_department_staff:
        raise PermissionDenied
    rows = TemplateVersion.objects.filter(template__in=templates_visible_to(request.user))
    version = get_object_or_404(rows.select_related("template__host", "template__cycle"), pk=version_id)
    template = version.template
    kind = kind_for(template.kind)
    if kind is None:
        raise Http404
    place = Place(kind, template.host, template.cycle)
    try:
        saved = restore_template(version, actor=request.user, at=timezone.now())
        messages.success(request, f"已恢复第 {version.version_no} 版的内容，存为第 {saved.version_no} 版。")
    except DomainError as refusal:
        messages.error(request, refusal.message)
    return redirect(place.url("template_versions"))
