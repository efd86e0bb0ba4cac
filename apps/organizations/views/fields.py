"""The page of the fields (领域): one list, edited in place by the head of the whole district's department."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.common.domain.actors import Actor
from apps.common.errors import DomainError
from apps.common.kit.requests import actor_of
from apps.organizations.forms import FieldForm
from apps.organizations.kit.field_uses import uses_by_field
from apps.organizations.models import OrganizationField
from apps.organizations.policies import can_edit_fields, can_see_fields
from apps.organizations.selectors.fields import fields_with_counts
from apps.organizations.services import fields as services

Act = Callable[[str], OrganizationField]


@login_required
@require_GET
def field_list(request: HttpRequest) -> HttpResponse:
    """Show all fields in their order, with what uses them."""
    if not can_see_fields(actor_of(request)):
        raise PermissionDenied
    return _page(request, FieldForm())


@login_required
@require_POST
def field_add(request: HttpRequest) -> HttpResponse:
    actor = _editor(request)
    form = FieldForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    try:
        field = services.add_field(form.cleaned_data["label"], actor=actor, at=timezone.now())
    except DomainError as error:
        form.add_error("label", error.message)
        return _page(request, form)
    messages.success(request, f"已新增领域“{field}”，现在可以在党组织和花名册里选它。")
    return redirect("organizations:field_list")


@login_required
@require_http_methods(["GET", "POST"])
def field_rename(request: HttpRequest, key: str) -> HttpResponse:
    actor = _editor(request)
    field = get_object_or_404(OrganizationField, key=key)
    form = FieldForm(request.POST or None, initial={"label": field.label})
    if request.method == "POST" and form.is_valid():
        try:
            services.rename_field(key, label=form.cleaned_data["label"], actor=actor, at=timezone.now())
        except DomainError as error:
            form.add_error("label", error.message)
        else:
            messages.success(request, f"“{field}”已改名为“{form.cleaned_data['label']}”。")
            return redirect("organizations:field_list")
    context = {
        "form": form,
        "title": f"领域“{field}”改名",
        "intro": "还没有用于已启动周期的领域才能改名：名称一旦写进一年的文书，就不再变动。",
        "crumbs": [*_crumbs()[:-1], ("领域", reverse("organizations:field_list")), ("改名", "")],
        "back_url": reverse("organizations:field_list"),
    }
    return render(request, "components/form_page.html", context)


@login_required
@require_POST
def field_move(request: HttpRequest, key: str) -> HttpResponse:
    """Move one place; the page comes back with the same button in focus, at the end of the list with the other one."""
    actor = _editor(request)
    direction = "up" if request.POST.get("direction") == "up" else "down"
    by = -1 if direction == "up" else 1
    field = services.move_field(key, by=by, actor=actor, at=timezone.now())
    ends = {"up": 1, "down": OrganizationField.objects.count()}
    if field.order_no == ends[direction]:
        direction = "down" if direction == "up" else "up"
    return redirect(f"{reverse('organizations:field_list')}#{direction}-{key}")


@login_required
@require_POST
def field_retire(request: HttpRequest, key: str) -> HttpResponse:
    actor = _editor(request)
    done = "已停用“{}”：新的党组织不再能选它，已经属于它的不受影响。"
    return _done(request, key, lambda one: services.retire_field(one, actor=actor, at=timezone.now()), done)


@login_required
@require_POST
def field_reinstate(request: HttpRequest, key: str) -> HttpResponse:
    actor = _editor(request)
    done = "已恢复使用“{}”。"
    return _done(
        request, key, lambda one: services.reinstate_field(one, actor=actor, at=timezone.now()), done
    )


def _done(request: HttpRequest, key: str, act: Act, words: str) -> HttpResponse:
    try:
        messages.success(request, words.format(act(key)))
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("organizations:field_list")


def _editor(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    if not can_edit_fields(actor):
        raise PermissionDenied
    return actor


def _page(request: HttpRequest, form: FieldForm) -> HttpResponse:
    counts = fields_with_counts()
    uses = uses_by_field()
    context: dict[str, Any] = {
        "form": form,
        "heads": list(uses),
        "lines": [
            (one, n, [(what, used.get(one.key, 0)) for what, used in uses.items()]) for one, n in counts
        ],
        "may_edit": can_edit_fields(actor_of(request)),
        "crumbs": _crumbs(),
    }
    return render(request, "organizations/field_list.html", context)


def _crumbs() -> list[tuple[str, str]]:
    return [("党组织", reverse("organizations:organization_list")), ("领域", "")]
