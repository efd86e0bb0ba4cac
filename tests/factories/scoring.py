"""Cycles with opened ballots, and their scores computed by the real services."""

from datetime import UTC, datetime

from apps.cycles.domain.stages import ORDER, Stage
from apps.cycles.models import ReviewCycle
from apps.documents.services import run_job
from apps.scoring.services import request_score_run
from tests.factories.accounts import make_user
from tests.factories.cycles import make_cycle, make_reviewee
from tests.factories.evaluations import make_opened_marks, make_session
from tests.factories.organizations import make_organization

AT = datetime(2026, 12, 20, 3, 0, tzinfo=UTC)


def make_opened_cycle(
    grades=("good", "fairly_good"),
    *,
    fields=(),
    n_votes=6,
    preset="60-40",
    stage="meeting",
    rules=None,
    host=None,
):
    """A cycle whose urn is open. Reviewee n got ``grades[n]`` for every item on each of ``n_votes`` ballots per group.

    ``n_votes`` may name each group's number; ``fields[n]`` is the field (default 农区); ``rules`` changes the scheme.
    """
    cycle = make_cycle(stage="draft", preset=preset, host=host or make_organization())
    scheme = cycle.scheme
    for name, value in (rules or {}).items():
        setattr(scheme, name, value)
    scheme.frozen_at = AT
    scheme.save()
    for n, _ in enumerate(grades):
        make_reviewee(cycle=cycle, field=fields[n] if fields else "rural")
    set_stage(cycle, stage)
    groups = list(scheme.voter_groups.all())
    counts = [n_votes] * len(groups) if isinstance(n_votes, int) else list(n_votes)
    items = item_keys(scheme)
    votes = [
        (reviewee.pk, group.pk, dict.fromkeys(items, grade) if grade else {})
        for reviewee, grade in zip(cycle.reviewees.all(), grades, strict=True)
        for group, n in zip(groups, counts, strict=True)
        for _ in range(n)
    ]
    make_opened_marks(make_session(cycle=cycle), votes)
    return cycle


def item_keys(scheme):
    """The keys of the scored items of the first form."""
    return [item.key for item in scheme.papers.first().template.items if item.is_scored]


def set_stage(cycle, stage):
    """Walk the cycle to a stage, one step at a time."""
    here = ORDER.index(Stage(cycle.stage))
    for step in ORDER[here + 1 : ORDER.index(Stage(stage)) + 1]:
        ReviewCycle.objects.filter(pk=cycle.pk).update(stage=step.value)
    cycle.refresh_from_db()
    return cycle


def make_clerk(cycle, role="clerk"):
    """Department staff of the cycle's host."""
    return make_user(role, cycle.host)


def compute(cycle, *, actor=None, at=AT):
    """Compute the scores of a cycle by its job, here and now, and return the run."""
    run = request_score_run(cycle.pk, actor=actor or make_clerk(cycle), at=at)
    run_job(run.job_id, clock=lambda: at)
    run.refresh_from_db()
    return run


def make_scored_cycle(grades=("good", "fairly_good"), *, stage="grading", actor=None, **options):
    """A cycle with a finished current run, by default ready for deliberation."""
    cycle = make_opened_cycle(grades, stage="meeting", **options)
    compute(cycle, actor=actor)
    return set_stage(cycle, stage)
