"""The proposed grade: thresholds, then caps by veto, then the quota of 好.

The proposal informs, the committee decides. Source: design.md section 4, "Proposed grade".
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from apps.common.domain.labels import LabelledEnum
from apps.cycles.domain.grades import BEST_FIRST, Grade


class Flag(LabelledEnum):
    """What the committee should know about a proposal."""

    VETO = "veto", "一票否决，等次受限"
    QUOTA = "quota", "“好”名额已满，列入下一等次"
    TIE_AT_QUOTA = "tie_at_quota", "与名额线上的人员同分，请研究确定"
    NO_TOTAL = "no_total", "没有总分，未提出建议"
    CHANGED = "changed", "建议有变，请重新审定"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One reviewee of a field. ``total`` is the published total (0-100); ``cap`` the best grade a veto leaves."""

    key: int
    total: Decimal | None
    cap: Grade | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """The proposed grade, ``None`` without a total, and what to look at."""

    grade: Grade | None
    flags: tuple[Flag, ...] = ()


def worse_of(one: Grade, other: Grade) -> Grade:
    """Return the lower of two grades."""
    return max(one, other, key=BEST_FIRST.index)


def grade_by_threshold(total: Decimal, thresholds: Mapping[Grade, Decimal]) -> Grade:
    """Return the best grade whose starting total is reached; below all of them, the lowest grade of the scheme."""
    named = [grade for grade in BEST_FIRST if grade in thresholds]
    return next((grade for grade in named if total >= thresholds[grade]), named[-1])


def n_good_allowed(share: Decimal, n_in_field: int) -> int:
    """Return how many of a field may be 好: ⌊q·n⌋. ``share`` is q in per cent."""
    return math.floor(Fraction(share) / 100 * n_in_field)


def propose_grades(
    candidates: Sequence[Candidate], *, thresholds: Mapping[Grade, Decimal], good_quota: Decimal
) -> dict[int, Proposal]:
    """Propose a grade for everybody of one field.

    A veto never raises a grade. The quota is never exceeded: who ties across its line is left below it and flagged.
    """
    first = {one.key: _before_quota(one, thresholds) for one in candidates}
    good = {
        one.key: one.total
        for one in candidates
        if one.total is not None and first[one.key].grade is Grade.GOOD
    }
    allowed = n_good_allowed(good_quota, len(candidates))
    cuts = _quota_cuts(good, allowed=allowed)
    below = _next_grade(thresholds)
    return first | {key: Proposal(below, (*first[key].flags, flag)) for key, flag in cuts.items()}


def _before_quota(one: Candidate, thresholds: Mapping[Grade, Decimal]) -> Proposal:
    if one.total is None:
        return Proposal(None, (Flag.NO_TOTAL,))
    by_total = grade_by_threshold(one.total, thresholds)
    if one.cap is None:
        return Proposal(by_total)
    return Proposal(worse_of(by_total, one.cap), (Flag.VETO,))


def _next_grade(thresholds: Mapping[Grade, Decimal]) -> Grade:
    return next((grade for grade in BEST_FIRST[1:] if grade in thresholds), Grade.FAIRLY_GOOD)


def _quota_cuts(good: Mapping[int, Decimal], *, allowed: int) -> dict[int, Flag]:
    """Return who loses 好 to the quota, and how."""
    if len(good) <= allowed:
        return {}
    totals = sorted(good.values(), reverse=True)
    first_out = totals[allowed]
    is_tie = allowed > 0 and totals[allowed - 1] == first_out
    return {
        key: Flag.TIE_AT_QUOTA if is_tie and total == first_out else Flag.QUOTA
        for key, total in good.items()
        if total <= first_out
    }
