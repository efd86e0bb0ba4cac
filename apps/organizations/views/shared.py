"""What the pages of one organization share."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from apps.common.domain.actors import Actor
from apps.common.kit.form_pages import answer_form
from apps.common.kit.requests import actor_of
from apps.organizations.models import Organization
from apps.organizations.selectors import organizations_visible_to

Saved = Callable[[dict[str, Any]], Organization]


def seen(request: HttpRequest, organization_id: int) -> Organization:
    """Return an organization in sight; out of sight: 404."""
    rows = organizations_visible_to(actor_of(request)).select_related("superior")
    return get_object_or_404(rows, pk=organization_id)


def held(
    request: HttpRequest, organization_id: int, may: Callable[[Actor, Organization], bool]
) -> Organization:
    """Return an organization the account may change; in sight but not in hand: 403."""
    organization = seen(request, organization_id)
    if not may(actor_of(request), organization):
        raise PermissionDenied
    return organization


def form_answer(
    request: HttpRequest,
    form: forms.Form,
    save: Saved,
    done: str,
    page: dict[str, Any],
    template: str = "components/form_page.html",
) -> HttpResponse:
    """Save a valid form and go to the organization's page; otherwise show the form with what is wrong."""
    return answer_form(request, form, save, page_url, done, page, template)


def page_url(organization: Organization) -> str:
    """Return where an organization is seen."""
    return reverse("organizations:organization_detail", args=[organization.pk])


def form_page(title: str, organization: Organization) -> dict[str, Any]:
    """Return head, crumbs and way back of a form on one organization."""
    trail = [*crumbs(organization), (title, "")]
    return {"title": title, "crumbs": trail, "back_url": trail[1][1]}


def crumbs(organization: Organization) -> list[tuple[str, str]]:
    """Return the way to the organization's page."""
    return [
        ("党组织", reverse("organizations:organization_list")),
        (organization.name, page_url(organization)),
    ]
