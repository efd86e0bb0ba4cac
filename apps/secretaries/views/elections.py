"""Acts around term elections; they begin and end on the organization's page."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from apps.common.kit.requests import actor_of
from apps.organizations.models import Organization
from apps.organizations.policies import can_edit_organization
from apps.organizations.views.shared import form_page, held
from apps.secretaries import services
from apps.secretaries.domain.terms import is_far_shift
from apps.secretaries.forms import ElectionForm, ReasonForm, ShiftForm, TermForm
from apps.secretaries.models import Election, TermSetting
from apps.secretaries.selectors import (
    elections_edited_by,
    elections_visible_to,
    expected_before,
    term_of,
)
from apps.secretaries.views.doors import form_answer


@login_required
@require_http_methods(["GET", "POST"])
def election_create(request: HttpRequest, organization_id: int) -> HttpResponse:
    organization = held(request, organization_id, can_edit_organization)
    initial = {"held_on": timezone.localdate(), "term_years": term_of(organization)}
    form = ElectionForm(request.POST or None, initial=initial)

    def record(data: dict[str, Any]) -> Organization:
        _point_out(
            request,
            services.record_election(organization.pk, **data, actor=actor_of(request), at=timezone.now()),
        )
        return organization

    page = form_page("登记换届", organization) | {
        "intro": "以前的换届也可以补登，按日期排列。换届后书记有变动的，请再到书记卡片登记任免。"
    }
    return form_answer(request, form, record, "已登记换届。", page)


@login_required
@require_http_methods(["GET", "POST"])
def election_edit(request: HttpRequest, election_id: int) -> HttpResponse:
    election = _held_election(request, election_id)
    initial = {name: getattr(election, name) for name in ("held_on", "term_years", "note")}
    form = ElectionForm(request.POST or None, initial=initial)

    def correct(data: dict[str, Any]) -> Organization:
        _point_out(
            request,
            services.correct_election(election.pk, **data, actor=actor_of(request), at=timezone.now()),
        )
        return election.organization

    return form_answer(request, form, correct, "已更正。", form_page("更正换届记录", election.organization))


@login_required
@require_http_methods(["GET", "POST"])
def election_shift(request: HttpRequest, election_id: int) -> HttpResponse:
    election = _held_election(request, election_id)
    form = ShiftForm(request.POST or None, election=election)

    def shift(data: dict[str, Any]) -> Organization:
        services.shift_election(election.pk, **data, actor=actor_of(request), at=timezone.now())
        return election.organization

    return form_answer(
        request, form, shift, "已保存应换届日期。", form_page("延期或提前换届", election.organization)
    )


@login_required
@require_http_methods(["GET", "POST"])
def election_void(request: HttpRequest, election_id: int) -> HttpResponse:
    election = _held_election(request, election_id)
    form = ReasonForm(request.POST or None)

    def take_back(data: dict[str, Any]) -> Organization:
        return services.void_election(
            election.pk, reason=data["reason"], actor=actor_of(request), at=timezone.now()
        )

    page = form_page("撤销换届登记", election.organization) | {
        "intro": f"{election.held_on} 换届，届期 {election.term_years} 年。只撤销录错的登记，日志里留有原样和原因。",
        "submit_label": "撤销登记",
        "confirm": f"撤销“{election.organization}”{election.held_on} 的换届登记？",
    }
    return form_answer(request, form, take_back, "已撤销这条换届登记。", page)


@login_required
@require_http_methods(["GET", "POST"])
def term_edit(request: HttpRequest, organization_id: int) -> HttpResponse:
    organization = held(request, organization_id, can_edit_organization)
    own = TermSetting.objects.filter(organization=organization).values_list("term_years", flat=True).first()
    form = TermForm(request.POST or None, organization=organization, own=own)

    def save(data: dict[str, Any]) -> Organization:
        return services.set_term(organization.pk, **data, actor=actor_of(request), at=timezone.now())

    return form_answer(request, form, save, "已保存届期。", form_page("设置届期", organization))


def _point_out(request: HttpRequest, election: Election) -> None:
    """Tell of an election held more than a year before or after it was due: often a slip of the year."""
    due_on = expected_before(election)
    if due_on is not None and is_far_shift(due_on, election.held_on):
        messages.warning(
            request,
            f"{election.held_on} 与上一届的应换届日期 {due_on} 相差一年以上，请核对年份；填错了可在“更正”里改。",
        )


def _held_election(request: HttpRequest, election_id: int) -> Election:
    actor = actor_of(request)
    election = get_object_or_404(elections_visible_to(actor), pk=election_id)
    if not elections_edited_by(actor).filter(pk=election_id).exists():
        raise PermissionDenied
    return election
