"""Reads of people and their appointments."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import reduce
from operator import and_
from typing import Any

from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    F,
    FilteredRelation,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
)

from apps.common.domain.actors import Actor
from apps.organizations.domain.tree import is_within
from apps.organizations.models import Organization
from apps.organizations.selectors import nothing_outside, sees_part_only, within
from apps.organizations.selectors.search import by_letters, matching, named, with_characters
from apps.secretaries.domain.kinds import AppointmentKind
from apps.secretaries.models import Appointment, Secretary


def secretaries_visible_to(user: Actor) -> QuerySet[Secretary]:
    """Return the people with an appointment, present or past, in the account's subtrees, and the account's own person."""
    served = _served(user)
    return Secretary.objects.filter(served | Q(pk=user.secretary_id) if user.secretary_id else served)


def secretaries_listed_for(user: Actor) -> QuerySet[Secretary]:
    """Return whom the account's lists show: the people of its subtrees; only the own person if it has none.

    Of those in sight only the own person may be missing, which has a page of its own: "or" would make PostgreSQL look at the
    people of the whole country, one by one.
    """
    return (
        Secretary.objects.filter(_served(user))
        if user.scope_paths()
        else Secretary.objects.filter(pk__in=[user.secretary_id])
    )


def _served(user: Actor) -> Q:
    """Return the condition of an appointment in the account's subtrees.

    Who sees a whole tree mostly sees all there is. Then an appointment is enough, and no organization need be looked up for each.
    """
    paths = user.scope_paths()
    held = Appointment.objects.filter(secretary=OuterRef("pk"))
    if sees_part_only(user):
        return Q(Exists(held.filter(within(paths, "organization__"))))
    place = Organization.objects.filter(within(paths), pk=OuterRef("organization"))
    return Q(Exists(held.filter(nothing_outside(paths) | Q(Exists(place)))))


def people_serving_in(user: Actor, path: str, day: date) -> QuerySet[Secretary]:
    """Return whom the account's lists show of those in office on ``day`` in a subtree."""
    posts = _posts_in(path, day).filter(secretary=OuterRef("pk"))
    found = Secretary.objects.filter(Exists(posts))
    return found if is_within(path, user.scope_paths()) else found.filter(_served(user))


def one_post_each(path: str, day: date) -> QuerySet[Any]:
    """Return one post of each person in office on ``day`` in a subtree, to be counted no further than one wants to know.

    The main one if it is there: nobody has two. Of the few who serve there beside a main post elsewhere, one more.
    """
    posts = _posts_in(path, day)
    main = posts.filter(is_main=True)
    beside = posts.filter(~Exists(main.filter(secretary=OuterRef("secretary"))), is_main=False)
    return (
        main.order_by().values("secretary").union(beside.order_by().values("secretary").distinct(), all=True)
    )


def _posts_in(path: str, day: date) -> QuerySet[Appointment]:
    return Appointment.objects.filter(in_office_on(day), organization__path__startswith=path)


def matching_people(rows: QuerySet[Secretary], word: str) -> QuerySet[Secretary]:
    """Narrow to people with ``word`` in the name, pinyin or initials, by the indexes made for it."""
    return with_characters(rows).filter(_matches(word))


def posts_matching(rows: QuerySet[Appointment], word: str) -> QuerySet[Appointment]:
    """Narrow to posts of people or at organizations that ``word`` finds, each side by its own indexes."""
    of_people = Appointment.objects.filter(secretary__in=matching_people(Secretary.objects.all(), word))
    at_organizations = Appointment.objects.filter(organization__in=matching(Organization.objects.all(), word))
    found = of_people.order_by().values("pk").union(at_organizations.order_by().values("pk"), all=True)
    return rows.filter(pk__in=found)


def told_matching(rows: QuerySet[Secretary], words: Iterable[str]) -> QuerySet[Secretary]:
    """Add ``is_wanted``: whether :func:`matching_people` would keep the person for each of the words."""
    all_match = reduce(and_, map(_matches, words))
    found: QuerySet[Secretary] = with_characters(rows).annotate(
        is_wanted=ExpressionWrapper(all_match, output_field=BooleanField())
    )
    return found


def _matches(word: str) -> Q:
    return named(word) | by_letters(word.lower()) if word.isascii() else named(word)


def secretaries_edited_by(user: Actor) -> QuerySet[Secretary]:
    """Return the people the account's department keeps: in office in its subtree, or out of office and last seen there."""
    all_own = Appointment.objects.filter(secretary=OuterRef("pk"))
    inside = all_own.filter(within(user.department_paths(), "organization__"))
    in_office = Q(Exists(inside.filter(ended_on__isnull=True)))
    retired = Q(Exists(inside)) & ~Q(Exists(all_own.filter(ended_on__isnull=True)))
    return Secretary.objects.filter(in_office | retired)


def appointments_visible_to(user: Actor) -> QuerySet[Appointment]:
    """Return the appointments, present and past, to organizations in the account's subtrees, and those of its own person."""
    inside = within(user.scope_paths(), "organization__") | Q(secretary=user.secretary_id)
    return Appointment.objects.filter(inside).select_related("secretary", "organization")


def appointments_listed_for(user: Actor) -> QuerySet[Appointment]:
    """Return the appointments the account's lists show: those of its subtrees; only its own person's if it has none."""
    paths = user.scope_paths()
    seen = within(paths, "organization__") if paths else Q(secretary=user.secretary_id)
    return Appointment.objects.filter(seen).select_related("secretary", "organization")


def appointments_edited_by(user: Actor) -> QuerySet[Appointment]:
    """Return the appointments to organizations in the account's department subtrees."""
    return Appointment.objects.filter(within(user.department_paths(), "organization__"))


def with_careers(rows: QuerySet[Secretary]) -> QuerySet[Secretary]:
    """Fetch all appointments along, those in office first."""
    career = Appointment.objects.select_related("organization").order_by(
        F("ended_on").desc(nulls_first=True), "-started_on", "pk"
    )
    return rows.prefetch_related(Prefetch("appointments", queryset=career))


def with_main(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Add ``main``, the appointment that :func:`main_appointment` returns, to order by."""
    return where_main(rows, Q(main__isnull=False))


def out_of_office(rows: QuerySet[Any], day: date) -> QuerySet[Any]:
    """Narrow to people who hold no post on ``day``."""
    held = Appointment.objects.filter(in_office_on(day), secretary=OuterRef("pk"))
    # The main appointment is the last to end: once it has, there is no other. Before it begins there may be.
    return where_main(rows, Q(main__ended_on__lte=day) | Q(main__started_on__gt=day) & ~Q(Exists(held)))


def where_main(rows: QuerySet[Any], condition: Q) -> QuerySet[Any]:
    """Narrow by the main appointment, all at once: each further ``filter`` would join the appointments anew."""
    is_main = FilteredRelation("appointments", condition=Q(appointments__is_main=True))
    found: QuerySet[Any] = rows.alias(main=is_main).filter(condition)
    return found


def main_appointment(secretary: Secretary) -> Appointment | None:
    """Return the first appointment of a career fetched by :func:`with_careers`: in office, else the last held."""
    return next(iter(secretary.appointments.all()), None)


def open_appointments_of(organization_ids: Sequence[int]) -> QuerySet[Appointment]:
    """Return the appointments at these organizations that nobody has ended."""
    rows = Appointment.objects.filter(organization__in=organization_ids, ended_on__isnull=True)
    return rows.select_related("secretary", "organization").order_by("organization", "started_on", "pk")


def appointments_of_organization(organization_id: int) -> QuerySet[Appointment]:
    """Return everybody who heads or headed the organization, those in office first."""
    rows = Appointment.objects.filter(organization_id=organization_id).select_related("secretary")
    return rows.order_by(F("ended_on").desc(nulls_first=True), "-started_on", "pk")


def holders_during(
    organization_id: int, kind: str, started_on: date, ended_on: date | None
) -> QuerySet[Appointment]:
    """Return who holds a kind of post of an organization on any day from ``started_on`` until before ``ended_on``.

    Nobody for posts of the kind ``OTHER``, which any number of people hold, and for a term without a day.
    """
    if kind == AppointmentKind.OTHER.value or started_on == ended_on:
        return Appointment.objects.none()
    rows = Appointment.objects.filter(organization_id=organization_id, kind=kind).select_related("secretary")
    rows = rows.exclude(ended_on=F("started_on")).filter(Q(ended_on=None) | Q(ended_on__gt=started_on))
    return rows.filter(started_on__lt=ended_on) if ended_on else rows


def in_office_on(day: date, prefix: str = "") -> Q:
    """Return the condition that an appointment is held on ``day``; on the day it ends it is not."""
    begun = Q(**{f"{prefix}started_on__lte": day})
    return begun & (Q(**{f"{prefix}ended_on__isnull": True}) | Q(**{f"{prefix}ended_on__gt": day}))


def holds_office(secretary_id: int, day: date) -> bool:
    """Tell whether the person holds any post on ``day`` or is to take one later."""
    rows = Appointment.objects.filter(secretary_id=secretary_id).exclude(ended_on=F("started_on"))
    return rows.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=day)).exists()
