"""What the pages of this app share: who may in, and how a form is answered."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from apps.common.kit.form_pages import answer_form
from apps.common.kit.requests import actor_of
from apps.organizations.models import Organization
from apps.secretaries.models import Appointment, Photo, Secretary
from apps.secretaries.policies import can_edit_appointment, can_edit_secretary
from apps.secretaries.selectors import secretaries_visible_to, with_careers

Save = Callable[[dict[str, Any]], object]


def seen(request: HttpRequest, secretary_id: int) -> Secretary:
    """Find a person in sight, with the career and whether there is a photo."""
    rows = with_careers(secretaries_visible_to(actor_of(request)))
    return get_object_or_404(
        rows.annotate(has_photo=Exists(Photo.objects.filter(pk=OuterRef("pk")))), pk=secretary_id
    )


def held(request: HttpRequest, secretary_id: int) -> Secretary:
    """Find a person the account's department keeps."""
    secretary = seen(request, secretary_id)
    if not can_edit_secretary(actor_of(request), secretary):
        raise PermissionDenied
    return secretary


def held_appointment(request: HttpRequest, appointment_id: int) -> Appointment:
    """Find an appointment of a person in sight; 403 if its organization is another department's."""
    rows = Appointment.objects.filter(secretary__in=secretaries_visible_to(actor_of(request)))
    appointment = get_object_or_404(rows.select_related("secretary", "organization"), pk=appointment_id)
    if not can_edit_appointment(actor_of(request), appointment):
        raise PermissionDenied
    return appointment


def form_answer(
    request: HttpRequest, form: forms.Form, save: Save, done: str, page: dict[str, Any]
) -> HttpResponse:
    """Save a valid form and go to the page of what it belongs to; otherwise show the form with what is wrong."""
    return answer_form(request, form, save, url_of, done, page)


def url_of(saved: object) -> str:
    """Return where a saved thing is seen: a person's card, or an organization's page."""
    if isinstance(saved, Organization):
        return reverse("organizations:organization_detail", args=[saved.pk])
    owner_id = saved.secretary_id if isinstance(saved, Appointment) else getattr(saved, "pk", None)
    return reverse("secretaries:secretary_detail", args=[owner_id])


def list_crumb(request: HttpRequest) -> list[tuple[str, str]]:
    return [("书记", reverse("secretaries:secretary_list"))] if actor_of(request).scope_paths() else []


def page_of(request: HttpRequest, title: str, secretary: Secretary) -> dict[str, Any]:
    """Return what a form page about a person shows around its form."""
    back_url = reverse("secretaries:secretary_detail", args=[secretary.pk])
    crumbs = [*list_crumb(request), (secretary.name, back_url), (title, "")]
    return {"title": title, "crumbs": crumbs, "back_url": back_url}
