"""Lock first, then look: the deliberation of a cycle while it may still be changed."""

from apps.grading.domain.states import DeliberationState
from apps.grading.errors import AlreadyReviewed, AlreadySignedOff
from apps.grading.models import Deliberation


def lock_deliberation(cycle_id: int) -> Deliberation:
    """Lock and return the deliberation of a cycle."""
    return (
        Deliberation.objects.select_for_update(of=("self",))
        .select_related("cycle__host", "run")
        .get(cycle_id=cycle_id)
    )


def lock_draft(cycle_id: int) -> Deliberation:
    """Lock and return the deliberation as long as grades may be decided.

    :raises AlreadySignedOff: the grades are frozen.
    :raises AlreadyReviewed: they are reviewed and wait for the signature.
    """
    deliberation = lock_deliberation(cycle_id)
    if deliberation.state is DeliberationState.SIGNED_OFF:
        raise AlreadySignedOff(f"“{deliberation.cycle}”的等次已经签发，不能再更改。没有保存。")
    if deliberation.state is DeliberationState.REVIEWED:
        raise AlreadyReviewed(
            f"“{deliberation.cycle}”的等次已经审核，等待签发，不能更改。没有保存；确需更改的，请先写明理由退回修改。"
        )
    return deliberation
