"""Merging and splitting organizations."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from apps.common.errors import NotAllowedNow
from apps.common.kit.reauthentication import reauthenticated
from apps.common.kit.requests import actor_of
from apps.organizations import services
from apps.organizations.forms import MergeOrganizationForm, SplitOrganizationForm
from apps.organizations.kit.open_work import open_work_of
from apps.organizations.models import Organization
from apps.organizations.policies import can_place_organization
from apps.organizations.selectors import living_subordinates_of
from apps.organizations.views.shared import form_answer, form_page, held

SHARED_OUT = 300


@login_required
@require_http_methods(["GET", "POST"])
@reauthenticated
def organization_merge(request: HttpRequest, organization_id: int) -> HttpResponse:
    organization = held(request, organization_id, can_place_organization)
    actor = actor_of(request)
    initial = {"on": timezone.localdate(), "kind": organization.kind, "field": organization.field}
    form = MergeOrganizationForm(
        request.POST or None, actor=actor, organization=organization, initial=initial
    )

    def merge(data: dict[str, Any]) -> Organization:
        absorbed = [organization, *form.others()]
        for one in absorbed:
            if not can_place_organization(actor, one):
                raise NotAllowedNow(f"“{one}”的上级不在您的范围内，您不能合并它。没有改动。")
        return services.merge_organizations(
            [one.pk for one in absorbed], into=form.into(), on=data["on"], reason=data["reason"],
            end_appointments=data["end_appointments"], actor=actor, at=timezone.now(),
        )  # fmt: skip

    page = form_page("合并党组织", organization) | {
        "intro": f"“{organization}”和一并选择的组织合并后不再存在，它们的 {living_subordinates_of(organization).count()} 个下级改由合并后的组织领导；历年记录都保留在原组织名下。",
        "submit_label": "合并",
        "confirm": f"确定合并“{organization}”？",
        "open_work": open_work_of([organization.pk], actor),
    }
    return form_answer(request, form, merge, "已合并为“{}”。", page, "organizations/organization_join.html")


@login_required
@require_http_methods(["GET", "POST"])
@reauthenticated
def organization_split(request: HttpRequest, organization_id: int) -> HttpResponse:
    organization = held(request, organization_id, can_place_organization)
    actor = actor_of(request)
    subordinates = list(living_subordinates_of(organization)[:SHARED_OUT])
    initial = {"version": organization.version, "on": timezone.localdate()}
    for n in (1, 2, 3):
        initial |= {f"kind_{n}": organization.kind, f"field_{n}": organization.field}
    form = SplitOrganizationForm(request.POST or None, subordinates=subordinates, initial=initial)

    def split(data: dict[str, Any]) -> Organization:
        services.split_organization(
            organization.pk, parts=form.parts(), is_closed=data["is_closed"], on=data["on"], reason=data["reason"],
            end_appointments=data["end_appointments"], version=data["version"], actor=actor, at=timezone.now(),
        )  # fmt: skip
        return organization

    page = form_page("分设党组织", organization) | {
        "intro": f"从“{organization}”分出一个或几个新组织，放在同一个上级之下；它现有的下级逐个选择去向。",
        "submit_label": "分设",
        "confirm": f"确定分设“{organization}”？",
        "open_work": open_work_of([organization.pk], actor),
        "n_not_shown": living_subordinates_of(organization).count() - len(subordinates)
        if len(subordinates) == SHARED_OUT
        else 0,
    }
    return form_answer(request, form, split, "“{}”已分设。", page, "organizations/organization_join.html")
