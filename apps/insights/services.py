"""The one write of the overviews: who tried which other scheme. The trial itself is kept nowhere."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from apps.accounts.models import User
from apps.audit.services import record_action
from apps.cycles.domain.schemes import GradeMethod
from apps.cycles.models import ReviewCycle
from apps.grading.domain.candidates import Candidate
from apps.grading.selectors.ground import limits_of, votes_of
from apps.grading.selectors.rules import grading_scheme
from apps.insights.domain.what_if.outcomes import Known, needs_ballots, outcomes
from apps.insights.domain.what_if.results import LeftOut, Person, TrialResult
from apps.insights.domain.what_if.standings import moves_by_field
from apps.insights.domain.what_if.trials import Trial, differences
from apps.insights.errors import NothingToTry
from apps.insights.selectors.what_if import TrialGround, known_of
from apps.scoring.models import ScoreRun, ScoreSummary
from apps.scoring.selectors import current_run
from apps.scoring.selectors.inputs import load_inputs


@transaction.atomic
def try_scheme(
    cycle: ReviewCycle, trial: Trial, ground: TrialGround, *, actor: User, at: datetime
) -> TrialResult:
    """Compute another scheme on the same ballots. Scores, proposals and decisions stay as they are.

    :raises NothingToTry: the cycle has no scores yet.
    """
    run = current_run(cycle)
    if run is None:
        raise NothingToTry(f"“{cycle}”还没有得分，不能试算。请先计分。")
    run.cycle = cycle
    rows = known_of(run, ground.ballot_keys)
    known = [one for one, _ in rows.values()]
    people = {key: _person(summary) for key, (_, summary) in rows.items()}
    inputs = load_inputs(cycle) if needs_ballots(ground.trial, trial) else None
    found = outcomes(
        known, inputs, ground.trial, trial, clamps_total=ground.clamps_total, decimals=run.decimals
    )
    told = differences(ground.trial, trial, ground.names)
    details = {"changes": [f"{one.what}：{one.before}→{one.now}" for one in told]}
    record_action("insights.scheme_tried", cycle, actor=actor, at=at, details=details)
    return TrialResult(
        differences=told,
        fields=moves_by_field(
            known, found, _candidates(run, rows, trial), real=ground.trial.grading, trial=trial.grading
        ),
        left_out=[LeftOut(people[key], one.left_out) for key, one in found.items() if one.left_out],
        people=people,
    )


def _person(summary: ScoreSummary) -> Person:
    reviewee = summary.reviewee
    return Person(reviewee.pk, reviewee.name, reviewee.organization_name, summary.pk)


def _candidates(
    run: ScoreRun, rows: Mapping[int, tuple[Known, ScoreSummary]], trial: Trial
) -> dict[int, Candidate]:
    """Return what limits each grade, as recorded: vetoes and conditions stay what they are under any trial."""
    parts = {key: summary.components for key, (_, summary) in rows.items()}
    limits = limits_of(run.cycle, grading_scheme(run.cycle), parts)
    scheme = run.cycle.scheme
    by_votes = GradeMethod.PLURALITY in {trial.grading.method, GradeMethod(scheme.grade_method)}
    votes = votes_of(run) if by_votes else {}
    return {key: Candidate(key, None, caps, votes=votes.get(key, {})) for key, caps in limits.items()}
