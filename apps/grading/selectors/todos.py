"""What waits for people because of grades."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse

from apps.accounts.domain.roles import Role
from apps.accounts.models import User
from apps.cycles.domain.stages import Stage
from apps.cycles.models import ReviewCycle
from apps.grading.domain.states import DeliberationState
from apps.grading.models import GradeDecision
from apps.grading.selectors import cycles_to_decide, reconsiderations_visible_to
from apps.notifications.kit.todos import Todo


def grading_todos(user: User, today: date) -> Iterator[Todo]:  # noqa: ARG001 -- every provider is asked with the day
    """Name cycles to deliberate, review or sign off, and open reconsiderations.

    Two queries at most.
    """
    if user.department_paths():
        for cycle in (
            cycles_to_decide(user).filter(stage=Stage.GRADING.value).annotate(is_mine=_decided_by(user))
        ):
            yield _deliberation_todo(user, cycle)
        yield from _reconsideration_todos(user)


def _decided_by(user: User) -> Exists:
    own = GradeDecision.objects.filter(deliberation__cycle=OuterRef("pk"), decided_by=user)
    return Exists(own)


def _deliberation_todo(user: User, cycle: ReviewCycle) -> Todo:
    url = reverse("grading:deliberation_detail", args=[cycle.pk])
    n_decided, n_all = getattr(cycle, "n_decided", 0), getattr(cycle, "n_decisions", 0)
    if not n_all:
        return Todo(f"{cycle}：研究审定等次", url)
    if n_decided < n_all:
        return Todo(f"{cycle}：还有等次没有审定", url, count=n_all - n_decided)
    if not cycle.deliberation.members_present:
        return Todo(f"{cycle}：填写研究审定的会议情况", url)
    if cycle.deliberation.state is DeliberationState.DRAFT:
        by_other = "等次待另一人审核" if getattr(cycle, "is_mine", False) else "等次待您审核"
        return Todo(f"{cycle}：{by_other}", url)
    return Todo(f"{cycle}：等次{'待您签发' if _is_head(user, cycle.host.path) else '待负责人签发'}", url)


def _is_head(user: User, path: str) -> bool:
    return any(path.startswith(own) for own in user.paths_of(Role.HEAD.value))


def _reconsideration_todos(user: User) -> Iterator[Todo]:
    waiting = reconsiderations_visible_to(user).filter(decided_at=None, withdrawn_at=None)
    heard = waiting.aggregate(
        n_requested=Count("pk", filter=Q(heard_on=None)),
        n_heard=Count("pk", filter=Q(heard_on__isnull=False)),
    )
    url = reverse("grading:reconsideration_list")
    if heard["n_requested"]:
        yield Todo("复核申请：听取意见", f"{url}?state=requested", count=heard["n_requested"])
    if heard["n_heard"]:
        yield Todo("复核：研究并记录决定", f"{url}?state=heard", count=heard["n_heard"])
