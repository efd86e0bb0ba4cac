"""The proposed grade of everybody in a field: first grade, then limits, then the quota of 好.

The proposal informs, the committee decides. Source: design.md section 4, "Proposed grade".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from apps.cycles.domain.grades import BEST_FIRST, Grade
from apps.cycles.domain.schemes import GradeMethod, TieRule
from apps.grading.domain.candidates import (
    FLAG_OF,
    Candidate,
    Cap,
    CapKind,
    Flag,
    Proposal,
    is_above,
    worse_of,
)
from apps.grading.domain.methods import by_plurality, by_rank_band, by_threshold, floor_share
from apps.grading.domain.standing import Places, places

__all__ = [
    "Candidate",
    "Cap",
    "CapKind",
    "Flag",
    "GradingRules",
    "Proposal",
    "n_good_allowed",
    "propose_grades",
]


@dataclass(frozen=True, slots=True)
class GradingRules:
    """How grades of one field are proposed. Shares and totals are per cent (0-100).

    ``thresholds``: total from which a grade is proposed; ``until``: cumulative share of the field for rank bands; ``grades``:
    those the scheme names, the best first; ``quota``: at most this share of the field may be 好.
    """

    method: GradeMethod = GradeMethod.THRESHOLD
    thresholds: Mapping[Grade, Decimal] = field(default_factory=dict)
    until: Mapping[Grade, Decimal] = field(default_factory=dict)
    grades: tuple[Grade, ...] = BEST_FIRST
    quota: Decimal = Decimal(100)
    tie_rule: TieRule = TieRule.BELOW

    @property
    def below_good(self) -> Grade:
        """The grade of those who lose 好 to the quota."""
        return next((grade for grade in self.grades if grade is not Grade.GOOD), Grade.FAIRLY_GOOD)


def n_good_allowed(share: Decimal, n_in_field: int) -> int:
    """Return how many of a field may be 好: ⌊q·n⌋. ``share`` is q in per cent."""
    return floor_share(share, n_in_field)


def propose_grades(candidates: Sequence[Candidate], rules: GradingRules) -> dict[int, Proposal]:
    """Propose a grade for everybody of one field.

    A limit never raises a grade. The quota is never exceeded: who ties across its line is left below it and flagged. Whose score stays
    hidden gets no proposal: the grade would tell between which thresholds the hidden total lies, and with it how few people marked.
    """
    first = _first_grades(candidates, rules)
    capped = {one.key: _capped(first[one.key], one.caps) for one in candidates}
    found = _within_quota(candidates, capped, rules)
    hidden = {one.key: Proposal(None, (Flag.HIDDEN_SCORE,)) for one in candidates if one.is_hidden}
    return {one.key: _told_if_close(one, candidates, found) for one in candidates} | hidden


def _first_grades(candidates: Sequence[Candidate], rules: GradingRules) -> dict[int, Proposal]:
    if rules.method is GradeMethod.PLURALITY:
        return by_plurality(candidates)
    if rules.method is GradeMethod.RANK_BAND:
        return by_rank_band(candidates, rules.until, rules.grades, rules.tie_rule)
    return by_threshold(candidates, rules.thresholds)


def _capped(first: Proposal, caps: Sequence[Cap]) -> Proposal:
    """Return the proposal under the limits. A veto is always told; an eligibility only where it lowers the grade."""
    if first.grade is None:
        return first
    grade, flags = first.grade, list(first.flags)
    for cap in caps:
        if (cap.kind is CapKind.VETO or is_above(first.grade, cap.grade)) and FLAG_OF[cap.kind] not in flags:
            flags.append(FLAG_OF[cap.kind])
        grade = worse_of(grade, cap.grade)
    return Proposal(grade, tuple(sorted(flags, key=list(Flag).index)))


def _within_quota(
    candidates: Sequence[Candidate], capped: Mapping[int, Proposal], rules: GradingRules
) -> dict[int, Proposal]:
    good = [one for one in candidates if capped[one.key].grade is Grade.GOOD]
    allowed = n_good_allowed(rules.quota, len(candidates))
    found = dict(capped)
    if len(good) <= allowed:
        return found
    own = places(good, rules.tie_rule)
    totals = places(good, TieRule.BELOW)
    for one in good:
        flags = _flags_at_quota(own[one.key], totals[one.key], allowed)
        is_cut = own[one.key].last > allowed
        grade = rules.below_good if is_cut else Grade.GOOD
        found[one.key] = Proposal(grade, (*capped[one.key].flags, *flags))
    return found


def _flags_at_quota(own: Places, by_total: Places, allowed: int) -> tuple[Flag, ...]:
    """Say how a place stands to the line: below it, tied across it, or parted from an equal total by the ballots."""
    is_cut = own.last > allowed
    if is_cut and own.first <= allowed:
        return (Flag.TIE_AT_QUOTA,)
    is_parted = own != by_total and by_total.first <= allowed < by_total.last
    return (*((Flag.QUOTA,) if is_cut else ()), *((Flag.BALLOT_DECIDED,) if is_parted else ()))


def _told_if_close(
    one: Candidate, candidates: Sequence[Candidate], found: Mapping[int, Proposal]
) -> Proposal:
    """Flag who got another grade than somebody whose rank cannot be told from the own one, unless a limit did it."""
    own = found[one.key]
    is_close = not one.caps and any(
        found[other.key].grade is not own.grade
        for other in candidates
        if other.key in one.close_to and not other.caps and found[other.key].grade is not None
    )
    return Proposal(own.grade, (*own.flags, Flag.CLOSE)) if is_close and own.grade is not None else own
