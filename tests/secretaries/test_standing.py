"""What the database keeps for the lists: the main appointment, vacancies, elections. Whoever writes, it follows the rows."""

import random
from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.models import Exists, OuterRef
from django.utils import timezone

from apps.organizations.domain.kinds import OrganizationKind
from apps.organizations.models import Organization
from apps.secretaries.domain.terms import term_years
from apps.secretaries.models import UNKNOWN_DAY, Appointment, Election, Secretary, Standing, TermSetting
from apps.secretaries.selectors import in_office_on, main_appointment, out_of_office, with_careers, with_main
from apps.secretaries.selectors.vacancies import vacant, vacant_now
from tests.factories.organizations import make_organization
from tests.factories.secretaries import make_appointment, make_secretary

pytestmark = pytest.mark.django_db
DAY = date(2026, 12, 1)
ROUNDS = 12


def careers(dice, places, people):
    """Give each organization up to three secretaries one after the other, with and without gaps, past and to come."""
    for place in places:
        day = DAY - timedelta(dice.randint(0, 900))
        for _ in range(dice.randint(0, 3)):
            until = day + timedelta(dice.choice([0, 30, 400]))
            yield Appointment(
                secretary=dice.choice(people), organization=place, post="书记", kind=dice.choice(["secretary", "acting"]),
                started_on=day, ended_on=until,
            )  # fmt: skip
            day = until + timedelta(dice.choice([0, 1, 200]))
        if dice.random() < 0.5:
            yield Appointment(
                secretary=dice.choice(people),
                organization=place,
                post="书记",
                kind="secretary",
                started_on=day,
            )


@pytest.mark.parametrize("seed", range(3))
def test_the_lists_hold_whom_a_look_at_all_appointments_finds(seed):
    dice = random.Random(seed)
    places, people = (
        [make_organization() for _ in range(ROUNDS)],
        [make_secretary() for _ in range(ROUNDS)],
    )
    rows = list(careers(dice, places, people))
    dice.shuffle(rows)
    Appointment.objects.bulk_create(
        {(one.secretary_id, one.organization_id, one.started_on): one for one in rows}.values()
    )
    for one in Appointment.objects.all():
        if dice.random() < 0.2:
            one.delete()

    holding = Appointment.objects.filter(in_office_on(DAY), organization=OuterRef("pk"), kind="secretary")
    held = Appointment.objects.filter(in_office_on(DAY), secretary=OuterRef("pk"))
    served = Secretary.objects.filter(appointments__isnull=False)

    assert set(vacant(Organization.objects.all(), DAY)) == set(Organization.objects.filter(~Exists(holding)))
    for day in (timezone.localdate(), timezone.localdate() + timedelta(90)):
        assert set(vacant_now(Organization.objects.all(), day)) == set(
            vacant(Organization.objects.all(), day)
        )
    assert set(out_of_office(Secretary.objects.all(), DAY)) == set(served.filter(~Exists(held)))
    for person in with_careers(Secretary.objects.all()):
        main = main_appointment(person)
        assert [one.pk for one in person.appointments.all() if one.is_main] == ([main.pk] if main else [])


def test_the_main_appointment_follows_an_end_and_a_correction():
    person = make_secretary()
    first = make_appointment(secretary=person, started_on=date(2020, 1, 1))
    second = make_appointment(secretary=person, started_on=date(2022, 1, 1))

    def main():
        return with_main(Secretary.objects.filter(pk=person.pk)).values_list("main", flat=True).get()

    assert main() == second.pk
    Appointment.objects.filter(pk=second.pk).update(ended_on=date(2023, 1, 1))
    assert main() == first.pk
    first.delete()
    assert main() == second.pk


@pytest.mark.parametrize("kind", [one.value for one in OrganizationKind])
def test_terms_are_those_of_the_rule(kind):
    row = make_organization(kind=kind)
    Organization.objects.filter(pk=row.pk).update(kind=OrganizationKind.BRANCH.value)
    Organization.objects.filter(pk=row.pk).update(kind=kind)

    assert row.standing.term_years == (term_years(None, kind) or 0)


def test_elections_and_own_terms_are_followed():
    row = make_organization(kind="branch")

    def standing():
        return Standing.objects.values_list("due_on", "term_years").get(pk=row.pk)

    assert standing() == (UNKNOWN_DAY, 3)
    election = Election.objects.create(
        organization=row, held_on=date(2024, 5, 1), term_years=3, due_on=date(2027, 5, 1)
    )
    own = TermSetting.objects.create(organization=row, term_years=5)
    assert standing() == (date(2027, 5, 1), 5)
    election.is_latest = False
    election.save()
    own.delete()
    assert standing() == (UNKNOWN_DAY, 3)


@pytest.mark.parametrize(
    ("rows", "index"),
    [
        (lambda: Standing.objects.filter(vacant_until__gt=DAY), "secretaries_standing_vacant"),
        (
            lambda: Organization.objects.filter(standing__may_be_vacant=True).order_by(
                "standing__vacant_from", "pk"
            )[:20],
            "secretaries_standing_since",
        ),
        (
            lambda: Organization.objects.filter(standing__term_years__gt=0).order_by(
                "standing__due_on", "pk"
            )[:20],
            "secretaries_standing_due",
        ),
        (lambda: Appointment.objects.order_by("-started_on", "pk")[:20], "secretaries_latest"),
        (lambda: Secretary.objects.order_by("born_on", "pk")[:20], "secretaries_by_birth"),
    ],
)
def test_lists_are_read_by_their_index(rows, index):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")

    assert index in rows().explain()
