"""Who stands where within a field, and who ties with whom. Source: scheme of the cycle, "tie rule"."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from apps.cycles.domain.schemes import TieRule
from apps.grading.domain.candidates import Candidate

Strength = tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class Places:
    """The places a candidate shares, from the best: alone on place 3 is (3, 3); second with one other is (2, 3)."""

    first: int
    last: int


def strength(one: Candidate, rule: TieRule) -> Strength:
    """Return what candidates are ordered by: the published total; among equals the ballot score if the scheme says so.

    A missing ballot score stands below every other. Only for candidates with a total.
    """
    total = Decimal(0) if one.total is None else one.total
    if rule is TieRule.BALLOT_FIRST:
        return total, Decimal(-1) if one.ballot is None else one.ballot
    return (total,)


def places(candidates: Iterable[Candidate], rule: TieRule) -> Mapping[int, Places]:
    """Return the shared places of everybody who has a total."""
    strengths = {one.key: strength(one, rule) for one in candidates if one.total is not None}
    ascending = sorted(strengths.values())
    n = len(ascending)
    return {
        key: Places(n - bisect_right(ascending, own) + 1, n - bisect_left(ascending, own))
        for key, own in strengths.items()
    }
