"""What a picker of organizations offers while one types (``forms.OrganizationInput``)."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from apps.common.kit.requests import actor_of
from apps.organizations.forms import option_text
from apps.organizations.models import Organization
from apps.organizations.policies import can_edit_organizations
from apps.organizations.selectors import organizations_edited_by
from apps.organizations.selectors.search import suggestions

TYPED = 60
AT_FIRST = 20


@login_required
@require_GET
def organization_options(request: HttpRequest) -> HttpResponse:
    """Offer what the account keeps as department staff."""
    actor = actor_of(request)
    if not can_edit_organizations(actor):
        raise PermissionDenied
    return answer_options(request, organizations_edited_by(actor))


def answer_options(request: HttpRequest, rows: QuerySet[Organization]) -> HttpResponse:
    """Answer the living ones of the rows that suit what was typed so far; the upper levels if nothing was.

    The text is the parameter that ``field`` names. A form that sets another ``queryset`` than the account's own offers it by
    a view of its own.
    """
    typed = request.GET.get(request.GET.get("field", ""), "").strip()[:TYPED]
    living = rows.filter(abolished_on=None)
    found = suggestions(living, typed) if typed else living.order_by("depth", "pinyin_key", "pk")[:AT_FIRST]
    return render(request, "organizations/_organization_options.html", {"options": map(option_text, found)})
