"""Founding, editing, renaming, moving, abolishing and reinstating one organization."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from apps.common.errors import StaleVersion
from apps.common.kit.reauthentication import reauthenticated
from apps.common.kit.requests import actor_of
from apps.organizations import services
from apps.organizations.forms import (
    AbolishOrganizationForm,
    CreateOrganizationForm,
    EditOrganizationForm,
    MoveOrganizationForm,
    ReinstateOrganizationForm,
    RenameOrganizationForm,
    TakeBackForm,
)
from apps.organizations.kit.open_work import open_work_of
from apps.organizations.models import Organization
from apps.organizations.policies import can_edit_organization, can_edit_organizations, can_place_organization
from apps.organizations.selectors import organizations_edited_by, organizations_visible_to
from apps.organizations.selectors.last_acts import changes_of_act, last_change_to_take_back
from apps.organizations.selectors.timeline import told_of_act
from apps.organizations.views.shared import form_answer, form_page, held


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
    return form_answer(request, form, create, "已新增“{}”。", page)


@login_required
@require_http_methods(["GET", "POST"])
def organization_edit(request: HttpRequest, organization_id: int) -> HttpResponse:
    organization = held(request, organization_id, can_edit_organization)
    stored = {name: getattr(organization, name) for name in services.EDITED}
    form = EditOrganizationForm(request.POST or None, initial=stored | {"version": organization.version})

    def edit(data: dict[str, Any]) -> Organization:
        version, on, reason = data.pop("version"), data.pop("on"), data.pop("reason")
        try:
            return services.edit_organization(
                organization.pk, changes=data, version=version, on=on, reason=reason, actor=actor_of(request),
                at=timezone.now(),
            )  # fmt: skip
        except StaleVersion:
            form.keep_after_conflict(organization.version, stored)
            raise

    return form_answer(request, form, edit, "已保存“{}”。", form_page("修改党组织", organization))


@login_required
@require_http_methods(["GET", "POST"])
def organization_rename(request: HttpRequest, organization_id: int) -> HttpResponse:
    organization = held(request, organization_id, can_edit_organization)
    form = RenameOrganizationForm(request.POST or None, initial=_initial(organization))

    def rename(data: dict[str, Any]) -> Organization:
        return services.rename_organization(
            organization.pk, **data, actor=actor_of(request), at=timezone.now()
        )

    page = form_page("更名", organization) | {
        "intro": f"现在的名称是“{organization}”。更名日期以前的沿革和历年已生成的材料仍用原来的名称。",
        "submit_label": "更名",
    }
    return form_answer(request, form, rename, "已更名为“{}”。", page)


@login_required
@require_http_methods(["GET", "POST"])
def organization_move(request: HttpRequest, organization_id: int) -> HttpResponse:
    organization = held(request, organization_id, can_place_organization)
    actor = actor_of(request)
    form = MoveOrganizationForm(request.POST or None, actor=actor, initial=_initial(organization))

    def move(data: dict[str, Any]) -> Organization:
        superior_id = data.pop("superior").pk
        return services.move_organization(
            organization.pk, superior_id=superior_id, **data, actor=actor, at=timezone.now()
        )

    n_below = organizations_visible_to(actor).filter(path__startswith=organization.path).count() - 1
    page = form_page("调整隶属关系", organization) | {
        "intro": f"“{organization}”现在的上级是“{organization.superior}”，下面共有 {n_below} 个党组织，将一起调整。",
        "submit_label": "调整",
        "confirm": f"把“{organization}”连同 {n_below} 个下级调整到新的上级之下？",
    }
    return form_answer(request, form, move, "已调整“{}”的隶属关系。", page)


@login_required
@require_http_methods(["GET", "POST"])
@reauthenticated
def organization_abolish(request: HttpRequest, organization_id: int) -> HttpResponse:
    organization = held(request, organization_id, can_place_organization)
    form = AbolishOrganizationForm(request.POST or None, initial=_initial(organization))

    def abolish(data: dict[str, Any]) -> Organization:
        return services.abolish_organization(
            organization.pk, **data, actor=actor_of(request), at=timezone.now()
        )

    page = form_page("撤销党组织", organization) | {
        "intro": f"撤销“{organization}”后，它不再出现在新周期的选择里；历年的述职、问题和任职记录都保留。",
        "submit_label": "撤销",
        "confirm": f"确定撤销“{organization}”？",
        "open_work": open_work_of([organization.pk], actor_of(request)),
    }
    return form_answer(request, form, abolish, "已撤销“{}”。", page, "organizations/organization_close.html")


@login_required
@require_http_methods(["GET", "POST"])
def organization_reinstate(request: HttpRequest, organization_id: int) -> HttpResponse:
    organization = held(request, organization_id, can_place_organization)
    if organization.abolished_on is None:
        return redirect("organizations:organization_detail", organization.pk)
    form = ReinstateOrganizationForm(request.POST or None)

    def reinstate(data: dict[str, Any]) -> Organization:
        return services.reinstate_organization(
            organization.pk, **data, actor=actor_of(request), at=timezone.now()
        )

    page = form_page("恢复党组织", organization) | {
        "intro": f"“{organization}”已于 {organization.abolished_on:%Y-%m-%d} 撤销。恢复的只是它自己，已调走的下级需要时请逐个调回。",
        "submit_label": "恢复",
    }
    return form_answer(request, form, reinstate, "已恢复“{}”。", page)


@login_required
@require_http_methods(["GET", "POST"])
def organization_take_back(request: HttpRequest, organization_id: int) -> HttpResponse:
    organization = held(request, organization_id, can_place_organization)
    last = last_change_to_take_back(organization, timezone.now())
    if last is None:
        return redirect("organizations:organization_history", organization.pk)
    form = TakeBackForm(request.POST or None)

    def take_back(data: dict[str, Any]) -> Organization:
        return services.take_back_last_act(
            organization.pk, **data, actor=actor_of(request), at=timezone.now()
        )

    page = form_page("撤回登记", organization) | {
        "intro": told_of_act(changes_of_act(last)),
        "submit_label": "撤回",
        "confirm": f"撤回“{organization}”的这次登记？",
    }
    return form_answer(request, form, take_back, "已撤回，“{}”和相关组织恢复到登记以前的样子。", page)


def _initial(organization: Organization) -> dict[str, Any]:
    return {"version": organization.version, "on": timezone.localdate(), "name": organization.name}
