"""Pages of people: the person's page, the card to print, and what is kept about somebody."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.common.errors import StaleVersion
from apps.common.kit.reauthentication import reauthenticated
from apps.common.kit.requests import actor_of
from apps.common.kit.sheets import XLSX, workbook_bytes
from apps.organizations.domain.tree import is_within
from apps.organizations.selectors import organizations_edited_by
from apps.secretaries import services
from apps.secretaries.domain.careers import is_in_office
from apps.secretaries.domain.phones import mask_phone
from apps.secretaries.forms import CreateSecretaryForm, EditSecretaryForm, ExportPhonesForm, stored_person
from apps.secretaries.kit.cards import downloads, parts_for
from apps.secretaries.lists.people import SecretaryList, phone_table
from apps.secretaries.models import Appointment, Secretary
from apps.secretaries.policies import can_edit_secretaries, can_edit_secretary, can_see_phone
from apps.secretaries.selectors import card_of, secretaries_edited_by
from apps.secretaries.views.doors import form_answer, held, list_crumb, page_of, seen


@dataclass(frozen=True, slots=True)
class CareerLine:
    """An appointment, whether it is held today, and what this account may do with it."""

    appointment: Appointment
    is_held: bool
    is_seen: bool
    is_kept: bool


@login_required
@require_GET
def own_card(request: HttpRequest) -> HttpResponse:
    """Go to the card of the person behind the account."""
    own_id = actor_of(request).secretary_id
    if own_id is None:
        raise PermissionDenied
    return redirect("secretaries:secretary_detail", own_id)


@login_required
@require_GET
def secretary_detail(request: HttpRequest, secretary_id: int) -> HttpResponse:
    actor = actor_of(request)
    secretary = seen(request, secretary_id)
    may_edit = can_edit_secretary(actor, secretary)
    kept, in_sight = actor.department_paths(), actor.scope_paths()
    today = timezone.localdate()
    career = [
        CareerLine(
            one,
            is_in_office(one.started_on, one.ended_on, today),
            is_within(one.organization.path, in_sight),
            is_within(one.organization.path, kept),
        )
        for one in secretary.appointments.all()
    ]
    context = {
        "secretary": secretary,
        "career": career,
        "is_serving": any(line.is_held for line in career),
        "masked_phone": mask_phone(secretary.phone),
        "may_see_phone": may_edit or can_see_phone(actor, secretary),
        "may_edit": may_edit,
        "parts": parts_for(secretary.pk, actor),
        "crumbs": [*list_crumb(request), (secretary.name, "")],
    }
    return render(request, "secretaries/secretary_detail.html", context)


@login_required
@require_GET
def secretary_card(request: HttpRequest, secretary_id: int) -> HttpResponse:
    """Show the card that prints on one A4 page."""
    secretary = seen(request, secretary_id)
    back_url = reverse("secretaries:secretary_detail", args=[secretary.pk])
    context = {
        "secretary": secretary,
        "card": card_of(secretary, actor_of(request), timezone.localdate()),
        "downloads": downloads(),
        "printed_on": timezone.localdate(),
        "crumbs": [*list_crumb(request), (secretary.name, back_url), ("书记卡片", "")],
    }
    return render(request, "secretaries/secretary_card.html", context)


@login_required
@require_POST
def secretary_phone(request: HttpRequest, secretary_id: int) -> HttpResponse:
    """Answer the full number; the log says who looked."""
    secretary = seen(request, secretary_id)
    if not can_see_phone(actor_of(request), secretary):
        raise PermissionDenied
    phone = services.reveal_phone(secretary.pk, actor=actor_of(request), at=timezone.now())
    return render(request, "secretaries/_phone.html", {"phone": phone})


@login_required
@require_http_methods(["GET", "POST"])
def secretary_create(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    if not can_edit_secretaries(actor):
        raise PermissionDenied
    wanted = request.GET.get("organization", "")
    chosen = organizations_edited_by(actor).filter(pk=wanted).first() if wanted.isdigit() else None
    form = CreateSecretaryForm(request.POST or None, actor=actor, initial={"organization": chosen})

    def create(data: dict[str, Any]) -> Secretary:
        organization_id = data.pop("organization").pk
        return services.create_secretary(
            **data, organization_id=organization_id, actor=actor, at=timezone.now()
        )

    page = {"title": "新增书记", "crumbs": [*list_crumb(request), ("新增书记", "")]}
    return form_answer(
        request, form, create, "已新增。", page | {"back_url": reverse("secretaries:secretary_list")}
    )


@login_required
@require_http_methods(["GET", "POST"])
def secretary_edit(request: HttpRequest, secretary_id: int) -> HttpResponse:
    secretary = held(request, secretary_id)
    form = EditSecretaryForm(request.POST or None, secretary=secretary)

    def edit(data: dict[str, Any]) -> Secretary:
        try:
            return services.edit_secretary(
                secretary.pk,
                changes=form.changes(),
                version=data["version"],
                actor=actor_of(request),
                at=timezone.now(),
            )
        except StaleVersion:
            form.keep_after_conflict(secretary.version, stored_person(secretary))
            raise

    return form_answer(request, form, edit, "已保存。", page_of(request, "修改书记信息", secretary))


@login_required
@require_http_methods(["GET", "POST"])
@reauthenticated
def phone_export(request: HttpRequest) -> HttpResponse:
    """Send the full numbers of the people a list was narrowed to; who, why and how many is logged."""
    actor = actor_of(request)
    if not can_edit_secretaries(actor):
        raise PermissionDenied
    rows = SecretaryList().narrowed_rows(request).filter(pk__in=secretaries_edited_by(actor).values("pk"))
    form = ExportPhonesForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        people = list(rows)
        services.note_phone_export(
            [one.pk for one in people], reason=form.cleaned_data["reason"], actor=actor, at=timezone.now()
        )
        content = workbook_bytes(phone_table(request, people, form.cleaned_data["reason"]))
        response = HttpResponse(content, content_type=XLSX)
        response["Cache-Control"] = "no-store"
        response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote('书记通讯录.xlsx')}"
        return response
    n_rows = rows.count()
    page = {
        "title": "导出手机号",
        "form": form,
        "intro": f"将导出您管理的 {n_rows} 位书记的完整手机号。手机号是个人信息，请只用于写明的用途，用后及时删除文件。",
        "submit_label": "导出",
        "back_url": f"{reverse('secretaries:secretary_list')}?{request.GET.urlencode()}",
        "crumbs": [*list_crumb(request), ("导出手机号", "")],
    }
    return render(request, "components/form_page.html", page)
