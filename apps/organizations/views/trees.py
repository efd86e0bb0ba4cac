"""The tree browser and its search."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from apps.common.domain.chinese_dates import parse_date
from apps.common.kit.requests import actor_of
from apps.organizations.models import Organization
from apps.organizations.selectors import organizations_visible_to
from apps.organizations.selectors.search import suggestions, with_ways
from apps.organizations.selectors.tree import Level, level_as_of, level_below, open_tree, tops_as_of
from apps.organizations.views.options import TYPED
from apps.organizations.views.shared import seen

MOST_DIGITS = 18


@login_required
@require_GET
def organization_tree(request: HttpRequest) -> HttpResponse:
    """Show the tree: as it is now, opened down to ``at``, or (``day``) as it was on a day, read only."""
    actor = actor_of(request)
    if not actor.scope_paths():
        raise PermissionDenied
    day, with_abolished = _day(request), _with_abolished(request)
    context: dict[str, Any] = {
        "crumbs": [("党组织", reverse("organizations:organization_list")), ("组织树", "")],
        "today": timezone.localdate(),
        "typed": request.GET.get("q", "").strip()[:TYPED],
        **_shared(day, with_abolished=with_abolished),
    }
    if day is not None:
        return render(
            request, "organizations/organization_tree.html", context | {"nodes": tops_as_of(actor, day)}
        )
    if context["typed"]:
        hits = _hits(request, with_abolished=with_abolished)
        if len(hits) == 1:
            found = hits[0].organization.pk
            return redirect(
                f"{request.path}?{urlencode({'at': found})}{'&abolished=1' if with_abolished else ''}#node-{found}"
            )
        context["hits"] = hits
    chosen = _chosen(request)
    context["with_abolished"] = with_abolished = with_abolished or bool(chosen and chosen.abolished_on)
    context["tree_query"] = _shared(None, with_abolished=with_abolished)["tree_query"]
    context |= {"nodes": open_tree(actor, chosen, with_abolished=with_abolished), "chosen": chosen}
    return render(request, "organizations/organization_tree.html", context)


@login_required
@require_GET
def organization_branch(request: HttpRequest, organization_id: int) -> HttpResponse:
    """Answer up to 100 subordinates of one node of the tree, from place ``start`` on."""
    organization = seen(request, organization_id)
    day, with_abolished = _day(request), _with_abolished(request)
    start = _number(request, "start") or 0
    level: Level
    if day is not None:
        level = level_as_of(organization, actor_of(request), day, start=start)
    else:
        level = level_below(organization, start=start, with_abolished=with_abolished)
    context = {
        "nodes": level.nodes,
        "more_from": level.more_from,
        "superior_pk": organization.pk,
        "depth": _number(request, "depth") or 2,
        **_shared(day, with_abolished=with_abolished),
    }
    return render(request, "organizations/_tree_level.html", context)


@login_required
@require_GET
def organization_search(request: HttpRequest) -> HttpResponse:
    """Answer the suggestions under the search box of the tree."""
    if not actor_of(request).scope_paths():
        raise PermissionDenied
    with_abolished = _with_abolished(request)
    context = {
        "hits": _hits(request, with_abolished=with_abolished),
        "typed": request.GET.get("q", "").strip(),
        "with_abolished": with_abolished,
    }
    return render(request, "organizations/_tree_hits.html", context)


def _hits(request: HttpRequest, *, with_abolished: bool) -> list[Any]:
    actor = actor_of(request)
    rows = organizations_visible_to(actor)
    if not with_abolished:
        rows = rows.filter(abolished_on__isnull=True)
    return with_ways(suggestions(rows, request.GET.get("q", "")[:TYPED]), actor.scope_paths())


def _chosen(request: HttpRequest) -> Organization | None:
    at = _number(request, "at")
    return seen(request, at) if at is not None else None


def _number(request: HttpRequest, name: str) -> int | None:
    """Return a whole number of the address, ``None`` if there is none (or one no database holds)."""
    typed = request.GET.get(name, "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= MOST_DIGITS else None


def _day(request: HttpRequest) -> date | None:
    """Return the day of the past that is asked for; today and later days are the tree as it is."""
    day = parse_date(request.GET.get("day", ""))
    return day if day is not None and day < timezone.localdate() else None


def _with_abolished(request: HttpRequest) -> bool:
    return request.GET.get("abolished") == "1"


def _shared(day: date | None, *, with_abolished: bool) -> dict[str, Any]:
    """Return what each level passes on to the next."""
    query = {"day": day.isoformat()} if day else {"abolished": "1"} if with_abolished else {}
    return {"day": day, "with_abolished": with_abolished, "tree_query": urlencode(query)}
