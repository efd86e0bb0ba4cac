"""Bonus and deduction points with their limits. The only arithmetic of limits in the house: pages and scoring both call it.

Points are positive, in points of the total (0–100); whether they are added or taken off is the kind of the line, so bonuses
and deductions are counted by two calls. Source: scheme of the cycle, "adjustments"; design.md section 4, "Components".
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic, TypeVar

Line = TypeVar("Line", bound=Hashable)


@dataclass(frozen=True, slots=True)
class CountedLine(Generic[Line]):
    """One line of the scheme for one reviewee: what was entered, and what of it counts under the line's own limit."""

    line: Line
    entered: Fraction
    counted: Fraction

    @property
    def left_out(self) -> Fraction:
        """Return the points above the line's limit; 0 if none."""
        return self.entered - self.counted


@dataclass(frozen=True, slots=True)
class Counted(Generic[Line]):
    """All lines of one kind for one reviewee. ``total`` is what counts in the end, under the overall limit, too."""

    lines: tuple[CountedLine[Line], ...]
    total: Fraction

    @property
    def subtotal(self) -> Fraction:
        """Return the sum of the lines before the overall limit."""
        return sum((one.counted for one in self.lines), Fraction(0))

    @property
    def left_out(self) -> Fraction:
        """Return the points that only the overall limit cuts off; 0 if none."""
        return self.subtotal - self.total


def counted_adjustments(
    lines: Iterable[tuple[Line, Fraction]],
    *,
    line_limits: Mapping[Line, Fraction | None],
    overall_limit: Fraction | None,
) -> Counted[Line]:
    """Sum entries ``(line, points)`` under the limit of each line, then under the overall limit.

    A limit of ``None`` (or a line without one in ``line_limits``) means: no limit. Lines come in the order of
    ``line_limits``, so the order of the entries makes no difference; lines without an entry are left out.
    """
    entered: dict[Line, Fraction] = {}
    for line, points in lines:
        entered[line] = entered.get(line, Fraction(0)) + points
    ordered = [line for line in line_limits if line in entered]
    ordered += [line for line in entered if line not in line_limits]
    counted = tuple(
        CountedLine(line, entered[line], _capped(entered[line], line_limits.get(line))) for line in ordered
    )
    subtotal = sum((one.counted for one in counted), Fraction(0))
    return Counted(counted, _capped(subtotal, overall_limit))


def _capped(points: Fraction, limit: Fraction | None) -> Fraction:
    return points if limit is None else min(points, limit)
