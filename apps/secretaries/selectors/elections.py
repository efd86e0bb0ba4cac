"""Reads of term elections (换届)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, FilteredRelation, Min, Q, QuerySet

from apps.common.domain.actors import Actor
from apps.common.kit.paging import COUNTED
from apps.organizations.models import Organization
from apps.organizations.selectors import organizations_edited_by, organizations_visible_to, within
from apps.secretaries.domain.terms import MONTHS, DueState, add_months, term_years
from apps.secretaries.models import UNKNOWN_DAY, Election, Standing, TermSetting
from apps.secretaries.selectors.vacancies import living_on

NEAR = DueState.WITHIN_3


@dataclass(frozen=True, slots=True)
class NearElections:
    """What staff should prepare: how many are overdue, how many due within three months, and the first day of each.

    ``COUNTED + 1`` stands for any number above ``COUNTED``: see ``common.kit.paging``.
    """

    n_overdue: int
    n_near: int
    first_due_on: date | None
    next_due_on: date | None


def term_of(organization: Organization) -> int | None:
    """Return the years of an organization's terms: its own setting, else by its kind. ``None``: it holds no elections."""
    own = TermSetting.objects.filter(organization=organization).values_list("term_years", flat=True).first()
    return term_years(own, organization.kind)


def elections_and_term(organization: Organization) -> tuple[list[Election], int | None]:
    """Return the elections of an organization, the last first, and what :func:`term_of` says, in one query."""
    names = [field.attname for field in Election._meta.concrete_fields]  # noqa: SLF001 -- Django's public name for it
    rows = list(
        Organization.objects.filter(pk=organization.pk)
        .order_by(F("elections__held_on").desc(nulls_last=True))
        .values("term_setting__term_years", *(f"elections__{name}" for name in names))
    )
    elections = [
        Election(**{name: row[f"elections__{name}"] for name in names})
        for row in rows
        if row["elections__id"] is not None
    ]
    return elections, term_years(rows[0]["term_setting__term_years"], organization.kind)


def expected_before(election: Election) -> date | None:
    """Return the day an election was due by the one before it; ``None`` if it is the first recorded."""
    earlier = Election.objects.filter(organization=election.organization_id, held_on__lt=election.held_on)
    return earlier.order_by("-held_on").values_list("due_on", flat=True).first()


def electing_organizations(user: Actor, day: date) -> QuerySet[Organization]:
    """Return the living organizations in sight that hold elections. The next due first: ``standing__due_on``."""
    return organizations_visible_to(user).filter(living_on(day), standing__term_years__gt=0)


def with_last_election(rows: QuerySet[Organization]) -> QuerySet[Any]:
    """Add ``term`` (years), ``held_on`` and ``due_on`` of the last election (``None``: none recorded), ``shift_reason``."""
    found: QuerySet[Any] = rows.annotate(
        latest=FilteredRelation("elections", condition=Q(elections__is_latest=True)),
        term=F("standing__term_years"),
        held_on=F("latest__held_on"),
        due_on=F("latest__due_on"),
        shift_reason=F("latest__shift_reason"),
    )
    return found


def in_due_state(rows: QuerySet[Any], state: DueState, today: date) -> QuerySet[Any]:
    """Narrow rows of :func:`electing_organizations` to a state. "Within n months" holds those nearer as well, but none overdue."""
    if state is DueState.UNKNOWN:
        return rows.filter(standing__due_on=UNKNOWN_DAY)
    if state is DueState.OVERDUE:
        return rows.filter(standing__due_on__lt=today)
    if state is DueState.LATER:
        return rows.filter(standing__due_on__gt=add_months(today, 12), standing__due_on__lt=UNKNOWN_DAY)
    return rows.filter(standing__due_on__range=(today, add_months(today, MONTHS[state])))


def elections_visible_to(user: Actor) -> QuerySet[Election]:
    """Return the elections of organizations in the account's sight."""
    return Election.objects.filter(within(user.scope_paths(), "organization__")).select_related(
        "organization"
    )


def elections_edited_by(user: Actor) -> QuerySet[Election]:
    """Return the elections the account may keep as department staff."""
    return Election.objects.filter(organization__in=organizations_edited_by(user))


def near_elections(user: Actor, today: date) -> NearElections:
    """Return what an account's department has to prepare, in two queries that read no more than they count."""
    living = Q(organization__abolished_on__isnull=True) | Q(organization__abolished_on__gt=today)
    inside = within(user.department_paths(), "organization__")
    rows = Standing.objects.filter(inside, living, term_years__gt=0)
    n_overdue, first_due_on = _first_of(rows.filter(due_on__lt=today))
    n_near, next_due_on = _first_of(rows.filter(due_on__range=(today, add_months(today, MONTHS[NEAR]))))
    return NearElections(n_overdue, n_near, first_due_on, next_due_on)


def _first_of(rows: QuerySet[Standing]) -> tuple[int, date | None]:
    """Return the number of rows and the first day. Those next due are read first, so the day is right however many follow."""
    first = rows.order_by("due_on", "pk").values("due_on")[: COUNTED + 1]
    found = first.aggregate(n=Count("due_on"), first=Min("due_on"))
    return found["n"], found["first"]
