"""The three ways from figures to a first grade, before limits and quota. Source: design.md section 4, "Proposed grade"."""

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from apps.cycles.domain.grades import BEST_FIRST, Grade
from apps.cycles.domain.schemes import TieRule
from apps.grading.domain.candidates import Candidate, Flag, Proposal
from apps.grading.domain.standing import Places, places


def floor_share(percent: Decimal, n: int) -> int:
    """Return ⌊percent · n⌋: how many of ``n`` people a share in per cent is."""
    return math.floor(Fraction(percent) / 100 * n)


def grade_by_threshold(total: Decimal, thresholds: Mapping[Grade, Decimal]) -> Grade:
    """Return the best grade whose starting total is reached; below all of them, the lowest grade of the scheme."""
    named = [grade for grade in BEST_FIRST if grade in thresholds]
    return next((grade for grade in named if total >= thresholds[grade]), named[-1])


def by_threshold(candidates: Sequence[Candidate], thresholds: Mapping[Grade, Decimal]) -> dict[int, Proposal]:
    """Return the grade that each published total reaches."""
    return {
        one.key: Proposal(None, (Flag.NO_TOTAL,))
        if one.total is None
        else Proposal(grade_by_threshold(one.total, thresholds))
        for one in candidates
    }


def by_plurality(candidates: Sequence[Candidate]) -> dict[int, Proposal]:
    """Return the grade that got most answers. Where several got most, the lowest of them, flagged."""
    return {one.key: _most_voted(one) for one in candidates}


def _most_voted(one: Candidate) -> Proposal:
    if one.total is None:
        return Proposal(None, (Flag.NO_TOTAL,))
    most = max(one.votes.values(), default=0)
    if most == 0:
        return Proposal(None, (Flag.NO_ANSWERS,))
    leading = [grade for grade in BEST_FIRST if one.votes.get(grade, 0) == most]
    return Proposal(leading[-1], (Flag.PLURALITY_TIE,) if len(leading) > 1 else ())


def by_rank_band(
    candidates: Sequence[Candidate], until: Mapping[Grade, Decimal], grades: Sequence[Grade], rule: TieRule
) -> dict[int, Proposal]:
    """Return the grade of each place: the best ⌊until · n⌋ of the field get the first grade, and so on.

    ``until``: cumulative share of the field in per cent; the lowest grade of the scheme takes the rest. Who ties across a
    line is left below it and flagged.
    """
    found = places(candidates, rule)
    lines = [(grade, floor_share(until[grade], len(candidates))) for grade in grades[:-1] if grade in until]
    return {
        one.key: _by_place(found[one.key], lines, grades[-1])
        if one.key in found
        else Proposal(None, (Flag.NO_TOTAL,))
        for one in candidates
    }


def _by_place(own: Places, lines: Sequence[tuple[Grade, int]], rest: Grade) -> Proposal:
    grade = next((grade for grade, line in lines if own.last <= line), rest)
    alone = next((grade for grade, line in lines if own.first <= line), rest)
    return Proposal(grade, () if grade is alone else (Flag.TIE_AT_BAND,))
