"""The log of acts: what an entry costs beside a bare INSERT, and list, search and check at 10,000 and 1,000,000 entries.

`python -m benchmarks.audit_log [--quick] [--json FILE]` (quick: 10,000 and 100,000)

Pages are asked of the whole stack in this process, by the audit administrator, warmed up, taking turns. The floor of each page is the
same page at 10,000 entries. The entries are those of three years, evenly; their chain is a true one and is checked at the end.
"""

import hashlib
import itertools
import statistics
import sys
import time
from datetime import timedelta

from benchmarks import _harness as harness

FEW, MANY, YEARS = 10_000, 1_000_000, 3
ROUNDS = 15
N_RECORDED = 300
CHUNK = 20_000
ACTIONS = (
    "accounts.logged_in",
    "duty_reports.submitted",
    "organizations.edited",
    "grading.decided",
    "rosters.confirmed",
)
BARE = """
    INSERT INTO bench_bare (seq, at, actor_id, actor_label, action, object_type, object_id, object_label, details, outcome, origin,
        request_id, version, suite, previous_hash, entry_hash)
    VALUES (%s, now(), 1, '何秀英（hexiuying）', 'organizations.edited', 'organizations.organization', '7', '柳湾镇党委', '{"name": 1}',
        'done', '172.16.3.9', '0123456789abcdef', 2, 'sha256', '', %s)
"""


def make_log(n_entries):
    """Write a chain of entries over three years that ends now, as the application would have."""
    from django.utils import timezone

    from apps.audit.domain.chain import GENESIS, entry_hash
    from apps.audit.models import AuditEntry
    from apps.audit.selectors import entry_content
    from apps.common.kit.copying import copy_new

    now, previous, rows = timezone.now(), GENESIS, []
    step = timedelta(days=365 * YEARS) / n_entries
    for seq in range(1, n_entries + 1):
        entry = AuditEntry(
            seq=seq, at=now - step * (n_entries - seq), actor_id=seq % 977 + 10, actor_label=f"张{seq % 977}（user{seq % 977}）",
            action=ACTIONS[seq % 5], object_type="organizations.organization", object_id=str(seq % 40_000),
            object_label=f"柳湾镇第{seq % 40_000}党支部", details={"name": ["旧", "新"], "n": seq}, outcome="done",
            origin=f"172.16.{seq % 200}.9", request_id=f"{seq:016x}", version=2, suite="sha256", previous_hash=previous,
        )  # fmt: skip
        previous = entry.entry_hash = entry_hash(previous, entry_content(entry))
        rows.append(entry)
        if len(rows) == CHUNK or seq == n_entries:
            copy_new(rows)
            rows = []


def clear():
    """Empty the log: the triggers that forbid it are set aside, as only the owner of a throw-away database may."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("TRUNCATE audit_auditentry")
        cursor.execute("SET session_replication_role = DEFAULT")


def vacuum():
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def reader():
    """Return a browser of the audit administrator."""
    from django.test import Client

    from apps.accounts.models import RoleAssignment, User

    user, is_new = User.objects.get_or_create(username="bench-audit", display_name="蒋审")
    if is_new:
        RoleAssignment.objects.create(user=user, role="audit_admin")
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


PAGES = {
    "first page, last 30 days": "/audit/",
    "search of a name, last 30 days": "/audit/?q=张977",
    "search that finds nothing, last 30 days": "/audit/?q=没有这个人",
    "first page, all time": "/audit/?period=all",
    "page 100, all time": "/audit/?period=all&page=100",
    "search that finds nothing, all time": "/audit/?period=all&q=没有这个人",
    "history of one object": "/audit/?object=organizations.organization:7",
}


def pages():
    """Return the median seconds of each page, asked in turns."""
    client, taken = reader(), {name: [] for name in PAGES}
    for name, url in PAGES.items():
        assert client.get(url).status_code == 200, name
    for _ in range(ROUNDS):
        for name, url in PAGES.items():
            start = time.perf_counter()
            client.get(url)
            taken[name].append(time.perf_counter() - start)
    return {name: statistics.median(values) for name, values in taken.items()}


def cost_of_an_entry(bench):
    """Hold recording an act against the bare INSERT of its row, each in a transaction of its own, in turns."""
    from django.db import connection, transaction
    from django.utils import timezone

    from apps.accounts.models import User
    from apps.audit.services import record_action

    actor = User.objects.create(username="bench-actor", display_name="何秀英")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_bare (LIKE audit_auditentry INCLUDING ALL)")
    numbers, recorded, bare = itertools.count(1), [], []
    for _ in range(N_RECORDED):
        n = next(numbers)
        start = time.perf_counter()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(BARE, [n, f"{n:064x}"])
        between = time.perf_counter()
        with transaction.atomic():
            record_action(
                "organizations.edited", actor, actor=actor, at=timezone.now(), details={"name": ["旧", "新"]}
            )
        bare.append(between - start)
        recorded.append(time.perf_counter() - between)
    floor, whole = statistics.median(bare), statistics.median(recorded)
    bench.figure("bare INSERT of the row, own transaction (ms)", round(floor * 1000, 3))
    bench.figure("record_action, own transaction (ms)", round(whole * 1000, 3))
    bench.goal("recording an act / bare INSERT", whole / floor, at_most=4)


def hash_rows():
    """Read every row as the driver hands it over and hash its text: the least any check of a chain does."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.connection.cursor("bench") as cursor:
        cursor.itersize = 2000
        cursor.execute("SELECT * FROM audit_auditentry ORDER BY seq")
        for row in cursor:
            hashlib.sha256(str(row).encode()).hexdigest()


def check(bench, n_entries):
    from apps.audit.services import verify_chain

    start = time.perf_counter()
    hash_rows()
    between = time.perf_counter()
    report = verify_chain()
    assert report.holds, report
    floor, whole = between - start, time.perf_counter() - between
    bench.figure(f"bare reading and hashing of {n_entries:,} rows (s)", round(floor, 1))
    bench.figure(f"verify_audit of {n_entries:,} entries (s)", round(whole, 1))
    bench.figure("verify_audit, entries per second", round(n_entries / whole))
    bench.goal("verify_audit / bare reading and hashing", whole / floor, at_most=4)


def measure(bench):
    """Measure entries, then pages at both sizes, then the check."""
    cost_of_an_entry(bench)
    sizes, taken = (FEW, 100_000 if bench.quick else MANY), {}
    for n_entries in sizes:
        clear()
        make_log(n_entries)
        vacuum()
        taken[n_entries] = pages()
        for name, seconds in taken[n_entries].items():
            bench.figure(f"{name}, {n_entries:,} entries (ms)", round(seconds * 1000, 1))
    few, many = (taken[size] for size in sizes)
    for name in PAGES:
        if name != "search that finds nothing, all time":  # reads every entry: told, not promised
            bench.goal(f"{name}: {sizes[1]:,} / {FEW:,} entries", many[name] / few[name], at_most=2)
    bench.goal(
        "page 100 / first page, all time",
        many["page 100, all time"] / many["first page, all time"],
        at_most=2,
    )
    check(bench, sizes[1] + 1)


if __name__ == "__main__":
    sys.exit(harness.run(__doc__, measure, is_durable=True))
