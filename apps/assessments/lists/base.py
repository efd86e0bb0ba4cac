"""What the lists of assessments share: who may open them, the filter by cycle, the strip of tabs."""

from dataclasses import dataclass
from typing import ClassVar
from weakref import WeakKeyDictionary

from django.http import HttpRequest
from django.urls import reverse

from apps.assessments.selectors import ASSESSABLE_STAGES
from apps.assessments.selectors.cycles import assessed_cycles
from apps.common.kit.requests import actor_of
from apps.common.lists import Action, Filter, ListPage


@dataclass(frozen=True, slots=True)
class OfferedCycle:
    """A cycle in a drop-down or behind a button."""

    pk: int
    title: str
    year: int
    stage: str


_offered: WeakKeyDictionary[HttpRequest, list[OfferedCycle]] = WeakKeyDictionary()


def offered_cycles(request: HttpRequest) -> list[OfferedCycle]:
    """Return the cycles the account assesses, read once per request."""
    if request not in _offered:
        rows = assessed_cycles(actor_of(request)).values_list("pk", "title", "year", "stage")
        _offered[request] = [OfferedCycle(*row) for row in rows]
    return _offered[request]


class AssessmentList(ListPage):
    """A list for department staff, with the tabs of assessments above it."""

    template_name: ClassVar[str] = "assessments/list_page.html"

    def is_allowed(self, request: HttpRequest) -> bool:
        return bool(actor_of(request).department_paths())


def cycle_filter(lookup: str) -> Filter:
    """Return a drop-down of cycles; ``lookup`` leads from the row to the cycle."""
    return Filter("cycle", "周期", _choices, lambda rows, value: rows.filter(**{lookup: value}))


def _choices(request: HttpRequest) -> list[tuple[str, str]]:
    return [(str(one.pk), one.title) for one in offered_cycles(request)]


def newest_action(request: HttpRequest, url_name: str, label: str, *, is_primary: bool) -> list[Action]:
    """Return the way to a page of the chosen cycle, else the newest, that takes entries; empty if none does."""
    chosen = request.GET.get("cycle", "")
    cycles = [one for one in offered_cycles(request) if one.stage in ASSESSABLE_STAGES]
    cycle = next((one for one in cycles if str(one.pk) == chosen), cycles[0] if cycles else None)
    if cycle is None:
        return []
    return [Action(f"{label}（{cycle.year}年度）", reverse(url_name, args=[cycle.pk]), is_primary=is_primary)]
