"""How every page of a cycle finds its cycle: out of sight 404, in sight but not one's own to run 403."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from apps.cycles.domain.words import PART_TITLES
from apps.cycles.lists import account
from apps.cycles.models import ReviewCycle
from apps.cycles.policies import can_list_cycles, can_manage_cycle
from apps.cycles.selectors import cycles_visible_to


def seen_cycle(request: HttpRequest, cycle_id: int) -> ReviewCycle:
    """Return a cycle the account may look at."""
    if not can_list_cycles(account(request)):
        raise PermissionDenied
    rows = cycles_visible_to(account(request)).select_related("host", "scheme")
    return get_object_or_404(rows, pk=cycle_id)


def managed_cycle(request: HttpRequest, cycle_id: int) -> ReviewCycle:
    """Return a cycle the account runs."""
    cycle = seen_cycle(request, cycle_id)
    if not can_manage_cycle(account(request), cycle):
        raise PermissionDenied
    return cycle


def crumbs(cycle: ReviewCycle, label: str = "") -> list[tuple[str, str]]:
    """Return the way to a page of the cycle."""
    way = [("年度周期", reverse("cycles:cycle_list"))]
    if not label:
        return [*way, (cycle.title, "")]
    return [*way, (cycle.title, reverse("cycles:cycle_detail", args=[cycle.pk])), (label, "")]


def part_links(cycle: ReviewCycle, current: str) -> list[tuple[str, str, bool]]:
    """Return the pages of the scheme's parts: label, address, whether it is the current one."""
    return [(label, _part_url(cycle, key), key == current) for key, label in PART_TITLES.items()]


def _part_url(cycle: ReviewCycle, key: str) -> str:
    if key == "papers":
        return reverse("cycles:paper_list", args=[cycle.pk])
    return reverse("cycles:scheme_edit", args=[cycle.pk, key])
