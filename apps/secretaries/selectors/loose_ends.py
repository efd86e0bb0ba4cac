"""What a department has left undone in its roster: posts open where the organization is no more, posts long vacant."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Min

from apps.common.domain.actors import Actor
from apps.common.kit.paging import counted
from apps.organizations.models import Organization
from apps.organizations.selectors import within
from apps.secretaries.models import Appointment
from apps.secretaries.selectors.people import in_office_on
from apps.secretaries.selectors.vacancies import vacant_longer_than, vacant_now

LONG_VACANT_DAYS = 90


@dataclass(frozen=True, slots=True)
class LooseEnds:
    """How many people hold a post at an organization that is no more, and how many organizations nobody has headed
    for 90 days and more: ``COUNTED + 1`` stands for any number above ``COUNTED``.
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
    rows = vacant_now(Organization.objects.filter(within(user.department_paths())), today)
    return counted(vacant_longer_than(rows, LONG_VACANT_DAYS, today))
