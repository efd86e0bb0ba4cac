"""What a department has left undone in its roster: posts open where the organization is no more, posts long vacant."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Exists, Min, OuterRef, Q

from apps.common.domain.actors import Actor
from apps.organizations.models import Organization
from apps.organizations.selectors import within
from apps.secretaries.domain.kinds import AppointmentKind
from apps.secretaries.models import Appointment
from apps.secretaries.selectors.people import in_office_on
from apps.secretaries.selectors.vacancies import living_on

LONG_VACANT_DAYS = 90


@dataclass(frozen=True, slots=True)
class LooseEnds:
    """How many people hold a post at an organization that is no more, and how many organizations nobody has headed
    for 90 days and more.
    """

    n_left_open: int
    left_since: date | None
    n_long_vacant: int


def loose_ends(user: Actor, today: date) -> LooseEnds:
    """Return what an account's department has to clear up, in two queries."""
    rows = Appointment.objects.filter(
        in_office_on(today), within(user.department_paths(), "organization__"), organization__abolished_on__lte=today
    )  # fmt: skip
    left = rows.aggregate(n=Count("secretary", distinct=True), since=Min("organization__abolished_on"))
    return LooseEnds(left["n"], left["since"], _long_vacant(user, today))


def _long_vacant(user: Actor, today: date) -> int:
    """Count those whose last secretary left 90 days ago or earlier; those that never had one are not counted."""
    limit = today - timedelta(LONG_VACANT_DAYS)
    headed = Appointment.objects.filter(organization=OuterRef("pk"), kind=AppointmentKind.SECRETARY.value)
    since = headed.filter(Q(ended_on=None) | Q(ended_on__gt=limit), started_on__lte=today)
    rows = Organization.objects.filter(within(user.department_paths()), living_on(today))
    return rows.filter(Exists(headed.filter(ended_on__lte=limit)), ~Exists(since)).count()
