"""What a secretary sees: the own grades of all years, and the documents that tell them."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from apps.accounts.kit.requests import LoggedInRequest
from apps.official_documents.selectors.feedback import own_years


@require_GET
@login_required
def my_feedback(request: LoggedInRequest) -> HttpResponse:
    """Show a secretary the own grades, reconsiderations and documents of all years."""
    if request.user.secretary_id is None:
        raise PermissionDenied
    return render(request, "official_documents/my_feedback.html", {"years": own_years(request.user)})
