"""What a secretary sees of the own grades."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from apps.accounts.kit.requests import LoggedInRequest
from apps.grading.selectors import own_decisions, with_effective_grade
from apps.scoring.models import ScoreSummary


@require_GET
@login_required
def my_feedback(request: LoggedInRequest) -> HttpResponse:
    """Show a secretary the own grades, reconsiderations and letters of all years."""
    if request.user.secretary_id is None:
        raise PermissionDenied
    decisions = list(
        with_effective_grade(own_decisions(request.user))
        .select_related("reviewee__cycle", "deliberation")
        .prefetch_related("letters__file", "reconsiderations")
        .order_by("-reviewee__cycle__year")
    )
    found = ScoreSummary.objects.filter(
        run__is_current=True, reviewee__in=[one.reviewee_id for one in decisions]
    )
    summaries = {one.reviewee_id: one for one in found.select_related("run")}
    years = [
        {
            "decision": one,
            "summary": summaries.get(one.reviewee_id),
            "letter": next(iter(one.letters.all()), None),
            "acts": [act for act in one.reconsiderations.all() if act.withdrawn_at is None],
        }
        for one in decisions
    ]
    return render(request, "grading/my_feedback.html", {"years": years})
