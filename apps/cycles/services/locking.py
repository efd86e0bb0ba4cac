"""Reading a cycle for change: lock first, then look, then write."""

from apps.common.services import check_version
from apps.cycles.domain.stages import Stage
from apps.cycles.errors import SchemeFrozen
from apps.cycles.models import ReviewCycle


def lock_cycle(cycle_id: int) -> ReviewCycle:
    """Return the cycle, locked until the transaction ends."""
    return (
        ReviewCycle.objects.select_for_update(of=("self",)).select_related("host", "scheme").get(pk=cycle_id)
    )


def lock_draft(cycle_id: int, version: int | None) -> ReviewCycle:
    """Return the locked cycle if it is still a draft and nobody saved in between.

    :raises SchemeFrozen: the cycle has opened.
    :raises StaleVersion: somebody else saved since the form was opened.
    """
    cycle = lock_cycle(cycle_id)
    if cycle.stage != Stage.DRAFT.value:
        raise SchemeFrozen(
            f"“{cycle}”已经启动，方案和述职对象从启动时起冻结，不能再改。刚才的改动没有保存，原方案照旧。"
        )
    check_version(cycle, version)
    return cycle
