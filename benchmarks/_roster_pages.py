"""Who opens which pages of the roster: the head of the whole tree, the head of a county, the clerk of a town.

The head of the root sees all there is and so has the most to read; a county and a town are of one size whatever stands above
them, and are what most people see.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.roster_import import GIVEN, SURNAMES

COUNTY, TOWN, VILLAGE = 3, 4, 5
PICKED = 200


@dataclass(frozen=True, slots=True)
class Person:
    """A browser of one account, and a question per kind of page; each call of one asks for something else."""

    client: Any
    pages: dict[str, Callable[[], str]]


@dataclass(frozen=True, slots=True)
class Places:
    """Organizations to ask for, picked by chance."""

    villages: list[tuple[int, str, str]]
    """Id, code and name."""
    towns: list[int]
    counties: list[int]
    units: list[int]
    people: list[int]
    account: int
    """Of a clerk of the whole tree."""


def people() -> dict[str, Person]:
    """Return the three by name."""
    from apps.organizations.models import Organization

    dice = random.Random(7)
    root = Organization.objects.get(superior__isnull=True)
    places = picked(dice, account("clerk", root.pk).pk)
    return {
        "head": Person(browser("head", root.pk), pages_of_head(dice, places)),
        "county": Person(browser("head", places.counties[0]), pages_of_county(dice, places.counties[0])),
        "town": Person(browser("clerk", places.towns[0]), pages_of_town(dice, places.towns[0])),
    }


def picked(dice, account_id):
    """Return places spread over the whole tree."""
    from apps.organizations.models import Organization
    from apps.secretaries.models import Secretary

    rows = Organization.objects.order_by("pk")
    villages = list(rows.filter(kind="branch").values_list("pk", "code", "name"))
    return Places(
        dice.sample(villages, PICKED),
        _some(dice, rows.filter(depth=TOWN)),
        _some(dice, rows.filter(depth=COUNTY)),
        list(rows.filter(depth=1).values_list("pk", flat=True)),
        _some(dice, Secretary.objects.order_by("pk")),
        account_id,
    )


def _some(dice, rows):
    ids = list(rows.values_list("pk", flat=True))
    return dice.sample(ids, min(PICKED, len(ids)))


def account(role, scope_id):
    """Return a new account with one role."""
    from apps.accounts.models import RoleAssignment, User

    n_before = User.objects.count()
    user = User.objects.create(username=f"{role}-{n_before}", display_name="负责人", password="!")
    RoleAssignment.objects.create(user=user, role=role, scope_id=scope_id)
    return user


def browser(role, scope_id):
    """Return a browser of a new account with one role."""
    from django.test import Client

    client = Client()
    client.force_login(account(role, scope_id), backend="django.contrib.auth.backends.ModelBackend")
    return client


def pages_of_head(dice, places):
    """Return the pages of somebody who sees everything."""

    def page():
        return dice.randint(1, 150)

    def name():
        return fragment(dice, dice.choice(places.villages)[2])

    def person():
        return dice.choice(SURNAMES) + dice.choice(GIVEN) + dice.choice(GIVEN)

    def village():
        return dice.choice(places.villages)[0]

    return {
        "home": lambda: "/",
        "list, first page": lambda: "/organizations/",
        "list, page 150": lambda: "/organizations/?page=150",
        "list by name": lambda: f"/organizations/?sort=name&page={page()}",
        "list by superior": lambda: f"/organizations/?sort=superior&page={page()}",
        "list by strokes": lambda: f"/organizations/?sort=stroke&page={page()}",
        "list by field": lambda: f"/organizations/?sort=field&page={page()}",
        "list by kind, backwards": lambda: f"/organizations/?sort=-kind&page={page()}",
        "list by state": lambda: f"/organizations/?sort=state&page={page()}",
        "list by founding day": lambda: f"/organizations/?sort=founded_on&col=founded_on&page={page()}",
        "list by level": lambda: f"/organizations/?sort=depth&col=depth&page={page()}",
        "list of one kind": lambda: f"/organizations/?kind=branch&page={page()}",
        "list of one field": lambda: f"/organizations/?field=urban&page={page()}",
        "list of the abolished": lambda: "/organizations/?state=abolished",
        "list of one unit": lambda: f"/organizations/?unit={dice.choice(places.units)}",
        "list of one unit by name": lambda: f"/organizations/?unit={dice.choice(places.units)}&sort=name",
        "list, search by name": lambda: f"/organizations/?q={name()}",
        "list, search by a frequent word": lambda: f"/organizations/?q={dice.choice(['村', '社区', '党支部'])}",
        "list, search by initials": lambda: f"/organizations/?q={dice.choice(['dzb', 'xc', 'sqdzb', 'a'])}",
        "list, search by code": lambda: f"/organizations/?q={dice.choice(places.villages)[1]}",
        "suggestions": lambda: f"/organizations/options/?field=q&q={name()}",
        "tree": lambda: "/organizations/tree/",
        "tree, search": lambda: f"/organizations/tree/search/?q={name()}",
        "tree opened at a village": lambda: f"/organizations/tree/?at={village()}",
        "tree as of a day": lambda: "/organizations/tree/?day=2026-06-01",
        "branch of the tree": lambda: f"/organizations/tree/{dice.choice(places.towns)}/",
        "branch as of a day": lambda: f"/organizations/tree/{dice.choice(places.towns)}/?day=2026-06-01",
        "as of a day": lambda: f"/organizations/as-of/?day=2026-06-01&page={page()}",
        "as of a day by name": lambda: f"/organizations/as-of/?day=2026-06-01&sort=name&page={page()}",
        "as of a day, search": lambda: f"/organizations/as-of/?day=2026-06-01&q={name()}",
        "organization": lambda: f"/organizations/{village()}/",
        "history of an organization": lambda: f"/organizations/{village()}/history/",
        "form of an organization": lambda: "/organizations/new/",
        "person": lambda: f"/secretaries/{dice.choice(places.people)}/",
        "person's card": lambda: f"/secretaries/{dice.choice(places.people)}/card/",
        "accounts": lambda: "/accounts/",
        "account": lambda: f"/accounts/{places.account}/",
        "form of an account": lambda: "/accounts/create/",
        "scopes of an account": lambda: f"/accounts/roles/scopes/?field=q&q={name()}",
        "people without account": lambda: "/accounts/secretaries/",
        "people without account of one unit": lambda: f"/accounts/secretaries/?under={dice.choice(places.units)}",
        "people without account, search": lambda: f"/accounts/secretaries/?q={person()}",
        "imports": lambda: "/rosters/",
        "form of a cycle": lambda: "/cycles/new/",
        "people, first page": lambda: "/secretaries/",
        "people, page 150": lambda: "/secretaries/?page=150",
        "people by organization": lambda: f"/secretaries/?sort=organization&page={page()}",
        "people by day of office": lambda: f"/secretaries/?sort=-since&page={page()}",
        "people by birth": lambda: f"/secretaries/?sort=born&col=born&page={page()}",
        "people of one unit": lambda: f"/secretaries/?unit={dice.choice(places.units)}",
        "people of one field": lambda: f"/secretaries/?field=urban&page={page()}",
        "people in office": lambda: f"/secretaries/?state=in_office&page={page()}",
        "people out of office": lambda: "/secretaries/?state=out",
        "people, search": lambda: f"/secretaries/?q={person()}",
        "people, search by surname": lambda: f"/secretaries/?q={dice.choice(SURNAMES)}",
        "vacancies": lambda: "/secretaries/vacancies/",
        "vacancies of one unit": lambda: f"/secretaries/vacancies/?unit={dice.choice(places.units)}",
        "vacancies of more than a year": lambda: "/secretaries/vacancies/?days=365",
        "vacancies by superior": lambda: "/secretaries/vacancies/?sort=superior",
        "elections": lambda: f"/secretaries/elections/?page={page()}",
        "elections overdue": lambda: "/secretaries/elections/?state=overdue",
        "elections without a record": lambda: "/secretaries/elections/?state=unknown",
        "elections by name": lambda: f"/secretaries/elections/?sort=name&page={page()}",
        "interface: organizations": lambda: f"/api/v1/organizations/?page={page() // 2 + 1}",
        "interface: search": lambda: f"/api/v1/organizations/?q={name()}",
        "interface: organizations of a day": lambda: f"/api/v1/organizations/?on=2026-06-01&page={page() // 2 + 1}",
        "interface: people": lambda: f"/api/v1/secretaries/?page={page() // 2 + 1}",
        "interface: appointments": lambda: f"/api/v1/appointments/?page={page() // 2 + 1}",
        "interface: vacancies": lambda: "/api/v1/vacancies/",
        "interface: elections due": lambda: f"/api/v1/elections/due/?page={page() // 2 + 1}",
    }  # fmt: skip


def pages_of_county(dice, county_id):
    """Return the pages of a county's head."""
    from apps.organizations.models import Organization

    path = Organization.objects.values_list("path", flat=True).get(pk=county_id)
    inside = list(Organization.objects.filter(path__startswith=path).values_list("pk", "name", "kind"))
    villages = [(pk, name) for pk, name, kind in inside if kind == "branch"]

    def name():
        return fragment(dice, dice.choice(villages)[1])

    return {
        "list": lambda: "/organizations/",
        "list by name": lambda: "/organizations/?sort=name&page=2",
        "list, search": lambda: f"/organizations/?q={name()}",
        "suggestions": lambda: f"/organizations/options/?field=q&q={name()}",
        "tree": lambda: "/organizations/tree/",
        "tree, search": lambda: f"/organizations/tree/search/?q={name()}",
        "tree as of a day": lambda: "/organizations/tree/?day=2026-06-01",
        "as of a day": lambda: "/organizations/as-of/?day=2026-06-01",
        "people": lambda: "/secretaries/",
        "people by organization": lambda: "/secretaries/?sort=organization&page=2",
        "people, search": lambda: f"/secretaries/?q={dice.choice(SURNAMES)}{dice.choice(GIVEN)}",
        "people out of office": lambda: "/secretaries/?state=out",
        "vacancies": lambda: "/secretaries/vacancies/",
        "elections": lambda: "/secretaries/elections/",
        "interface: organizations": lambda: "/api/v1/organizations/",
        "interface: people": lambda: "/api/v1/secretaries/",
        "interface: appointments": lambda: "/api/v1/appointments/",
    }


def pages_of_town(dice, town_id):
    """Return the pages of a town's clerk."""
    return {
        name: question
        for name, question in pages_of_county(dice, town_id).items()
        if "page=2" not in question()
    }


def fragment(dice, name):
    """Return two to four neighbouring characters of a village's own name."""
    own = name.removesuffix("党支部")
    length = min(dice.randint(2, 4), len(own))
    start = dice.randint(0, len(own) - length)
    return own[start : start + length]
