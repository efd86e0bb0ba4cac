"""What waits for department staff because of scores."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from apps.accounts.models import User
from apps.evaluations.domain.states import SessionState
from apps.notifications.kit.todos import Todo
from apps.scoring.domain.states import RunState
from apps.scoring.selectors import SCORABLE_STAGES, runs_visible_to
from apps.scoring.selectors.verifications import opened_sessions_visible_to


def scoring_todos(user: User, today: date) -> Iterator[Todo]:  # noqa: ARG001 -- every provider is asked with the day
    """Name the cycles whose current run lacks figures, and the sessions whose results could not be verified. Two queries."""
    if not user.department_paths():
        return
    blocked = runs_visible_to(user).filter(
        is_current=True, state=RunState.BLOCKED.value, cycle__stage__in=SCORABLE_STAGES
    )
    for run in blocked.select_related("cycle"):
        yield Todo(
            f"{run.cycle}：计分还缺数据", reverse("scoring:run_detail", args=[run.pk]), count=len(run.missing)
        )
    unverified = opened_sessions_visible_to(user).filter(
        state=SessionState.OPENED.value, verification__agrees=False
    )
    for session in unverified:
        yield Todo(f"{session}：复核不一致，不能发布", reverse("scoring:verification", args=[session.pk]))
