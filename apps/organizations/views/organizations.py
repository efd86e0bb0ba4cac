"""Pages of organizations: tree, card, and the acts that change the tree."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.common.domain.actors import Actor
from apps.common.errors import DomainError, StaleVersion
from apps.common.kit.requests import actor_of
from apps.organizations import services
from apps.organizations.forms import (
    AbolishOrganizationForm,
    CreateOrganizationForm,
    EditOrganizationForm,
    MoveOrganizationForm,
    option_text,
)
from apps.organizations.kit.parts import organization_parts
from apps.organizations.models import Organization
from apps.organizations.policies import can_edit_organization, can_edit_organizations, can_place_organization
from apps.organizations.selectors import (
    organizations_edited_by,
    organizations_visible_to,
    subordinates_of,
    superior_chain,
    tops_visible_to,
)

OFFERED = 20
SHOWN_SUBORDINATES = 200
Saved = Callable[[dict[str, Any]], Organization]


@login_required
@require_GET
def organization_tree(request: HttpRequest) -> HttpResponse:
    """Show the tops of the account's subtrees; each opens on demand."""
    actor = actor_of(request)
    if not actor.scope_paths():
        raise PermissionDenied
    crumbs = [("党组织", reverse("organizations:organization_list")), ("组织树", "")]
    return render(
        request, "organizations/organization_tree.html", {"nodes": tops_visible_to(actor), "crumbs": crumbs}
    )


@login_required
@require_GET
def organization_branch(request: HttpRequest, organization_id: int) -> HttpResponse:
    """Answer the direct subordinates of one node of the tree."""
    organization = _seen(request, organization_id)
    nodes = list(subordinates_of(organization)[: SHOWN_SUBORDINATES + 1])
    context = {
        "superior": organization,
        "nodes": nodes[:SHOWN_SUBORDINATES],
        "has_more": len(nodes) > SHOWN_SUBORDINATES,
    }
    return render(request, "organizations/_tree_nodes.html", context)


@login_required
@require_GET
def organization_detail(request: HttpRequest, organization_id: int) -> HttpResponse:
    actor = actor_of(request)
    organization = _seen(request, organization_id)
    subordinates = list(subordinates_of(organization)[: SHOWN_SUBORDINATES + 1])
    chain = superior_chain(organization)
    context = {
        "organization": organization,
        "chain": chain,
        "chain_seen": {one.pk for one in chain if any(one.path.startswith(p) for p in actor.scope_paths())},
        "subordinates": subordinates[:SHOWN_SUBORDINATES],
        "has_more": len(subordinates) > SHOWN_SUBORDINATES,
        "parts": organization_parts.parts_for(organization.pk, actor),
        "may_edit": can_edit_organization(actor, organization),
        "may_place": can_place_organization(actor, organization),
        "crumbs": [*_crumbs(organization)[:-1], (organization.name, "")],
    }
    return render(request, "organizations/organization_detail.html", context)


@login_required
@require_GET
def organization_options(request: HttpRequest) -> HttpResponse:
    """Answer the entries offered by the picker for what was typed so far."""
    actor = actor_of(request)
    if not can_edit_organizations(actor):
        raise PermissionDenied
    typed = request.GET.get(request.GET.get("field", ""), "").strip()[:60]
    rows = organizations_edited_by(actor).filter(abolished_on__isnull=True)
    for word in typed.split():
        rows = rows.filter(
            Q(code__istartswith=word) | Q(name__icontains=word) | Q(pinyin_key__icontains=word)
        )
    options = [option_text(row) for row in rows.order_by("depth", "pinyin_key", "pk")[:OFFERED]]
    return render(request, "organizations/_organization_options.html", {"options": options})


@login_required
@require_http_methods(["GET", "POST"])
def organization_create(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    if not can_edit_organizations(actor):
        raise PermissionDenied
    superior = request.GET.get("superior", "")
    chosen = organizations_edited_by(actor).filter(pk=superior).first() if superior.isdigit() else None
    form = CreateOrganizationForm(request.POST or None, actor=actor, initial={"superior": chosen})
    crumbs = [("党组织", reverse("organizations:organization_list")), ("新增党组织", "")]

    def create(data: dict[str, Any]) -> Organization:
        superior_id = data.pop("superior").pk
        return services.create_organization(**data, superior_id=superior_id, actor=actor, at=timezone.now())

    page = {"title": "新增党组织", "crumbs": crumbs, "back_url": reverse("organizations:organization_list")}
    return _form_answer(request, form, create, "已新增“{}”。", page)


@login_required
@require_http_methods(["GET", "POST"])
def organization_edit(request: HttpRequest, organization_id: int) -> HttpResponse:
    organization = _held(request, organization_id, can_edit_organization)
    stored = {name: getattr(organization, name) for name in services.EDITED}
    form = EditOrganizationForm(request.POST or None, initial=stored | {"version": organization.version})

    def edit(data: dict[str, Any]) -> Organization:
        version = data.pop("version")
        try:
            return services.edit_organization(
                organization.pk, changes=data, version=version, actor=actor_of(request), at=timezone.now()
            )
        except StaleVersion:
            form.keep_after_conflict(organization.version, stored)
            raise

    return _form_answer(request, form, edit, "已保存“{}”。", _form_page("修改党组织", organization))


@login_required
@require_http_methods(["GET", "POST"])
def organization_move(request: HttpRequest, organization_id: int) -> HttpResponse:
    organization = _held(request, organization_id, can_place_organization)
    actor = actor_of(request)
    form = MoveOrganizationForm(request.POST or None, actor=actor, initial={"version": organization.version})

    def move(data: dict[str, Any]) -> Organization:
        return services.move_organization(
            organization.pk,
            superior_id=data["superior"].pk,
            version=data["version"],
            actor=actor,
            at=timezone.now(),
        )

    n_below = organizations_visible_to(actor).filter(path__startswith=organization.path).count() - 1
    page = _form_page("调整隶属关系", organization) | {
        "intro": f"“{organization}”现在的上级是“{organization.superior}”，下面共有 {n_below} 个党组织，将一起调整。",
        "submit_label": "调整",
        "confirm": f"把“{organization}”连同 {n_below} 个下级调整到新的上级之下？",
    }
    return _form_answer(request, form, move, "已调整“{}”的隶属关系。", page)


@login_required
@require_http_methods(["GET", "POST"])
def organization_abolish(request: HttpRequest, organization_id: int) -> HttpResponse:
    organization = _held(request, organization_id, can_place_organization)
    initial = {"version": organization.version, "on": timezone.localdate()}
    form = AbolishOrganizationForm(request.POST or None, initial=initial)

    def abolish(data: dict[str, Any]) -> Organization:
        return services.abolish_organization(
            organization.pk, **data, actor=actor_of(request), at=timezone.now()
        )

    page = _form_page("撤销党组织", organization) | {
        "intro": f"撤销“{organization}”后，它不再出现在新周期的选择里；历年的述职、问题和任职记录都保留。",
        "submit_label": "撤销",
        "confirm": f"确定撤销“{organization}”？",
    }
    return _form_answer(request, form, abolish, "已撤销“{}”。", page)


@login_required
@require_POST
def organization_reinstate(request: HttpRequest, organization_id: int) -> HttpResponse:
    organization = _held(request, organization_id, can_place_organization)
    try:
        services.reinstate_organization(organization.pk, actor=actor_of(request), at=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"已恢复“{organization}”。")
    return redirect("organizations:organization_detail", organization.pk)


def _seen(request: HttpRequest, organization_id: int) -> Organization:
    rows = organizations_visible_to(actor_of(request)).select_related("superior")
    return get_object_or_404(rows, pk=organization_id)


def _held(
    request: HttpRequest, organization_id: int, may: Callable[[Actor, Organization], bool]
) -> Organization:
    organization = _seen(request, organization_id)
    if not may(actor_of(request), organization):
        raise PermissionDenied
    return organization


def _form_answer(
    request: HttpRequest, form: forms.Form, save: Saved, done: str, page: dict[str, Any]
) -> HttpResponse:
    """Save a valid form and go to the organization's page; otherwise show the form with what is wrong."""
    if request.method == "POST" and form.is_valid():
        try:
            organization = save(dict(form.cleaned_data))
        except DomainError as error:
            if not form.non_field_errors():
                form.add_error(None, error.message)
        else:
            messages.success(request, done.format(organization))
            return redirect("organizations:organization_detail", organization.pk)
    return render(request, "components/form_page.html", page | {"form": form})


def _form_page(title: str, organization: Organization) -> dict[str, Any]:
    crumbs = [*_crumbs(organization), (title, "")]
    return {"title": title, "crumbs": crumbs, "back_url": crumbs[1][1]}


def _crumbs(organization: Organization) -> list[tuple[str, str]]:
    return [
        ("党组织", reverse("organizations:organization_list")),
        (organization.name, reverse("organizations:organization_detail", args=[organization.pk])),
    ]
