"""Pages of people: the card, and the acts that change a career."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.common.errors import DomainError, StaleVersion
from apps.common.kit.requests import actor_of
from apps.organizations.domain.tree import is_within
from apps.organizations.selectors import organizations_edited_by
from apps.secretaries import services
from apps.secretaries.domain.phones import mask_phone
from apps.secretaries.forms import (
    AppointForm,
    CorrectAppointmentForm,
    CreateSecretaryForm,
    EditSecretaryForm,
    EndAppointmentForm,
    stored_person,
)
from apps.secretaries.kit.cards import parts_for
from apps.secretaries.models import Appointment, Secretary
from apps.secretaries.policies import (
    can_edit_appointment,
    can_edit_secretaries,
    can_edit_secretary,
    can_see_phone,
)
from apps.secretaries.selectors import main_appointment, secretaries_visible_to, with_careers

Save = Callable[[dict[str, Any]], object]


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
    secretary = _seen(request, secretary_id)
    may_edit = can_edit_secretary(actor, secretary)
    held, seen = actor.department_paths(), actor.scope_paths()
    context = {
        "secretary": secretary,
        "main": main_appointment(secretary),
        "career": [
            (one, is_within(one.organization.path, seen), is_within(one.organization.path, held))
            for one in secretary.appointments.all()
        ],
        "masked_phone": mask_phone(secretary.phone),
        "may_see_phone": can_see_phone(actor, secretary),
        "may_edit": may_edit,
        "parts": parts_for(secretary.pk, actor),
        "crumbs": [*_list_crumb(request), (secretary.name, "")],
        "printed_on": timezone.localdate(),
    }
    return render(request, "secretaries/secretary_detail.html", context)


@login_required
@require_POST
def secretary_phone(request: HttpRequest, secretary_id: int) -> HttpResponse:
    """Answer the full number; the log says who looked."""
    secretary = _seen(request, secretary_id)
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

    page = {"title": "新增书记", "crumbs": [*_list_crumb(request), ("新增书记", "")]}
    return _form_answer(
        request, form, create, "已新增。", page | {"back_url": reverse("secretaries:secretary_list")}
    )


@login_required
@require_http_methods(["GET", "POST"])
def secretary_edit(request: HttpRequest, secretary_id: int) -> HttpResponse:
    secretary = _held(request, secretary_id)
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

    return _form_answer(request, form, edit, "已保存。", _page(request, "修改书记信息", secretary))


@login_required
@require_http_methods(["GET", "POST"])
def appointment_create(request: HttpRequest, secretary_id: int) -> HttpResponse:
    secretary = _held(request, secretary_id)
    actor = actor_of(request)
    form = AppointForm(request.POST or None, actor=actor)

    def appoint(data: dict[str, Any]) -> Appointment:
        return services.appoint(
            secretary.pk, organization_id=data["organization"].pk, post=data["post"], started_on=data["started_on"],
            actor=actor, at=timezone.now(),
        )  # fmt: skip

    return _form_answer(request, form, appoint, "已登记任职。", _page(request, "登记任职", secretary))


@login_required
@require_http_methods(["GET", "POST"])
def appointment_end(request: HttpRequest, appointment_id: int) -> HttpResponse:
    appointment = _held_appointment(request, appointment_id)
    form = EndAppointmentForm(request.POST or None, initial={"on": timezone.localdate()})

    def end(data: dict[str, Any]) -> Appointment:
        return services.end_appointment(
            appointment.pk, on=data["on"], actor=actor_of(request), at=timezone.now()
        )

    page = _page(request, "登记免职", appointment.secretary) | {
        "intro": f"{appointment.secretary}：{appointment.organization}{appointment.post}，{appointment.started_on} 任职。",
        "submit_label": "登记免职",
        "confirm": f"登记{appointment.secretary}免去“{appointment.organization}”{appointment.post}？",
    }
    return _form_answer(request, form, end, "已登记免职。", page)


@login_required
@require_http_methods(["GET", "POST"])
def appointment_edit(request: HttpRequest, appointment_id: int) -> HttpResponse:
    appointment = _held_appointment(request, appointment_id)
    form = CorrectAppointmentForm(request.POST or None, appointment=appointment)

    def correct(data: dict[str, Any]) -> Appointment:
        return services.correct_appointment(
            appointment.pk, **data, actor=actor_of(request), at=timezone.now()
        )

    page = _page(request, "更正任职", appointment.secretary) | {"intro": f"{appointment.organization}"}
    return _form_answer(request, form, correct, "已更正。", page)


def _seen(request: HttpRequest, secretary_id: int) -> Secretary:
    return get_object_or_404(with_careers(secretaries_visible_to(actor_of(request))), pk=secretary_id)


def _held(request: HttpRequest, secretary_id: int) -> Secretary:
    secretary = _seen(request, secretary_id)
    if not can_edit_secretary(actor_of(request), secretary):
        raise PermissionDenied
    return secretary


def _held_appointment(request: HttpRequest, appointment_id: int) -> Appointment:
    """Find an appointment of a person in sight; 403 if its organization is another department's."""
    rows = Appointment.objects.filter(secretary__in=secretaries_visible_to(actor_of(request)))
    appointment = get_object_or_404(rows.select_related("secretary", "organization"), pk=appointment_id)
    if not can_edit_appointment(actor_of(request), appointment):
        raise PermissionDenied
    return appointment


def _form_answer(
    request: HttpRequest, form: forms.Form, save: Save, done: str, page: dict[str, Any]
) -> HttpResponse:
    """Save a valid form and go to the person's card; otherwise show the form with what is wrong."""
    if request.method == "POST" and form.is_valid():
        try:
            saved = save(dict(form.cleaned_data))
        except DomainError as error:
            if not form.non_field_errors():
                form.add_error(None, error.message)
        else:
            messages.success(request, done)
            owner_id = saved.secretary_id if isinstance(saved, Appointment) else getattr(saved, "pk", None)
            return redirect("secretaries:secretary_detail", owner_id)
    return render(request, "components/form_page.html", page | {"form": form})


def _list_crumb(request: HttpRequest) -> list[tuple[str, str]]:
    return [("书记", reverse("secretaries:secretary_list"))] if actor_of(request).scope_paths() else []


def _page(request: HttpRequest, title: str, secretary: Secretary) -> dict[str, Any]:
    back_url = reverse("secretaries:secretary_detail", args=[secretary.pk])
    crumbs = [*_list_crumb(request), (secretary.name, back_url), (title, "")]
    return {"title": title, "crumbs": crumbs, "back_url": back_url}
