"""The blank form, to be printed."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from apps.accounts.models import User
from apps.cycles.domain.papers.templates import Orientation
from apps.evaluations.policies import can_list_sessions
from apps.evaluations.selectors import build_paper, sessions_visible_to
from apps.paper_ballots.pdf import blank_form_pdf


@login_required
@require_GET
def blank_form(request: HttpRequest, session_id: int) -> HttpResponse:
    """Answer the session's evaluation form as PDF, the same people in the same order as on screen.

    ``?layout=matrix`` or ``per_person`` overrides the form's own layout: forty people fit on a few tables.
    """
    user = cast("User", request.user)
    if not can_list_sessions(user):
        raise PermissionDenied
    session = get_object_or_404(sessions_visible_to(user).select_related("cycle__scheme"), pk=session_id)
    wanted = request.GET.get("layout", "")
    layout = Orientation(wanted) if wanted in dict(Orientation.choices()) else None
    response = HttpResponse(
        blank_form_pdf(build_paper(session), session.notes, layout), content_type="application/pdf"
    )
    response["Content-Disposition"] = f'inline; filename="paper-form-{session.pk}.pdf"'
    return response
