"""Reads of accounts."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Count, Exists, Max, OuterRef, Prefetch, Q, QuerySet, Sum

from apps.accounts.domain.roles import DEPARTMENT_ROLES, Role
from apps.accounts.domain.second_factor import FactorState
from apps.accounts.domain.usernames import canonical_username
from apps.accounts.models import RoleAssignment, SecondFactor, User
from apps.organizations.models import Organization
from apps.organizations.selectors import sees_part_only, within
from apps.secretaries.models import Appointment, Secretary


def users_visible_to(user: User) -> QuerySet[User]:
    """Return the accounts the user may see.

    System and security administrators see all; a department head those of the department's staff whose scope lies in
    the own subtree, and of secretaries who hold or held a post there; everybody the own one.
    """
    if user.holds(Role.SYSTEM_ADMIN.value, Role.SECURITY_ADMIN.value):
        return User.objects.all()
    return User.objects.filter(Q(pk=user.pk) | _of_those_below(user))


def _of_those_below(user: User) -> Q:
    """Return the condition that an account is for work below the user as department head.

    Who heads a part gathers its people; who heads a whole tree is shown accounts in their order, each looked at by itself.
    """
    paths = user.paths_of(Role.HEAD.value)
    if not paths:
        return Q(pk__in=[])
    posts = Appointment.objects.filter(within(paths, "organization__"))
    staff = RoleAssignment.objects.filter(within(paths, "scope__"), role__in=DEPARTMENT_ROLES)
    if not sees_part_only(user):
        return Q(Exists(posts.filter(secretary=OuterRef("secretary")))) | Q(
            Exists(staff.filter(user=OuterRef("pk")))
        )
    of_people = User.objects.filter(secretary__in=posts.values("secretary"))
    return Q(pk__in=of_people.values("pk").union(staff.values("user"), all=True))


def secretaries_never_signed_in(user: User, under: Organization | None = None) -> QuerySet[User]:
    """Return the accounts of secretaries in office below the user as department head that nobody has used yet.

    Only those that are for nothing else: their one-time passwords may be given anew without asking anybody.
    """
    unit = Q() if under is None else within((under.path,), "organization__")
    posts = Appointment.objects.filter(
        unit, within(user.paths_of(Role.HEAD.value), "organization__"), ended_on=None
    )
    others = RoleAssignment.objects.exclude(role=Role.SECRETARY.value)
    return User.objects.filter(
        is_active=True,
        last_login=None,
        secret_expires_at__isnull=False,
        secretary__in=posts.values("secretary"),
    ).exclude(pk__in=others.values("user"))


def present_places(secretary_ids: Iterable[int | None]) -> dict[int | None, str]:
    """Return the organization of each person's first present post."""
    posts = Appointment.objects.filter(secretary__in=list(secretary_ids), ended_on=None)
    rows = posts.order_by("-organization__path").values_list("secretary_id", "organization__name")
    return dict(rows)


def with_roles(users: QuerySet[User]) -> QuerySet[User]:
    """Add what a list of accounts shows, in a constant number of queries."""
    roles = RoleAssignment.objects.select_related("scope").order_by("id")
    return users.select_related("secretary").prefetch_related(Prefetch("roles", queryset=roles))


def units_headed_by(user: User) -> QuerySet[Organization]:
    """Return the organizations the user heads the department of, and those right below them: units to choose from."""
    heads = [row.scope_id for row in user.role_rows if row.role == Role.HEAD.value]
    own = Q(pk__in=heads) | Q(superior__in=heads)
    return Organization.objects.filter(own, abolished_on=None).order_by("path")


def scopes_granted_by(user: User) -> QuerySet[Organization]:
    """Return the scopes of the roles that the user may give: of any for the security administrator, else headed ones."""
    living = Organization.objects.filter(abolished_on=None)
    if user.holds(Role.SECURITY_ADMIN.value):
        return living
    return living.filter(within(user.paths_of(Role.HEAD.value)))


def is_secretary_below(account: User, paths: tuple[str, ...]) -> bool:
    """Tell whether the account's person holds a post in the subtrees, or held one there and has none elsewhere now."""
    is_here, is_held = within(paths, "organization__"), Q(ended_on=None)
    posts = Appointment.objects.filter(secretary=account.secretary_id).aggregate(
        n_here=Count("pk", is_here), n_held=Count("pk", is_held), n_held_here=Count("pk", is_here & is_held)
    )
    return bool(posts["n_held_here"] or (posts["n_here"] and not posts["n_held"]))


def posts_without_account(user: User, under: Organization | None = None) -> QuerySet[Appointment]:
    """Return the present posts, in the user's subtrees as department head, of secretaries without an account.

    ``under`` narrows them to one unit with all below it.
    """
    unit = Q() if under is None else within((under.path,), "organization__")
    # Not ``secretary__user=None``: PostgreSQL would expect one such person, and read all before it shows the first.
    has_account = Exists(User.objects.filter(secretary=OuterRef("secretary")))
    return (
        Appointment.objects.filter(
            ~has_account, unit, within(user.paths_of(Role.HEAD.value), "organization__"), ended_on=None
        )
        .select_related("secretary", "organization")
        .order_by("organization__path", "secretary__pinyin_key", "pk")
    )


def secretaries_without_account(user: User, under: Organization | None = None) -> QuerySet[Secretary]:
    """Return each such secretary once."""
    posts = posts_without_account(user, under).order_by()
    return Secretary.objects.filter(pk__in=posts.values("secretary"))


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
