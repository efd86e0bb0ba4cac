"""What is wrong or doubtful in the lists of bonuses and deductions."""

from collections.abc import Iterator
from decimal import Decimal

from apps.cycles.domain.checks.gaps import Gap, plain
from apps.cycles.domain.plans import AdjustmentPlan, SchemePlan
from apps.cycles.domain.schemes import AdjustmentKind


def adjustment_gaps(plan: SchemePlan) -> Iterator[Gap]:
    """Yield the gaps of both lists and of their limits."""
    for line in plan.adjustments:
        yield from _line_gaps(line)
    for kind, limit in (
        (AdjustmentKind.BONUS, plan.rules.bonus_limit),
        (AdjustmentKind.DEDUCTION, plan.rules.deduction_limit),
    ):
        if limit is not None:
            yield from _limit_gaps(plan, kind, limit)


def _line_gaps(line: AdjustmentPlan) -> Iterator[Gap]:
    if line.least <= 0:
        yield _gap(f"“{line.name}”每次最少的分数应大于0。")
    if line.most < line.least:
        yield _gap(
            f"“{line.name}”每次最多{plain(line.most)}分，少于每次最少的{plain(line.least)}分，请对调或改正。"
        )
    if line.limit is None:
        return
    if line.limit < line.least:
        yield _gap(
            f"“{line.name}”的累计上限{plain(line.limit)}分少于一次最少的{plain(line.least)}分，一次也记不上，请提高上限。"
        )
    elif line.limit < line.most:
        yield _advice(
            f"“{line.name}”的累计上限{plain(line.limit)}分少于一次最多的{plain(line.most)}分，超出的部分不计，请确认。"
        )


def _limit_gaps(plan: SchemePlan, kind: AdjustmentKind, limit: Decimal) -> Iterator[Gap]:
    lines = [line for line in plan.adjustments if line.kind is kind]
    if not lines:
        yield _advice(f"设了{kind}合计上限{plain(limit)}分，但没有一条{kind}情形，上限不会用到，可以清空。")
    for line in lines:
        if limit < line.least:
            yield _gap(
                f"{kind}合计上限{plain(limit)}分少于“{line.name}”一次最少的{plain(line.least)}分，请提高合计上限。"
            )


def _gap(message: str) -> Gap:
    return Gap("adjustments", message)


def _advice(message: str) -> Gap:
    return Gap("adjustments", message, is_blocking=False)
