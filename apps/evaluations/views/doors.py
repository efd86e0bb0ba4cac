"""How views of this app find a session that an account may manage, and how they answer."""

from typing import cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from apps.accounts.models import User
from apps.common.forms import BaseForm
from apps.evaluations.models import EvaluationSession
from apps.evaluations.policies import can_list_sessions, can_manage_session
from apps.evaluations.selectors import sessions_visible_to

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def user_of(request: HttpRequest) -> User:
    """Return the account behind ``login_required``."""
    return cast("User", request.user)


def held_session(request: HttpRequest, session_id: int) -> EvaluationSession:
    """Return a session the account may manage. No business with sessions: 403; out of sight: 404."""
    user = user_of(request)
    if not can_list_sessions(user):
        raise PermissionDenied
    rows = sessions_visible_to(user).select_related("cycle__host", "cycle__scheme", "meeting", "rehearsal_of")
    session = get_object_or_404(rows, pk=session_id)
    if not can_manage_session(user, session):
        raise PermissionDenied
    return session


def words_of(form: BaseForm) -> str:
    """Return all that is wrong with a form as one sentence, for acts that lead back to their page."""
    return "；".join(str(text) for errors in form.errors.values() for text in errors)


def paper_answer(content: bytes, name: str) -> HttpResponse:
    """Answer a PDF to be printed at once: shown by the browser, kept by nobody on the way."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response["Cache-Control"] = "no-store, private"
    response["Referrer-Policy"] = "no-referrer"
    return response


def strict(response: HttpResponse) -> HttpResponse:
    """Allow nothing but our own script, style and address, and tell no other page where one came from."""
    response["Content-Security-Policy"] = POLICY
    response["Referrer-Policy"] = "no-referrer"
    return response
