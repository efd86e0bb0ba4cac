"""Scores: one hall (2,000 ballots x 40 reviewees x 6 items) against plain loops and bare SQL, and a whole district.

`python -m benchmarks.scores [--quick] [--json FILE]`

The district has 400 sessions, 3,000 reviewees and 10 million marks (60 million answers), with `--quick` a twentieth of it. It is computed
in a process of its own, as a worker does it; time and memory are that process's. Making its data takes longer than computing it.

The plain loop is the independent reference of the tests (`tests/scoring/reference_scores.py`): loops over the lines of marks.csv, one
answer after the other, exact fractions; reading the lines included, writing the file not. The loop over ballots that stood here before,
decimals over rows the database hands out, is kept as a figure.
"""

import csv
import io
import json
import os
import random
import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal

from benchmarks import _harness as harness

AT = datetime(2026, 12, 20, 3, 0, tzinfo=UTC)
N_REVIEWEES, N_BALLOTS, N_ITEMS = 40, 2_000, 6
GRADES = ("good", "fairly_good", "average", "poor")
OPTIONS = {"good": "好", "fairly_good": "较好", "average": "一般", "poor": "差"}
POINTS = {"good": Decimal(95), "fairly_good": Decimal(85), "average": Decimal(75), "poor": Decimal(60)}
# One answer in twenty is left blank, and a ballot's answers about one person resemble each other, as they do in a hall.
BLANK = 0.05
LIKE_THE_FIRST = 0.7

# The floor: what any tally has to ask of the database.
COUNTS = """
    SELECT s.reviewee_id, g.voter_group_id, m.marks::text, count(*)
    FROM evaluations_openedmark m
    JOIN evaluations_sessionsubject s ON s.id = m.subject_id
    JOIN evaluations_sessiongroup g ON g.id = m.group_id
    JOIN evaluations_evaluationsession e ON e.id = s.session_id
    WHERE e.cycle_id = %s
    GROUP BY 1, 2, 3
"""
BY_ITEM = """
    SELECT s.reviewee_id, g.voter_group_id, a.key, a.value, count(*)
    FROM evaluations_openedmark m
    JOIN evaluations_sessionsubject s ON s.id = m.subject_id
    JOIN evaluations_sessiongroup g ON g.id = m.group_id
    JOIN evaluations_evaluationsession e ON e.id = s.session_id
    CROSS JOIN LATERAL jsonb_each_text(m.marks) a
    WHERE e.cycle_id = %s
    GROUP BY 1, 2, 3, 4
"""


def make_cycle(n_ballots, year=2026):
    """Write a cycle with an opened urn straight into the tables; without ballots there are no reviewees either."""
    from apps.cycles.domain.papers.templates import describe_template
    from apps.cycles.models import (
        GradeRule,
        ReviewCycle,
        Reviewee,
        ReviewScheme,
        SchemeComponent,
        SchemePaper,
        VoterGroup,
    )
    from apps.evaluations.models import EvaluationSession, SessionGroup, SessionPaper, SessionSubject
    from apps.organizations.models import Organization
    from apps.secretaries.models import Secretary

    host = Organization.objects.create(
        code=f"BENCH{year}",
        name="某区",
        kind="committee",
        field="agency",
        path=f"bench{year}",
        pinyin_key="a",
        stroke_key="a",
    )
    cycle = ReviewCycle.objects.create(year=year, title=f"{year}年度", host=host, created_at=AT)
    scheme = ReviewScheme.objects.create(cycle=cycle, preset="60-40")
    groups = [
        VoterGroup.objects.create(scheme=scheme, order_no=n, name=f"{n}", weight=weight)
        for n, weight in enumerate((60, 40), start=1)
    ]
    paper = SchemePaper.objects.create(
        scheme=scheme, order_no=1, name="测评表", definition=describe_template(template())
    )
    for grade, start in zip(GRADES, (90, 80, 70, 0), strict=True):
        GradeRule.objects.create(scheme=scheme, grade=grade, from_total=start)
    SchemeComponent.objects.create(scheme=scheme, order_no=1, name="现场测评", kind="ballot", weight=100)
    session = EvaluationSession.objects.create(cycle=cycle, title="测评", hall_key=f"{year}".rjust(43, "b"))
    SessionPaper.objects.create(session=session, paper=paper)
    voters = [SessionGroup.objects.create(session=session, voter_group=group) for group in groups]
    subjects = []
    for n in range(N_REVIEWEES if n_ballots else 0):
        person = Secretary.objects.create(name=f"书记{n}", pinyin_key=f"{n}", stroke_key=f"{n}")
        reviewee = Reviewee.objects.create(
            cycle=cycle, secretary=person, organization=host, name=person.name, post="书记",
            organization_name=f"党委{n}", field="rural", order_no=n,
        )  # fmt: skip
        subjects.append(SessionSubject.objects.create(session=session, reviewee=reviewee, order_no=n))
    _open_urn(session, subjects, voters, paper, n_ballots)
    ReviewCycle.objects.filter(pk=cycle.pk).update(stage="meeting")
    cycle.refresh_from_db()
    return cycle


def template():
    """A form of six graded items."""
    from apps.cycles.domain.papers.templates import Item, Option, PaperTemplate, Scale

    options = tuple(Option(key, label, POINTS[key]) for key, label in OPTIONS.items())
    items = tuple(Item(f"i{n}", f"第{n}项", weight=Decimal(10 + n), scale="grades") for n in range(N_ITEMS))
    return PaperTemplate("测评表", items, (Scale("grades", "等次", options),))


def _open_urn(session, subjects, voters, paper, n_ballots):
    from apps.evaluations.domain.states import ORDER
    from apps.evaluations.models import OpenedMark

    luck = random.Random(20261220)
    items = [item.key for item in paper.template.items]
    for step in ORDER[1 : ORDER.index(type(ORDER[0]).CLOSED) + 1]:
        session.state = step.value
        session.save(update_fields=["state"])
    for subject in subjects:
        rows = [
            OpenedMark(subject=subject, group=voters[n % 2], paper=paper, marks=_mark(luck, items))
            for n in range(n_ballots)
        ]
        OpenedMark.objects.bulk_create(rows, batch_size=2_000)
    session.state = "opened"
    session.save(update_fields=["state"])


def _mark(luck, items):
    first = luck.choices(GRADES, (50, 35, 12, 3))[0]
    return {
        item: first if luck.random() < LIKE_THE_FIRST else luck.choice(GRADES)
        for item in items
        if luck.random() >= BLANK
    }


def decimal_loop(cycle):
    """Tally ballot by ballot with decimals, as one would write it down; return the total per reviewee."""
    from apps.evaluations.models import OpenedMark

    weights = {item.key: item.weight for item in cycle.scheme.papers.get().template.items}
    group_weights = {group.pk: group.weight for group in cycle.scheme.voter_groups.all()}
    sums = {}
    rows = OpenedMark.objects.filter(subject__session__cycle=cycle)
    for reviewee, group, marks in rows.values_list("subject__reviewee_id", "group__voter_group_id", "marks"):
        top = bottom = Decimal(0)
        for item, grade in marks.items():
            top += weights[item] * POINTS[grade]
            bottom += weights[item]
        if bottom:
            total, n = sums.get((reviewee, group), (Decimal(0), 0))
            sums[reviewee, group] = (total + top / bottom, n + 1)
    totals = {}
    for (reviewee, group), (total, n) in sums.items():
        totals[reviewee] = totals.get(reviewee, Decimal(0)) + group_weights[group] * total / n / 100
    return totals


def tally(cycle):
    """What the job does, without storing it."""
    from apps.scoring.domain.computation import compute
    from apps.scoring.selectors.inputs import load_inputs

    return compute(load_inputs(cycle))


def whole_job(cycle, actor):
    """The job as a worker does it: read, compute, store, switch, log."""
    from apps.scoring.services import compute_score_run, request_score_run

    run = request_score_run(cycle.pk, actor=actor, at=AT)
    run = compute_score_run(run.pk, at=AT)
    type(run.job).objects.filter(pk=run.job_id).update(state="done")
    return run


def bare(sql, cycle):
    """Run one aggregate and fetch its rows."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, [cycle.pk])
        return cursor.fetchall()


def marks_csv(cycle):
    """The part marks.csv of the result package, and what else the reference reads."""
    from apps.scoring.domain import packages
    from apps.scoring.domain.package_parts import described_scheme
    from apps.scoring.selectors.inputs import load_inputs, real_sessions
    from apps.scoring.selectors.packages import _marks

    inputs = load_inputs(cycle)
    people = [{"id": one.key, "field": one.field} for one in inputs.people]
    scheme = described_scheme(inputs.scheme) | {"reviewees": people}
    rows = _marks(real_sessions(cycle), cycle.scheme)
    return packages.csv_bytes(packages.MARKS_HEAD, rows).decode("utf-8-sig"), scheme


def plain_loop(text, scheme):
    """Compute everybody's total from the lines of marks.csv; return it per reviewee."""
    from tests.scoring.reference_scores import Book

    lines = csv.reader(io.StringIO(text, newline=""))
    next(lines)
    typed = ((*map(int, line[:3]), line[3], int(line[4]), *line[5:]) for line in lines)
    book = Book(scheme, typed, {}, [], {})
    return {one["id"]: book.total(one["id"]) for one in scheme["reviewees"]}


def agree(totals, result):
    """Tell whether both ways give the same totals to the last digit."""
    return {one.person.key: one.total for one in result.figures} == totals


DISTRICT = {"sessions": 400, "reviewees": 3_000, "marks": 10_000_000}
QUICKER = 20

# One answer in twenty blank, the others alike or not, as ``_mark`` above, made by the database.
MARKS = """
    INSERT INTO evaluations_openedmark (id, subject_id, group_id, paper_id, marks)
    SELECT gen_random_uuid(), s.id, g.id, %(paper)s, jsonb_strip_nulls(jsonb_build_object({items}))
    FROM evaluations_sessionsubject s
    JOIN evaluations_sessiongroup g ON g.session_id = s.session_id
    CROSS JOIN LATERAL (
        SELECT CASE WHEN r < 0.50 THEN 'good' WHEN r < 0.85 THEN 'fairly_good' WHEN r < 0.97 THEN 'average' ELSE 'poor' END AS first
        FROM (SELECT random() AS r, n FROM generate_series(1, %(n)s + 0 * s.id) n) one
    ) ballot
    WHERE s.session_id = ANY(%(sessions)s)
"""
ITEM = """'i{n}', CASE WHEN random() < 0.05 THEN NULL WHEN random() < 0.7 THEN first
    ELSE (ARRAY['good', 'fairly_good', 'average', 'poor'])[1 + floor(4 * random())::int] END"""


def grow_district(cycle, first, n_sessions, n_reviewees, n_marks):
    """Add sessions with opened urns to a cycle; checks of single rows are skipped, the data being ours."""
    from django.db import connection

    from apps.cycles.models import Reviewee
    from apps.evaluations.models import EvaluationSession, SessionGroup, SessionPaper, SessionSubject
    from apps.secretaries.models import Secretary

    paper = cycle.scheme.papers.get()
    groups = list(cycle.scheme.voter_groups.all())
    numbers = range(first, first + n_reviewees)
    people = Secretary.objects.bulk_create(
        Secretary(name=f"书记{n}", pinyin_key=f"{n}", stroke_key=f"{n}") for n in numbers
    )
    reviewees = Reviewee.objects.bulk_create(
        Reviewee(
            cycle=cycle, secretary=one, organization=cycle.host, name=one.name, post="书记",
            organization_name=f"党支部{n}", field="rural", order_no=n,
        )
        for n, one in zip(numbers, people, strict=True)
    )  # fmt: skip
    sessions = EvaluationSession.objects.bulk_create(
        EvaluationSession(cycle=cycle, title=f"场次{first + n}", hall_key=f"{first + n}".rjust(43, "d"))
        for n in range(n_sessions)
    )
    SessionPaper.objects.bulk_create(SessionPaper(session=one, paper=paper) for one in sessions)
    SessionGroup.objects.bulk_create(
        SessionGroup(session=one, voter_group=group) for one in sessions for group in groups
    )
    SessionSubject.objects.bulk_create(
        SessionSubject(session=sessions[n * n_sessions // n_reviewees], reviewee=one, order_no=n)
        for n, one in enumerate(reviewees)
    )
    items = ", ".join(ITEM.format(n=n) for n in range(N_ITEMS))
    keys = [one.pk for one in sessions]
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        values = {"paper": paper.pk, "n": n_marks // n_reviewees // len(groups), "sessions": keys}
        cursor.execute(MARKS.format(items=items), values)
        cursor.execute("UPDATE evaluations_evaluationsession SET state = 'opened' WHERE id = ANY(%s)", [keys])
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("ANALYZE")


WORKER = """
import json, resource, sys, time
import django
django.setup()
from django.utils import timezone
import config.celery
from apps.accounts.models import User
from apps.cycles.models import ReviewCycle
from apps.scoring.services import compute_score_run, request_score_run
cycle = ReviewCycle.objects.get(pk=int(sys.argv[1]))
run = request_score_run(cycle.pk, actor=User.objects.first(), at=timezone.now())
steps, start = {}, time.perf_counter()
run = compute_score_run(
    run.pk, at=timezone.now(), progress=lambda step: steps.update({step: time.perf_counter() - start})
)
taken = time.perf_counter() - start
type(run.job).objects.filter(pk=run.job_id).update(state="done")
used = resource.getrusage(resource.RUSAGE_SELF)
cpu = used.ru_utime + used.ru_stime
with open("/proc/self/status") as status:  # the system's own maximum would be that of the parent
    peak = next(int(line.split()[1]) // 1024 for line in status if line.startswith("VmHWM"))
print(json.dumps({"s": taken, "mb": peak, "cpu": cpu, "steps": steps, "hash": run.input_hash, "state": run.state}))
"""


def recompute(cycle):
    """Compute a cycle in a process of its own; return seconds, peak memory in MB, when each step began, and the input's hash."""
    done = subprocess.run(
        [sys.executable, "-c", WORKER, str(cycle.pk)],
        capture_output=True, check=True, text=True, cwd=harness.ROOT, env=os.environ,
    )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1])


def measure_district(bench):
    """Half the district, then all of it."""
    part = QUICKER if bench.quick else 1
    halves = {name: n // part // 2 for name, n in DISTRICT.items()}
    cycle = make_cycle(0, year=2027)
    taken = []
    for n in range(2):
        first = N_REVIEWEES + n * halves["reviewees"]
        grow_district(cycle, first, halves["sessions"], halves["reviewees"], halves["marks"])
        taken.append(recompute(cycle))
    half, whole = taken
    n_marks, scale = 2 * halves["marks"], part
    bench.figure("district: marks", n_marks)
    bench.figure("district: half of it (s)", round(half["s"], 2))
    bench.figure("district: steps began at (s)", {name: round(at, 2) for name, at in whole["steps"].items()})
    bench.figure("district: processor time of the worker, start included (s)", round(whole["cpu"], 2))
    bench.figure("district: ended", whole["state"])
    bench.figure("district: seconds per million marks", round(whole["s"] / n_marks * 1e6, 2))
    bench.goal("whole district (s), scaled to 10 million marks", whole["s"] * scale, at_most=60)
    bench.goal("whole district, peak memory (MB)", whole["mb"], at_most=500)
    bench.goal("whole district, time(2n) / time(n)", whole["s"] / half["s"], at_most=2.2)


def measure(bench):
    measure_hall(bench)
    measure_district(bench)


def measure_hall(bench):
    from django.db import connection

    from apps.accounts.models import User
    from config import celery  # noqa: F401 -- jobs go to the queue of these engines

    n_ballots = N_BALLOTS  # in short runs too: a smaller hall would measure the asking, not the counting
    cycle = make_cycle(n_ballots)
    actor = User.objects.create(username="bench", display_name="bench")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    bench.figure("ballots", n_ballots)
    bench.figure("marks", n_ballots * N_REVIEWEES)
    bench.figure("different marks per reviewee and group", len(bare(COUNTS, cycle)))
    text, scheme = marks_csv(cycle)
    bench.figure("lines of marks.csv", text.count("\n") - 1)
    grouped = bench.time("bare SQL: equal marks counted", lambda: bare(COUNTS, cycle))
    by_item = bench.time("bare SQL: answers counted per item", lambda: bare(BY_ITEM, cycle))
    ours = bench.time("tally: read, score, rank, hash", lambda: tally(cycle))
    job = bench.time("whole run: tally, store, switch, log", lambda: whole_job(cycle, actor))
    decimals = bench.time("loop over rows with decimals", lambda: decimal_loop(cycle), times=3)
    loop = bench.time("plain loop over marks.csv", lambda: plain_loop(text, scheme), times=1)

    assert agree(plain_loop(text, scheme), tally(cycle)), "the plain loop disagrees"
    bench.figure("loop over rows with decimals / tally", round(decimals / ours, 2))
    bench.goal("plain loop over marks.csv / tally", loop / ours, at_least=30)
    bench.goal("tally / bare SQL per item", ours / by_item, at_most=2)
    bench.figure("tally / bare SQL of equal marks", round(ours / grouped, 2))
    bench.goal("whole run (s)", job, at_most=5)


if __name__ == "__main__":
    sys.exit(harness.run(__doc__, measure))
