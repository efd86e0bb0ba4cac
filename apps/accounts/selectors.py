"""Reads of accounts."""

from datetime import datetime, timedelta

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Max, Prefetch, Q, QuerySet, Sum

from apps.accounts.domain.roles import Role
from apps.accounts.domain.second_factor import FactorState
from apps.accounts.domain.usernames import canonical_username
from apps.accounts.models import RoleAssignment, SecondFactor, User
from apps.organizations.selectors import within
from apps.secretaries.models import Appointment, Secretary


def users_visible_to(user: User) -> QuerySet[User]:
    """Return the accounts the user may see.

    System and security administrators see all; a department head those of secretaries who hold or held a post in
    the own subtree; everybody the own one.
    """
    if user.holds(Role.SYSTEM_ADMIN.value, Role.SECURITY_ADMIN.value):
        return User.objects.all()
    found = Q(pk=user.pk)
    paths = user.paths_of(Role.HEAD.value)
    if paths:
        posts = Appointment.objects.filter(within(paths, "organization__"))
        found |= Q(secretary__in=posts.values("secretary"))
    return User.objects.filter(found)


def with_roles(users: QuerySet[User]) -> QuerySet[User]:
    """Add what a list of accounts shows, in a constant number of queries."""
    roles = RoleAssignment.objects.select_related("scope").order_by("id")
    return users.select_related("secretary").prefetch_related(Prefetch("roles", queryset=roles))


def posts_without_account(user: User) -> QuerySet[Appointment]:
    """Return the present posts, in the user's subtrees as department head, of secretaries without an account."""
    return (
        Appointment.objects.filter(
            within(user.paths_of(Role.HEAD.value), "organization__"),
            ended_on=None,
            secretary__user=None,
        )
        .select_related("secretary", "organization")
        .order_by("organization__path", "secretary__pinyin_key", "pk")
    )


def secretaries_without_account(user: User) -> QuerySet[Secretary]:
    """Return each such secretary once."""
    return Secretary.objects.filter(pk__in=posts_without_account(user).order_by().values("secretary"))


def locked_until(username: str, now: datetime) -> datetime | None:
    """Return when the lock of a name ends; ``None`` if it is not locked. Unknown names lock like known ones."""
    pause = timedelta(hours=settings.AXES_COOLOFF_TIME)
    attempts = AccessAttempt.objects.filter(
        username=canonical_username(username), attempt_time__gte=now - pause
    ).aggregate(n=Sum("failures_since_start"), last=Max("attempt_time"))
    if (attempts["n"] or 0) < settings.AXES_FAILURE_LIMIT:
        return None
    ends: datetime = attempts["last"] + pause
    return ends


def needs_factor(user: User) -> bool:
    """Tell whether the account may do nothing without a second factor (``settings.SECOND_FACTOR_ROLES``)."""
    return user.holds(*settings.SECOND_FACTOR_ROLES)


def bound_factor(user: User) -> SecondFactor | None:
    """Return the account's second factor, if one is bound."""
    return SecondFactor.objects.filter(user=user).exclude(confirmed_at=None).first()


def factor_state(user: User) -> FactorState:
    """Return how far a session has come when the password was right."""
    if bound_factor(user) is not None:
        return FactorState.NEEDED
    return FactorState.ENROLMENT if needs_factor(user) else FactorState.NOT_NEEDED
