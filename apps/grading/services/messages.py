"""Whom the acts on grades are told to. The acts themselves stand in the log."""

from datetime import datetime

from django.urls import reverse

from apps.accounts.domain.roles import Role
from apps.accounts.models import RoleAssignment, User
from apps.cycles.models import ReviewCycle
from apps.grading.models import GradeDecision
from apps.notifications.services import notify


def tell_heads(cycle_id: int, *, at: datetime) -> None:
    """Tell the heads whose scope covers the host that the grades may be signed."""
    cycle = ReviewCycle.objects.select_related("host").get(pk=cycle_id)
    heads = RoleAssignment.objects.filter(role=Role.HEAD.value, user__is_active=True, scope__isnull=False)
    notify(
        [
            user_id
            for user_id, path in heads.values_list("user_id", "scope__path")
            if cycle.host.path.startswith(path)
        ],
        title=f"“{cycle}”的等次已审核，待您签发",
        url=reverse("grading:deliberation_detail", args=[cycle_id]),
        at=at,
    )


def tell_deciders(cycle_id: int, *, reason: str, actor: User, at: datetime) -> None:
    """Tell those who decided the grades that they have been sent back, and why."""
    decisions = GradeDecision.objects.filter(deliberation__cycle_id=cycle_id, decided_by__isnull=False)
    deciders = set(decisions.order_by().values_list("decided_by_id", flat=True)) - {actor.pk}
    notify(
        deciders,
        title=f"“{ReviewCycle.objects.get(pk=cycle_id)}”的等次被退回修改",
        body=f"理由：{reason}",
        url=reverse("grading:deliberation_detail", args=[cycle_id]),
        at=at,
    )


def tell_signed_off(cycle_id: int, *, at: datetime) -> None:
    """Tell the secretaries that their results can be read."""
    users = User.objects.filter(secretary__reviews__cycle_id=cycle_id, is_active=True)
    notify(
        users.values_list("pk", flat=True),
        title=f"“{ReviewCycle.objects.get(pk=cycle_id)}”的结果已签发",
        body="请在“我的反馈”中查看本人的等次和得分。",
        url=reverse("official_documents:my_feedback"),
        at=at,
    )


def tell_reconsidered(decision_id: int, *, at: datetime) -> None:
    """Tell the person what the reconsideration came to."""
    decision = GradeDecision.objects.select_related("reviewee__cycle").get(pk=decision_id)
    user = User.objects.filter(secretary_id=decision.reviewee.secretary_id, is_active=True).first()
    if user is not None:
        notify(
            user.pk,
            title=f"“{decision.reviewee.cycle}”的复核已有结果：{decision.effective_grade_label}",
            body="请在“我的反馈”中查看复核的理由。",
            url=reverse("official_documents:my_feedback"),
            at=at,
        )
