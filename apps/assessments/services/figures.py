"""Writes of assessments: figures brought in beside the ballots, and vetoes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from apps.accounts.models import User
from apps.assessments.errors import AssessmentsFixed, FigureRefused
from apps.assessments.models import ComponentScore, Veto
from apps.assessments.selectors import ASSESSABLE_STAGES
from apps.assessments.signals import veto_changed
from apps.audit.services import record_action
from apps.common.services import check_version, touch_version
from apps.cycles.domain.grades import Grade
from apps.cycles.domain.schemes import ComponentKind
from apps.cycles.models import ReviewCycle, Reviewee, SchemeComponent


@dataclass(frozen=True, slots=True)
class Figure:
    """One reviewee's figure: ``value`` of ``out_of``. ``version`` of the stored one it replaces, ``None``: not checked."""

    reviewee_id: int
    value: Decimal
    out_of: Decimal
    source: str
    version: int | None = None


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
    component_id: int, figures: Sequence[Figure], *, actor: User, at: datetime
) -> list[ComponentScore]:
    """Enter or correct several reviewees' figures for one component, all or none.

    Raises as ``record_component_score``, and ``StaleVersion`` if somebody corrected one of them meanwhile.
    """
    component = SchemeComponent.objects.select_related("scheme").get(
        pk=component_id, kind=ComponentKind.IMPORTED.value
    )
    cycle = _lock_assessable(component.scheme.cycle_id)
    names = {one.pk: one.name for one in cycle.reviewees.all()}
    stored = {
        one.reviewee_id: one
        for one in ComponentScore.objects.select_for_update(of=("self",)).filter(component=component)
    }
    for figure in figures:
        _check(figure, names)
    rows = [_put(component, figure, stored.get(figure.reviewee_id), actor=actor, at=at) for figure in figures]
    changes = {names[one.reviewee_id]: f"{one.value}/{one.out_of}" for one in figures}
    record_action("assessments.scores_recorded", component, actor=actor, at=at, details={"scores": changes})
    return rows


def _lock_assessable(cycle_id: int) -> ReviewCycle:
    cycle = ReviewCycle.objects.select_for_update(of=("self",)).get(pk=cycle_id)
    if cycle.stage not in ASSESSABLE_STAGES:
        raise AssessmentsFixed(
            f"“{cycle}”现在是“{cycle.get_stage_display()}”阶段，不能录入或更改考核数据。已有的数据保持不变。"
        )
    return cycle


def _check(figure: Figure, names: dict[int, str]) -> None:
    if figure.reviewee_id not in names:
        raise FigureRefused("有一行不是本周期的述职对象，全部没有保存。请刷新页面后重新录入。")
    name = names[figure.reviewee_id]
    if figure.out_of <= 0 or not 0 <= figure.value <= figure.out_of:
        raise FigureRefused(
            f"{name}的得分 {figure.value} 不在 0 到满分 {figure.out_of} 之间，全部没有保存。请改正后再保存。"
        )
    if not figure.source.strip():
        raise FigureRefused(f"{name}的得分没有写依据，全部没有保存。请补上依据后再保存。")


def _put(
    component: SchemeComponent, figure: Figure, row: ComponentScore | None, *, actor: User, at: datetime
) -> ComponentScore:
    if row is None:
        row = ComponentScore(component=component, reviewee_id=figure.reviewee_id)
    else:
        check_version(row, figure.version)
        touch_version(row)
    row.value, row.out_of, row.source = figure.value, figure.out_of, figure.source.strip()
    row.entered_by, row.entered_at = actor, at
    row.save()
    return row


@transaction.atomic
def record_veto(reviewee_id: int, *, caps_at: Grade, reason: str, actor: User, at: datetime) -> Veto:
    """Record a fact that caps a reviewee's grade.

    :raises AssessmentsFixed: outside the stages in which vetoes are taken.
    :raises FigureRefused: no reason, or a cap that caps nothing.
    """
    reviewee = Reviewee.objects.get(pk=reviewee_id)
    cycle = _lock_assessable(reviewee.cycle_id)
    if caps_at is Grade.GOOD:
        raise FigureRefused("一票否决须限定在“好”以下的等次，没有保存。请选择其他等次。")
    if not reason.strip():
        raise FigureRefused("一票否决须写明事由，没有保存。请填写事由。")
    veto = Veto.objects.create(
        reviewee=reviewee, caps_at=caps_at.value, reason=reason.strip(), entered_by=actor, entered_at=at
    )
    details = {"reviewee": str(reviewee), "caps_at": caps_at.value}
    record_action("assessments.veto_recorded", veto, actor=actor, at=at, details=details)
    veto_changed.send(Veto, cycle_id=cycle.pk, reviewee_id=reviewee.pk, actor=actor, at=at)
    return veto


@transaction.atomic
def withdraw_veto(veto_id: int, *, actor: User, at: datetime) -> Veto:
    """Withdraw a veto; the row stays. Withdrawing twice changes nothing.

    :raises AssessmentsFixed: outside the stages in which vetoes are taken.
    """
    veto = Veto.objects.select_for_update(of=("self",)).select_related("reviewee").get(pk=veto_id)
    if veto.withdrawn_at is not None:
        return veto
    cycle = _lock_assessable(veto.reviewee.cycle_id)
    veto.withdrawn_at = at
    veto.save(update_fields=["withdrawn_at"])
    details = {"reviewee": str(veto.reviewee)}
    record_action("assessments.veto_withdrawn", veto, actor=actor, at=at, details=details)
    veto_changed.send(Veto, cycle_id=cycle.pk, reviewee_id=veto.reviewee_id, actor=actor, at=at)
    return veto
