"""Writes of scoring: a run is asked for, computed by a job, and becomes the current one."""

from datetime import datetime

from django.db import transaction

from apps.accounts.models import User
from apps.audit.services import record_action
from apps.cycles.models import ReviewCycle
from apps.documents.domain.jobs import JobState
from apps.documents.services import enqueue_job
from apps.scoring.domain.computation import (
    SCORES,
    SECRECY,
    TALLY,
    Computation,
    Progress,
    compute,
    in_silence,
)
from apps.scoring.domain.inputs import Inputs
from apps.scoring.domain.states import RunState
from apps.scoring.domain.tally import RULES_VERSION
from apps.scoring.errors import ScoresFixed
from apps.scoring.models import ScoreRun
from apps.scoring.selectors import SCORABLE_STAGES
from apps.scoring.selectors.differences import differences_of
from apps.scoring.selectors.inputs import load_inputs
from apps.scoring.services.figures import store_figures
from apps.scoring.signals import score_run_finished

JOB_KIND = "scoring.compute"
READ, STORE = "read", "store"
STEPS = (READ, TALLY, SCORES, SECRECY, STORE)


@transaction.atomic
def request_score_run(cycle_id: int, *, actor: User, at: datetime) -> ScoreRun:
    """Ask for a computation of all scores of a cycle. While one is still waiting, that one is returned.

    A run that is already reading is not reused: it may have missed what this request is about.

    :raises ScoresFixed: outside the stages in which scores are made.
    """
    cycle = ReviewCycle.objects.select_for_update(of=("self",)).get(pk=cycle_id)
    if cycle.stage not in SCORABLE_STAGES:
        raise ScoresFixed(
            f"“{cycle}”现在是“{cycle.get_stage_display()}”阶段，得分不再计算。已有的得分和等次都保持不变。"
        )
    waiting = ScoreRun.objects.filter(
        cycle=cycle, state=RunState.RUNNING.value, job__state=JobState.QUEUED.value
    ).first()
    if waiting is not None:
        return waiting
    run = ScoreRun.objects.create(
        cycle=cycle, software_version=RULES_VERSION, requested_by=actor, started_at=at
    )
    run.job = enqueue_job(
        JOB_KIND,
        title=f"{cycle} 计分",
        arguments={"run_id": run.pk},
        actor=actor,
        at=at,
        dedupe_key=f"run-{run.pk}",
    )
    run.save(update_fields=["job"])
    record_action("scoring.run_requested", run, actor=actor, at=at, details={"cycle_id": cycle.pk})
    return run


def compute_score_run(run_id: int, *, at: datetime, progress: Progress = in_silence) -> ScoreRun:
    """Compute a run, store its summaries and make it the current one. A finished run stays as it is.

    Reading and computing take long and lock nothing; storing is one transaction. ``progress`` is told the name of each of ``STEPS``
    when it begins. What is entered while this computes makes the run outdated, not wrong.

    :raises ScoresFixed: the grades were signed off meanwhile.
    """
    run = ScoreRun.objects.select_related("cycle__scheme").get(pk=run_id)
    if run.state != RunState.RUNNING.value:
        return run
    _check_scorable(run.cycle)
    progress(READ)
    inputs = load_inputs(run.cycle)
    result = compute(inputs, progress)
    progress(STORE)
    return _finish(run_id, inputs, result, at=at)


def _check_scorable(cycle: ReviewCycle) -> None:
    if cycle.stage not in SCORABLE_STAGES:
        raise ScoresFixed(f"“{cycle}”的等次已经签发，本次计分没有进行，原来的得分保持不变。")


@transaction.atomic
def _finish(run_id: int, inputs: Inputs, result: Computation, *, at: datetime) -> ScoreRun:
    cycle_id = ScoreRun.objects.values_list("cycle_id", flat=True).get(pk=run_id)
    cycle = ReviewCycle.objects.select_for_update(of=("self",)).get(pk=cycle_id)
    run = ScoreRun.objects.select_for_update(of=("self",)).select_related("requested_by").get(pk=run_id)
    if run.state != RunState.RUNNING.value:
        return run
    _check_scorable(cycle)
    store_figures(run, result, inputs.scheme)
    _make_current(run, inputs, result, at=at)
    details = {"input_hash": run.input_hash, "state": run.state, "n_missing": len(run.missing)}
    record_action("scoring.computed", run, actor=run.requested_by, at=at, details=details)
    score_run_finished.send(ScoreRun, run_id=run.pk, cycle_id=cycle.pk, actor=run.requested_by, at=at)
    return run


def _make_current(run: ScoreRun, inputs: Inputs, result: Computation, *, at: datetime) -> None:
    run.decimals = inputs.scheme.decimals
    run.missing = result.missing
    run.state = RunState.BLOCKED.value if run.missing else RunState.DONE.value
    run.input_hash, run.input_hashes = result.input_hash, dict(result.hashes)
    run.differences = differences_of(run, inputs, result.hashes)
    run.finished_at = at
    run.is_current = True
    ScoreRun.objects.filter(cycle_id=run.cycle_id, is_current=True).update(is_current=False)
    run.save()
