"""The page of one organization and its history."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from apps.common.kit.requests import actor_of
from apps.organizations.domain.tree import is_within
from apps.organizations.kit.open_work import open_work_of
from apps.organizations.kit.parts import organization_parts
from apps.organizations.policies import can_edit_organization, can_place_organization
from apps.organizations.selectors import with_superiors
from apps.organizations.selectors.last_acts import last_change_to_take_back
from apps.organizations.selectors.timeline import timeline_of
from apps.organizations.selectors.tree import level_below
from apps.organizations.views.shared import crumbs, seen


@login_required
@require_GET
def organization_detail(request: HttpRequest, organization_id: int) -> HttpResponse:
    actor = actor_of(request)
    found = with_superiors(organization_id)
    if not found or not is_within(found[-1].path, actor.scope_paths()):
        raise Http404
    *chain, organization = found
    is_gone = organization.abolished_on is not None
    context = {
        "organization": organization,
        "chain": chain,
        "chain_seen": {one.pk for one in chain if is_within(one.path, actor.scope_paths())},
        "level": level_below(organization),
        "parts": organization_parts.parts_for(organization, actor),
        "may_edit": can_edit_organization(actor, organization),
        "may_place": can_place_organization(actor, organization),
        "open_work": open_work_of([organization.pk], actor) if is_gone else [],
        "crumbs": [*crumbs(organization)[:-1], (organization.name, "")],
    }
    return render(request, "organizations/organization_detail.html", context)


@login_required
@require_GET
def organization_history(request: HttpRequest, organization_id: int) -> HttpResponse:
    """Show what happened to an organization, the latest first: since when, why, recorded by whom and when."""
    organization = seen(request, organization_id)
    context = {
        "organization": organization,
        "events": timeline_of(organization, actor_of(request)),
        "crumbs": [*crumbs(organization), ("组织沿革", "")],
        "may_take_back": can_place_organization(actor_of(request), organization)
        and last_change_to_take_back(organization, timezone.now()) is not None,
    }
    return render(request, "organizations/organization_history.html", context)
