"""Writes of scoring: a run is asked for, computed by a job, and becomes the current one."""

from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db import transaction

from apps.accounts.models import User
from apps.audit.services import record_action
from apps.common.domain.formats import round_half_up
from apps.cycles.models import ReviewCycle
from apps.documents.domain.jobs import JobState
from apps.documents.services import enqueue_job
from apps.scoring.domain.computation import Computation, Figures, FormFigures, GroupFigure, compute
from apps.scoring.domain.numbers import exact_text
from apps.scoring.domain.states import RunState
from apps.scoring.domain.tally import RULES_VERSION
from apps.scoring.errors import ScoresFixed
from apps.scoring.models import GroupScore, ScoreRun, ScoreSummary
from apps.scoring.selectors import SCORABLE_STAGES
from apps.scoring.selectors.inputs import load_inputs
from apps.scoring.signals import score_run_finished

JOB_KIND = "scoring.compute"


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


@transaction.atomic
def compute_score_run(run_id: int, *, at: datetime) -> ScoreRun:
    """Compute a run, store its summaries and make it the current one. A finished run stays as it is."""
    cycle_id = ScoreRun.objects.values_list("cycle_id", flat=True).get(pk=run_id)
    cycle = ReviewCycle.objects.select_for_update(of=("self",)).get(pk=cycle_id)
    run = ScoreRun.objects.select_for_update(of=("self",)).select_related("requested_by").get(pk=run_id)
    if run.state != RunState.RUNNING.value:
        return run
    if cycle.stage not in SCORABLE_STAGES:
        raise ScoresFixed(f"“{cycle}”的等次已经签发，本次计分没有进行，原来的得分保持不变。")
    inputs = load_inputs(cycle)
    result = compute(inputs)
    _store_summaries(run, result, inputs.scheme.decimals)
    run.decimals = inputs.scheme.decimals
    _make_current(run, result, at=at)
    details = {"input_hash": run.input_hash, "state": run.state, "n_missing": len(run.missing)}
    record_action("scoring.computed", run, actor=run.requested_by, at=at, details=details)
    score_run_finished.send(ScoreRun, run_id=run.pk, cycle_id=cycle.pk, actor=run.requested_by, at=at)
    return run


def _make_current(run: ScoreRun, result: Computation, *, at: datetime) -> None:
    run.missing = result.missing
    run.state = RunState.BLOCKED.value if run.missing else RunState.DONE.value
    run.input_hash = result.input_hash
    run.finished_at = at
    run.is_current = True
    ScoreRun.objects.filter(cycle_id=run.cycle_id, is_current=True).update(is_current=False)
    run.save(update_fields=["missing", "state", "decimals", "input_hash", "finished_at", "is_current"])


def _store_summaries(run: ScoreRun, result: Computation, decimals: int) -> None:
    summaries = ScoreSummary.objects.bulk_create(
        _summary(run, one, result, decimals=decimals) for one in result.figures
    )
    GroupScore.objects.bulk_create(
        _group_score(summary, form, figure, decimals=decimals)
        for summary, one in zip(summaries, result.figures, strict=True)
        for form in one.forms
        for figure in form.groups
    )


def _summary(run: ScoreRun, one: Figures, result: Computation, *, decimals: int) -> ScoreSummary:
    return ScoreSummary(
        run=run,
        reviewee_id=one.person.key,
        n_valid=one.n_valid,
        ballot_exact=exact_text(one.ballot),
        ballot_score=None if one.ballot is None else round_half_up(one.ballot, decimals),
        total_exact=exact_text(one.total),
        total=None if one.total is None else round_half_up(one.total, decimals),
        rank_in_field=result.rank.get(one.person.key),
        n_in_field=result.n_in_field[one.person.field],
        papers=[_paper_score(form, decimals=decimals) for form in one.forms],
        components=_components(one, decimals=decimals),
        item_scores=[line for form in one.forms for line in _item_scores(form, decimals=decimals)],
        hides_score=one.hides_score,
    )


def _paper_score(one: FormFigures, *, decimals: int) -> dict[str, Any]:
    return {
        "paper_id": one.form.key,
        "name": one.form.name,
        "n_valid": one.n_valid,
        "hides_score": one.hides_score,
    } | _figure(one.score, decimals=decimals)


def _item_scores(one: FormFigures, *, decimals: int) -> list[dict[str, Any]]:
    return [
        {
            "paper_id": one.form.key,
            "item_id": item.key,
            "name": item.text,
            "is_hidden": one.hides_items or one.hides_score,
        }
        | _figure(score, decimals=decimals)
        for item, score in zip(one.form.items, one.item_scores, strict=True)
        if item.is_scored
    ]


def _components(one: Figures, *, decimals: int) -> list[dict[str, Any]]:
    return [
        {
            "component_id": figure.component.key,
            "name": figure.component.name,
            "kind": figure.component.kind.value,
            "paper_id": figure.component.form,
            "weight": exact_text(figure.component.weight),
            "value": None if figure.imported is None else str(figure.imported.value),
            "out_of": None if figure.imported is None else str(figure.imported.out_of),
            "source": "" if figure.imported is None else figure.imported.source,
        }
        | _figure(figure.score, decimals=decimals)
        for figure in one.components
    ]


def _figure(value: Fraction | None, *, decimals: int) -> dict[str, str | None]:
    return {
        "exact": exact_text(value),
        "score": None if value is None else str(round_half_up(value, decimals)),
    }


def _group_score(
    summary: ScoreSummary, form: FormFigures, figure: GroupFigure, *, decimals: int
) -> GroupScore:
    rounded: Decimal | None = None if figure.mean is None else round_half_up(figure.mean, decimals)
    return GroupScore(
        summary=summary,
        paper_id=form.form.key,
        voter_group_id=figure.group.key,
        n_returned=figure.n_returned,
        n_valid=figure.tally.n_valid,
        n_scored=figure.tally.n_scored,
        mean_exact=exact_text(figure.mean),
        mean=rounded,
        effective_weight=exact_text(figure.share),
        is_suppressed=figure.is_suppressed,
        counts=[
            {
                "item": item.key,
                "n": figure.tally.n_answered(place),
                "answers": figure.tally.answers(place),
                "points": exact_text(figure.tally.mean_points(place)),
            }
            for place, item in enumerate(form.form.items)
        ],
    )
