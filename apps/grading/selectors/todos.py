"""What waits for people because of grades and letters."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from apps.accounts.domain.roles import Role
from apps.accounts.models import User
from apps.cycles.domain.stages import Stage
from apps.cycles.models import ReviewCycle
from apps.grading.selectors import cycles_to_decide, letters_visible_to
from apps.notifications.kit.todos import Todo


def grading_todos(user: User, today: date) -> Iterator[Todo]:  # noqa: ARG001 -- every provider is asked with the day
    """Name cycles to deliberate or sign off, and a secretary's unread letters. Two queries at most."""
    if user.department_paths():
        for cycle in cycles_to_decide(user).filter(stage=Stage.GRADING.value):
            yield _deliberation_todo(user, cycle)
    if user.secretary_id is not None:
        unread = letters_visible_to(user).filter(
            decision__reviewee__secretary_id=user.secretary_id, read_at__isnull=True
        )
        n = unread.values("decision_id").distinct().count()
        if n:
            yield Todo("查收反馈意见书", reverse("grading:my_feedback"), count=n)


def _deliberation_todo(user: User, cycle: ReviewCycle) -> Todo:
    url = reverse("grading:deliberation_detail", args=[cycle.pk])
    n_decided, n_all = getattr(cycle, "n_decided", 0), getattr(cycle, "n_decisions", 0)
    if not n_all:
        return Todo(f"{cycle}：研究审定等次", url)
    if n_decided < n_all:
        return Todo(f"{cycle}：还有等次没有审定", url, count=n_all - n_decided)
    is_head = any(cycle.host.path.startswith(path) for path in user.paths_of(Role.HEAD.value))
    return Todo(f"{cycle}：等次{'待您签发' if is_head else '待负责人签发'}", url)
