"""How every page of assessments finds what it is about: not staff 403, out of sight 404, in sight but not one's own 403."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from apps.accounts.kit.requests import LoggedInRequest
from apps.assessments.models import FigureImport
from apps.assessments.policies import can_assess
from apps.assessments.selectors import components_visible_to
from apps.assessments.selectors.cycles import assessed_cycles, assessed_reviewees
from apps.assessments.selectors.imports import imports_visible_to
from apps.cycles.models import ReviewCycle, Reviewee, SchemeComponent


def require_staff(request: LoggedInRequest) -> None:
    """Let department staff pass."""
    if not request.user.is_department_staff:
        raise PermissionDenied


def held_cycle(request: LoggedInRequest, cycle_id: int) -> ReviewCycle:
    """Return a cycle the account assesses."""
    require_staff(request)
    cycle = get_object_or_404(assessed_cycles(request.user), pk=cycle_id)
    _require_own(request, cycle)
    return cycle


def held_component(request: LoggedInRequest, component_id: int) -> SchemeComponent:
    """Return an imported component of such a cycle."""
    require_staff(request)
    component = get_object_or_404(components_visible_to(request.user), pk=component_id)
    _require_own(request, component.scheme.cycle)
    return component


def held_reviewee(request: LoggedInRequest, reviewee_id: int) -> Reviewee:
    """Return a reviewee of such a cycle."""
    require_staff(request)
    reviewee = get_object_or_404(assessed_reviewees(request.user), pk=reviewee_id)
    _require_own(request, reviewee.cycle)
    return reviewee


def held_import(request: LoggedInRequest, import_id: int) -> FigureImport:
    """Return an import into such a cycle."""
    require_staff(request)
    rows = imports_visible_to(request.user).select_related("cycle__host", "file", "uploaded_by")
    figure_import = get_object_or_404(rows, pk=import_id)
    _require_own(request, figure_import.cycle)
    return figure_import


def _require_own(request: LoggedInRequest, cycle: ReviewCycle) -> None:
    if not can_assess(request.user, cycle):
        raise PermissionDenied
