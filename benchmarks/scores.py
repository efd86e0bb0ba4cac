"""Score run of 40 reviewees: 2,000 ballots x 40 x 6 answers, against the bare SQL aggregate and a plain loop.

`python -m benchmarks.scores [--quick] [--json FILE]`
"""

import random
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


def make_cycle(n_ballots):
    """Write a cycle with an opened urn straight into the tables."""
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
        code="BENCH",
        name="某区",
        kind="committee",
        field="agency",
        path="bench",
        pinyin_key="a",
        stroke_key="a",
    )
    cycle = ReviewCycle.objects.create(year=2026, title="2026年度", host=host, created_at=AT)
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
    session = EvaluationSession.objects.create(cycle=cycle, title="测评", hall_key="b" * 43)
    SessionPaper.objects.create(session=session, paper=paper)
    voters = [SessionGroup.objects.create(session=session, voter_group=group) for group in groups]
    subjects = []
    for n in range(N_REVIEWEES):
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


def plain_loop(cycle):
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


def agree(totals, result):
    """Tell whether both ways give the same figures to two decimals."""
    from apps.common.domain.formats import round_half_up

    return all(
        one.total is not None and round_half_up(one.total, 2) == round_half_up(totals[one.person.key], 2)
        for one in result.figures
    )


def measure(bench):
    from django.db import connection

    from apps.accounts.models import User
    from config import celery  # noqa: F401 -- jobs go to the queue of these engines

    n_ballots = 400 if bench.quick else N_BALLOTS
    cycle = make_cycle(n_ballots)
    actor = User.objects.create(username="bench", display_name="bench")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    bench.figure("ballots", n_ballots)
    bench.figure("marks", n_ballots * N_REVIEWEES)
    bench.figure("different marks per reviewee and group", len(bare(COUNTS, cycle)))
    grouped = bench.time("bare SQL: equal marks counted", lambda: bare(COUNTS, cycle))
    by_item = bench.time("bare SQL: answers counted per item", lambda: bare(BY_ITEM, cycle))
    ours = bench.time("tally: read, score, rank, hash", lambda: tally(cycle))
    job = bench.time("whole run: tally, store, switch, log", lambda: whole_job(cycle, actor))
    loop = bench.time("plain loop over ballots", lambda: plain_loop(cycle), times=3)

    assert agree(plain_loop(cycle), tally(cycle)), "the plain loop disagrees"
    bench.figure("plain loop / tally", round(loop / ours, 2))
    bench.goal("tally / bare SQL per item", ours / by_item, at_most=2)
    bench.figure("tally / bare SQL of equal marks", round(ours / grouped, 2))
    bench.goal("whole run (s)", job, at_most=5)


if __name__ == "__main__":
    sys.exit(harness.run(__doc__, measure))
