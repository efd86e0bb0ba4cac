"""Reads of organizations that nobody heads (空缺)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from apps.common.domain.actors import Actor
from apps.organizations.models import Organization
from apps.organizations.selectors import organizations_visible_to
from apps.secretaries.domain.careers import is_in_office
from apps.secretaries.domain.kinds import AppointmentKind
from apps.secretaries.models import Appointment, Standing
from apps.secretaries.selectors.people import in_office_on

SECRETARY, ACTING = AppointmentKind.SECRETARY.value, AppointmentKind.ACTING.value


@dataclass(frozen=True, slots=True)
class Leadership:
    """Who heads an organization on a day. ``None``: nobody."""

    secretary: Appointment | None
    acting: Appointment | None


def living_on(day: date) -> Q:
    """Return the condition that an organization exists on ``day``."""
    founded = Q(founded_on__isnull=True) | Q(founded_on__lte=day)
    return founded & (Q(abolished_on__isnull=True) | Q(abolished_on__gt=day))


def vacant_organizations(user: Actor, day: date) -> QuerySet[Organization]:
    """Return the living organizations in the account's sight without a secretary on ``day``, today or later."""
    return vacant_now(organizations_visible_to(user), day)


def vacant_now(rows: QuerySet[Organization], day: date) -> QuerySet[Organization]:
    """Narrow to living organizations without a secretary on ``day``, today or later, read in the order of vacancy."""
    among = Standing.objects.filter(may_be_vacant=True)
    return vacant(rows.filter(standing__may_be_vacant=True), day, among=among)


def vacant(
    rows: QuerySet[Organization], day: date, *, among: QuerySet[Standing] | None = None
) -> QuerySet[Organization]:
    """Narrow to living organizations without a secretary on ``day``, today or later.

    Of the past only the last vacancy of each is known here, see ``Standing``. ``among`` holds the standings of the rows, or more;
    ``None``: all there are.
    """
    begun = Q(standing__vacant_from__lte=day) | Q(standing__vacant_from__isnull=True)
    open_on_day = rows.filter(living_on(day), standing__vacant_until__gt=day)
    known = Standing.objects.all() if among is None else among
    return open_on_day.filter(begun | Q(standing__pk__in=_vacant_before_the_last(known, day)))


def _vacant_before_the_last(known: QuerySet[Standing], day: date) -> QuerySet[Any]:
    """Return the few whose last vacancy is yet to come and who have none today either: only their appointments are looked at."""
    holding = Appointment.objects.filter(
        in_office_on(day), organization=OuterRef("organization"), kind=SECRETARY
    )
    ahead = known.filter(vacant_until__gt=day, vacant_from__gt=day)
    return ahead.filter(~Exists(holding)).values("pk")


def with_vacancy(rows: QuerySet[Organization], day: date) -> QuerySet[Organization]:
    """Add ``vacant_since`` (the last secretary's leaving; ``None``: none was ever recorded), ``last_name``, the acting
    person's ``acting_id``, ``acting_name`` and ``acting_post``, and a secretary already named for later: ``next_name``, ``next_on``.
    """
    held = Appointment.objects.filter(organization=OuterRef("pk"))
    left = held.filter(kind=SECRETARY, ended_on__lte=day).order_by("-ended_on", "-pk")
    acting = held.filter(in_office_on(day), kind=ACTING)
    coming = held.filter(kind=SECRETARY, started_on__gt=day).order_by("started_on")
    return rows.annotate(
        vacant_since=Subquery(left.values("ended_on")[:1]),
        last_name=Subquery(left.values("secretary__name")[:1]),
        acting_id=Subquery(acting.values("secretary_id")[:1]),
        acting_name=Subquery(acting.values("secretary__name")[:1]),
        acting_post=Subquery(acting.values("post")[:1]),
        next_name=Subquery(coming.values("secretary__name")[:1]),
        next_on=Subquery(coming.values("started_on")[:1]),
    )


def vacant_longer_than(rows: QuerySet[Any], days: int, day: date) -> QuerySet[Any]:
    """Narrow rows of :func:`with_vacancy` to those whose last secretary left so many days ago or more."""
    return rows.filter(standing__vacant_from__lte=day - timedelta(days))


def never_led(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Narrow vacant rows to those for which no secretary was ever recorded."""
    return rows.filter(standing__vacant_from__isnull=True)


def leadership_of(organization_id: int, day: date) -> Leadership:
    """Return who heads an organization on ``day``, in one query."""
    rows = Appointment.objects.filter(
        in_office_on(day), organization_id=organization_id, kind__in=(SECRETARY, ACTING)
    )
    return leadership_among(rows.select_related("secretary"), day)


def leadership_among(appointments: Iterable[Appointment], day: date) -> Leadership:
    """Return who heads an organization on ``day``, of all its appointments or the last ones."""
    held = {one.kind: one for one in appointments if is_in_office(one.started_on, one.ended_on, day)}
    return Leadership(held.get(SECRETARY), held.get(ACTING))
