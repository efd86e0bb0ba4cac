"""A cycle opens once and then only moves forward, one stage at a time."""

from datetime import datetime

from django.db import transaction

from apps.accounts.models import User
from apps.audit.services import record_action
from apps.common.services import touch_version
from apps.cycles.domain.stages import MOVED_BY_HAND, Stage, next_stage
from apps.cycles.errors import SchemeIncomplete, WrongStage
from apps.cycles.models import ReviewCycle
from apps.cycles.selectors import gaps_of, plan_of
from apps.cycles.services.locking import lock_cycle
from apps.cycles.signals import cycle_opened, stage_entered
from apps.organizations.services.fields import hold_field_names


@transaction.atomic
def open_cycle(cycle_id: int, *, actor: User, at: datetime) -> ReviewCycle:
    """Freeze the scheme and start the reporting stage. Opening twice changes nothing.

    Sends ``cycle_opened`` inside the transaction: reports exist before anybody sees the open cycle.

    :raises SchemeIncomplete: something is missing; ``gaps`` says what, sentence by sentence.
    """
    cycle = lock_cycle(cycle_id)
    if cycle.opened_at is not None:
        return cycle
    hold_field_names()  # from now on they stand in this year's papers
    scheme = cycle.scheme
    _refuse_gaps(cycle)
    scheme.frozen_at = at
    scheme.save(update_fields=["frozen_at"])
    cycle.stage, cycle.opened_at = Stage.REPORTING.value, at
    touch_version(cycle)
    cycle.save(update_fields=["stage", "opened_at", "version"])
    details = {"scheme_id": scheme.pk, "n_reviewees": cycle.reviewees.count()}
    record_action("cycles.opened", cycle, actor=actor, at=at, details=details)
    cycle_opened.send(ReviewCycle, cycle_id=cycle.pk, actor=actor, at=at)
    return cycle


def _refuse_gaps(cycle: ReviewCycle) -> None:
    gaps = tuple(gap.message for gap in gaps_of(cycle, plan_of(cycle.scheme)) if gap.is_blocking)
    if gaps:
        raise SchemeIncomplete(f"“{cycle}”还不能启动：{''.join(gaps)}周期仍是筹备状态，没有冻结。", gaps=gaps)


@transaction.atomic
def advance_stage(cycle_id: int, *, to: Stage, actor: User, at: datetime) -> ReviewCycle:
    """Move the cycle one stage forward. Asking again for the stage it stands in changes nothing.

    :raises WrongStage: ``to`` is not the next stage, or the cycle is a draft (that is ``open_cycle``).
    """
    cycle = lock_cycle(cycle_id)
    here = Stage(cycle.stage)
    if here == to:
        return cycle
    if here == Stage.DRAFT or next_stage(here) != to:
        raise WrongStage(f"“{cycle}”现在处于“{here}”阶段，不能直接进入“{to}”，阶段没有改变。")
    cycle.stage = to.value
    touch_version(cycle)
    cycle.save(update_fields=["stage", "version"])
    details = {"from": here.value, "to": to.value}
    record_action("cycles.stage_entered", cycle, actor=actor, at=at, details=details)
    stage_entered.send(ReviewCycle, cycle_id=cycle.pk, stage=to, actor=actor, at=at)
    return cycle


@transaction.atomic
def advance_by_hand(cycle_id: int, *, to: Stage, actor: User, at: datetime) -> ReviewCycle:
    """Move the cycle one stage forward at the press of a button.

    :raises WrongStage: ``to`` is not the next stage, or the stage ends by itself (grading: by signing off).
    """
    here = Stage(lock_cycle(cycle_id).stage)
    if here != to and here not in MOVED_BY_HAND:
        raise WrongStage(f"“{here}”阶段不能用按钮结束：等次签发之后，周期自动进入“反馈整改”。阶段没有改变。")
    return advance_stage(cycle_id, to=to, actor=actor, at=at)
