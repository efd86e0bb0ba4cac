"""What lists of people read the quick way is, row by row, in order and in number, what the plain question finds."""

import random
from datetime import timedelta

import pytest
from django.db.models import Exists, OuterRef
from django.test import RequestFactory
from django.utils import timezone

from apps.organizations.models import Organization
from apps.organizations.selectors import nothing_outside, within
from apps.secretaries.lists.people import SecretaryList
from apps.secretaries.models import Appointment, Secretary
from apps.secretaries.selectors import (
    in_office_on,
    one_post_each,
    secretaries_listed_for,
    secretaries_visible_to,
)
from tests.factories.accounts import give_role, make_user
from tests.factories.organizations import make_organization
from tests.factories.secretaries import make_secretary

pytestmark = pytest.mark.django_db
today = timezone.localdate
DAYS = (-900, -400, -30, 0, 1, 200)
NAMES = ("张伟", "张秀英", "王张", "陈伟", "陈芳", "李张伟", "赵敏")
READINGS = {"张": "Zhang", "伟": "Wei", "秀": "Xiu", "英": "Ying", "王": "Wang", "陈": "Chen", "芳": "Fang", "李": "Li",
            "赵": "Zhao", "敏": "Min"}  # fmt: skip


def forest(dice, n_roots):
    """Make trees of three levels, some of whose units are abolished."""
    places = [make_organization() for _ in range(n_roots)]
    for number in range(12):
        ended = today() - timedelta(30) if dice.random() < 0.2 else None
        above = dice.choice(places[: max(n_roots, number // 2)])
        places.append(make_organization(superior=above, abolished_on=ended))
    return places


def people(dice, places):
    """Give people none to three posts each, ended, held or to come."""
    found = [named(dice.choice(NAMES)) for _ in range(25)]
    for one in found:
        for place in dice.sample(places, dice.choice([0, 1, 1, 2, 3])):
            start, end = sorted(dice.choices(DAYS, k=2))
            Appointment.objects.create(
                secretary=one, organization=place, post="委员", kind="other", started_on=today() + timedelta(start),
                ended_on=dice.choice([None, today() + timedelta(end)]),
            )  # fmt: skip
    return found


def named(name):
    syllables = [READINGS[char] for char in name]
    initials = "".join(one[0] for one in syllables).lower()
    return make_secretary(name=name, pinyin_key="".join(syllables) + "!", initials_key=initials)


def viewers(dice, places):
    """Return accounts that see a root, all roots, a root and a unit, several units."""
    scopes = [
        places[:1], [one for one in places if one.depth == 0], [places[0], dice.choice(places[1:])], dice.sample(places[3:], 3)
    ]  # fmt: skip
    for places_seen in scopes:
        user = make_user()
        for place in places_seen:
            give_role(user, "head", place)
        yield user


def plainly_served(user):
    seen = Organization.objects.filter(within(user.scope_paths()))
    return set(Secretary.objects.filter(appointments__organization__in=seen))


def asked(user, **query):
    request = RequestFactory().get("/", query)
    request.user = user
    return request


def plain(user, unit=None, word="", *, out=False):
    """Return what a page should show, by sets and Python alone."""
    found = plainly_served(user)
    if unit:
        at = Appointment.objects.filter(in_office_on(today()), organization__path__startswith=unit.path)
        found &= set(Secretary.objects.filter(appointments__in=at))
    if out:
        held = Appointment.objects.filter(in_office_on(today()), secretary=OuterRef("pk"))
        found &= set(Secretary.objects.filter(~Exists(held), appointments__isnull=False))
    return sorted((one for one in found if word in one.name), key=lambda one: (one.pinyin_key, one.pk))


@pytest.mark.parametrize(("seed", "n_roots"), [(1, 1), (2, 1), (3, 2), (4, 3)])
def test_pages_hold_what_the_plain_question_finds(monkeypatch, seed, n_roots):
    dice = random.Random(seed)
    places = forest(dice, n_roots)
    people(dice, places)
    page, units = SecretaryList(), [one for one in places if one.depth <= 1 and not one.abolished_on]
    for user in viewers(dice, places):
        assert set(secretaries_listed_for(user)) == plainly_served(user) == set(secretaries_visible_to(user))
        questions = [
            ({"unit": one.pk}, {"unit": one}) for one in units if one.path.startswith(user.scope_paths())
        ]
        questions += [({"q": word}, {"word": word}) for word in ("张", "伟", "张伟")] + [
            ({"state": "out"}, {"out": True}),
            ({}, {}),
        ]
        for counted, met in ((5_000, 40), (2, 1), (2, 40)):
            monkeypatch.setattr("apps.common.kit.paging.COUNTED", counted)
            monkeypatch.setattr("apps.common.kit.paging.MET", met)
            for query, narrowing in questions:
                expected = plain(user, **narrowing)
                request = asked(user, **query)
                paginator = page.paginator(request, page.narrowed_rows(request))

                assert (paginator.count, paginator.is_cut) == (
                    min(len(expected), counted),
                    len(expected) > counted,
                )
                assert list(paginator.page(1)) == expected[: min(counted, page.page_size)]


@pytest.mark.parametrize("seed", range(3))
def test_each_person_of_a_unit_is_counted_once(seed):
    dice = random.Random(seed)
    places = forest(dice, 1)
    people(dice, places)
    for place in places:
        at = Appointment.objects.filter(in_office_on(today()), organization__path__startswith=place.path)
        counted = [one["secretary"] for one in one_post_each(place.path, today())]

        assert sorted(counted) == sorted(set(at.values_list("secretary", flat=True)))


def test_nothing_lies_outside_all_roots_only():
    one, other, third = make_organization(), make_organization(), make_organization()
    below = make_organization(superior=other)

    def holds(*tops):
        return (
            Organization.objects.filter(nothing_outside([top.path for top in tops])).count()
            == Organization.objects.count()
        )

    assert holds(one, other, third)
    assert holds(third, other, one, below)
    assert not any(
        (
            holds(),
            holds(one),
            holds(one, other),
            holds(other, third),
            holds(one, third),
            holds(one, below, third),
        )
    )


def test_paths_are_compared_byte_by_byte():
    """Whatever the order of the database's language: in some of them a figure comes before a slash, in others behind it."""
    told = Organization.objects.filter(nothing_outside(["1/"])).explain()

    assert "~<~ '1/'" in told
    assert "~>=~ '10'" in told
