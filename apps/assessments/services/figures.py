"""Writes of figures of imported components."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from apps.accounts.models import User
from apps.assessments.domain.evidence import EvidenceFile
from apps.assessments.domain.figures import Figure, figure_problem, source_problem
from apps.assessments.errors import FigureRefused
from apps.assessments.models import ComponentScore
from apps.assessments.selectors.figures import is_by_place
from apps.assessments.services.locking import lock_assessable, store_evidence
from apps.audit.services import record_action
from apps.common.services import check_version, touch_version
from apps.cycles.domain.schemes import ComponentKind
from apps.cycles.models import SchemeComponent
from apps.documents.models import StoredFile

BATCH = 1_000


def record_component_score(
    reviewee_id: int,
    component_id: int,
    *,
    value: Decimal,
    out_of: Decimal,
    source: str,
    actor: User,
    at: datetime,
    version: int | None = None,
) -> ComponentScore:
    """Enter or correct one reviewee's figure for one component.

    :raises AssessmentsFixed: outside the stages in which figures are taken.
    :raises FigureRefused: the figure does not fit.
    """
    figure = Figure(reviewee_id, value, out_of, source, version)
    return record_component_scores(component_id, [figure], actor=actor, at=at)[0]


@transaction.atomic
def record_component_scores(
    component_id: int,
    figures: Sequence[Figure],
    *,
    evidence: EvidenceFile | None = None,
    actor: User,
    at: datetime,
) -> list[ComponentScore]:
    """Enter or correct several reviewees' figures for one component, all or none. ``evidence`` goes with each of them.

    Raises as ``record_component_score``, and ``StaleVersion`` if somebody corrected one of them meanwhile. A figure with version
    0 was empty when its form was opened.
    """
    component = SchemeComponent.objects.select_related("scheme").get(
        pk=component_id, kind=ComponentKind.IMPORTED.value
    )
    cycle = lock_assessable(component.scheme.cycle_id)
    names = {one.pk: one.name for one in cycle.reviewees.all()}
    for figure in figures:
        _check(figure, names, is_place=is_by_place(component))
    file = store_evidence(cycle, evidence, actor=actor, at=at)
    rows = put_figures(component, figures, evidence=file, actor=actor, at=at)
    changes = {names[one.reviewee_id]: f"{one.value}/{one.out_of}" for one in figures}
    record_action("assessments.scores_recorded", component, actor=actor, at=at, details={"scores": changes})
    return rows


@transaction.atomic
def attach_evidence(score_id: int, evidence: EvidenceFile, *, actor: User, at: datetime) -> ComponentScore:
    """Put a file to one figure in place of the one before. The earlier file stays stored.

    :raises AssessmentsFixed: outside the stages in which figures are taken.
    """
    score = ComponentScore.objects.select_related("reviewee__cycle", "component").get(pk=score_id)
    cycle = lock_assessable(score.reviewee.cycle_id)
    score.evidence = store_evidence(cycle, evidence, actor=actor, at=at)
    score.save(update_fields=["evidence"])
    details = {"reviewee": str(score.reviewee), "file": evidence.name}
    record_action("assessments.evidence_attached", score.component, actor=actor, at=at, details=details)
    return score


def put_figures(
    component: SchemeComponent,
    figures: Sequence[Figure],
    *,
    evidence: StoredFile | None = None,
    actor: User,
    at: datetime,
) -> list[ComponentScore]:
    """Write figures that were checked; the caller holds the lock on the cycle and writes the audit entry.

    :raises StaleVersion: somebody corrected one of them meanwhile.
    """
    stored = _locked(component)
    rows = [_filled(component, figure, stored, actor=actor, at=at) for figure in figures]
    for row in rows:
        row.evidence = evidence or row.evidence
    fresh = [row for row in rows if row.reviewee_id not in stored]
    known = [row for row in rows if row.reviewee_id in stored]
    ComponentScore.objects.bulk_create(fresh, batch_size=BATCH)
    fields = ["value", "out_of", "source", "evidence", "entered_by", "entered_at", "version"]
    ComponentScore.objects.bulk_update(known, fields, batch_size=BATCH)
    return rows


def _locked(component: SchemeComponent) -> dict[int, ComponentScore]:
    rows = ComponentScore.objects.select_for_update(of=("self",)).filter(component=component)
    return {one.reviewee_id: one for one in rows}


def _check(figure: Figure, names: Mapping[int, str], *, is_place: bool) -> None:
    if figure.reviewee_id not in names:
        raise FigureRefused("有一行不是本周期的述职对象，全部没有保存。请刷新页面后重新录入。")
    name, what = names[figure.reviewee_id], "名次" if is_place else "得分"
    if reason := figure_problem(figure.value, figure.out_of, is_place=is_place):
        raise FigureRefused(f"{name}的{what} {figure.value} {reason}，全部没有保存。请改正后再保存。")
    if reason := source_problem(figure.source.strip()):
        raise FigureRefused(f"{name}的{what}的依据{reason}，全部没有保存。请改正后再保存。")


def _filled(
    component: SchemeComponent,
    figure: Figure,
    stored: Mapping[int, ComponentScore],
    *,
    actor: User,
    at: datetime,
) -> ComponentScore:
    row = stored.get(figure.reviewee_id)
    if row is None:
        row = ComponentScore(component=component, reviewee_id=figure.reviewee_id)
    else:
        check_version(row, figure.version)
        touch_version(row)
    row.value, row.out_of, row.source = figure.value, figure.out_of, figure.source.strip()
    row.entered_by, row.entered_at = actor, at
    return row
