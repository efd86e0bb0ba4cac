"""Reads of bonus and deduction entries, and their sums under the limits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from apps.assessments.domain.adjustments import counted_adjustments
from apps.assessments.models import AdjustmentEntry
from apps.assessments.selectors.cycles import assessed_reviewees
from apps.common.domain.actors import Actor
from apps.common.domain.formats import round_half_up
from apps.cycles.domain.schemes import AdjustmentKind
from apps.cycles.models import ReviewCycle, Reviewee, ReviewScheme, SchemeAdjustment
from apps.organizations.selectors import within


@dataclass(frozen=True, slots=True)
class LineSum:
    """One line of the scheme for one reviewee. Points; ``limit`` ``None``: no limit."""

    name: str
    n_entries: int
    entered: Decimal
    limit: Decimal | None
    counted: Decimal
    left_out: Decimal


@dataclass(frozen=True, slots=True)
class KindSum:
    """All bonuses or all deductions of one reviewee. ``total`` is what counts; ``left_out`` what the overall limit cuts off."""

    kind: AdjustmentKind
    lines: Sequence[LineSum]
    subtotal: Decimal
    limit: Decimal | None
    total: Decimal
    left_out: Decimal

    @property
    def entered(self) -> Decimal:
        """Points of all standing entries, before any limit."""
        return sum((one.entered for one in self.lines), Decimal(0))

    @property
    def all_left_out(self) -> Decimal:
        """Points that do not count, under the limits of the lines and the overall one."""
        return sum((one.left_out for one in self.lines), self.left_out)


def entries_visible_to(user: Actor) -> QuerySet[AdjustmentEntry]:
    """Return the entries of cycles the account manages."""
    rows = AdjustmentEntry.objects.filter(within(user.department_paths(), "reviewee__cycle__host__"))
    return rows.select_related(
        "reviewee__cycle__host", "adjustment", "evidence", "entered_by", "withdrawn_by"
    )


def scheme_lines(cycle: ReviewCycle) -> QuerySet[SchemeAdjustment]:
    """Return the lists of bonuses and deductions of a cycle in their order."""
    return SchemeAdjustment.objects.filter(scheme__cycle=cycle)


def sum_of(
    kind: AdjustmentKind,
    entries: Iterable[AdjustmentEntry],
    lines: Iterable[SchemeAdjustment],
    scheme: ReviewScheme,
) -> KindSum:
    """Return one kind's sum of one reviewee; withdrawn entries count nothing."""
    in_order = sorted(lines, key=lambda one: one.order_no)
    of_kind = {one.pk: one for one in in_order if one.kind == kind.value}
    standing = [one for one in entries if one.withdrawn_at is None and one.adjustment_id in of_kind]
    limit = scheme.bonus_limit if kind is AdjustmentKind.BONUS else scheme.deduction_limit
    counted = counted_adjustments(
        [(one.adjustment_id, Fraction(one.points)) for one in standing],
        line_limits={key: _exact(one.limit) for key, one in of_kind.items()},
        overall_limit=_exact(limit),
    )
    sums = [
        LineSum(
            of_kind[one.line].name,
            sum(entry.adjustment_id == one.line for entry in standing),
            round_half_up(one.entered),
            of_kind[one.line].limit,
            round_half_up(one.counted),
            round_half_up(one.left_out),
        )
        for one in counted.lines
    ]
    numbers = (round_half_up(one) for one in (counted.subtotal, counted.total, counted.left_out))
    subtotal, total, left_out = numbers
    return KindSum(kind, sums, subtotal, limit, total, left_out)


def both_sums(
    entries: Sequence[AdjustmentEntry], lines: Sequence[SchemeAdjustment], scheme: ReviewScheme
) -> list[KindSum]:
    """Return bonuses, then deductions."""
    return [sum_of(kind, entries, lines, scheme) for kind in AdjustmentKind]


def adjusted_reviewees(user: Actor) -> QuerySet[Reviewee]:
    """Return everybody with a standing entry; ``standing_entries`` are at hand with their lines."""
    standing = AdjustmentEntry.objects.filter(withdrawn_at__isnull=True)
    rows = assessed_reviewees(user).filter(Exists(standing.filter(reviewee=OuterRef("pk"))))
    return rows.prefetch_related(
        Prefetch("adjustment_entries", standing.select_related("adjustment"), to_attr="standing_entries")
    )


def _exact(points: Decimal | None) -> Fraction | None:
    return None if points is None else Fraction(points)
