"""Tally of opened marks: from what evaluators ticked to one ballot score per reviewee.

Points and scores are per cent (0-100). All sums are exact fractions. ``None`` always means "nobody said anything",
never nought. Source: design.md section 4, "Ballot score of a reviewee".
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction

from apps.cycles.domain.grades import BEST_FIRST, Grade
from apps.cycles.domain.schemes import BlankRule, EmptyGroupRule

RULES_VERSION = "scoring-1"

# What one torn-off mark says about one reviewee: an answer per item of the form, in the form's order; None = left blank.
Pattern = tuple[Grade | None, ...]
N_GRADES = len(BEST_FIRST)
COUNTER_BITS = 32  # more ballots than any hall holds
COUNTER_MASK = (1 << COUNTER_BITS) - 1
PLACE = {grade: place for place, grade in enumerate(BEST_FIRST)}


class Denominator(Enum):
    """Which ballots a mean or a share is divided by. Source: reference practice differs, so it is a choice."""

    VALID = "valid"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Rules:
    """The part of a review scheme that turns marks into a ballot score."""

    item_weights: tuple[Fraction, ...]
    points: Mapping[Grade, Fraction]
    blank_rule: BlankRule = BlankRule.ABSTAIN
    blank_value: Fraction | None = None
    trim_each_side: int = 0
    trim_when_more_than: int = 5
    empty_group_rule: EmptyGroupRule = EmptyGroupRule.REDISTRIBUTE
    denominator: Denominator = Denominator.VALID


def mark_score(rules: Rules, pattern: Pattern) -> Fraction | None:
    """Return s = Σ w·v / Σ w over the answered items, or ``None`` if the mark does not count.

    A mark that answers nothing is an abstention under every blank rule. ``VALUE`` puts the stated points in place of a
    blank; ``VOID`` voids a mark with any blank.
    """
    ratio = _WholeNumbers.of(rules).ratio(pattern)
    return None if ratio is None else Fraction(*ratio)


@dataclass(frozen=True, slots=True)
class _WholeNumbers:
    """A scheme's weights and points as whole numbers, so that thousands of ballots are added up without fractions.

    Weights may be scaled freely, points are ``points_scale`` times the real ones. ``None`` in ``values`` is a blank.
    """

    weights: tuple[int, ...]
    values: Mapping[Grade | None, int | None]
    points_scale: int
    voids_blanks: bool

    @classmethod
    def of(cls, rules: Rules) -> "_WholeNumbers":
        blank = rules.blank_value if rules.blank_rule is BlankRule.VALUE else None
        weight_scale = math.lcm(*(weight.denominator for weight in rules.item_weights))
        known = [*rules.points.values(), *([] if blank is None else [blank])]
        points_scale = math.lcm(*(value.denominator for value in known))
        values: dict[Grade | None, int | None] = {
            grade: int(value * points_scale) for grade, value in rules.points.items()
        }
        return cls(
            weights=tuple(int(weight * weight_scale) for weight in rules.item_weights),
            values=values | {None: None if blank is None else int(blank * points_scale)},
            points_scale=points_scale,
            voids_blanks=rules.blank_rule is BlankRule.VOID,
        )

    def ratio(self, pattern: Pattern) -> tuple[int, int] | None:
        """Return a mark's score as numerator and denominator."""
        n_blank = pattern.count(None)
        if n_blank == len(pattern) or (n_blank and self.voids_blanks):
            return None
        top = bottom = 0
        for weight, answer in zip(self.weights, pattern, strict=True):
            value = self.values[answer]
            if value is not None:
                top += weight * value
                bottom += weight
        return top, bottom * self.points_scale


def weighted_mean(parts: Iterable[tuple[Fraction, Fraction]]) -> Fraction | None:
    """Return Σ w·v / Σ w of ``(w, v)`` pairs, ``None`` if there are none."""
    top = bottom = Fraction(0)
    for weight, value in parts:
        top += weight * value
        bottom += weight
    return top / bottom if bottom else None


@dataclass(slots=True)
class GroupTally:
    """What one voter group's marks say about one reviewee.

    ``cells`` are (place of the pattern, how many) of the valid marks, ``scores`` the patterns' scores times ``scale``.
    """

    n_items: int
    scale: int = 1
    scores: Sequence[int | None] = ()
    n_returned: int = 0
    n_valid: int = 0
    scaled_sum: int = 0
    packed_answers: int = 0
    cells: list[tuple[int, int]] = field(default_factory=list)

    def answers(self, item: int) -> dict[Grade, int]:
        """Return how often each grade was given for one item (its place on the form) on valid marks."""
        packed = self.packed_answers >> (item * N_GRADES * COUNTER_BITS)
        return {grade: packed >> (place * COUNTER_BITS) & COUNTER_MASK for grade, place in PLACE.items()}


TallyKey = tuple[int, int]  # reviewee, voter group


def tally(
    rules: Rules, patterns: Sequence[Pattern], rows: Iterable[tuple[int, int, int, int]]
) -> dict[TallyKey, GroupTally]:
    """Add up counted marks: rows of ``(reviewee, voter group, place in patterns, how many)``.

    The order of rows is irrelevant. Each pattern is scored once, however many ballots carry it, and all of a pattern's
    answers are counted with one addition: a counter per item and grade, packed into one whole number.
    """
    scale, scores = _scaled_scores(rules, patterns)
    packed = [_packed(pattern) for pattern in patterns]
    n_items = len(rules.item_weights)
    found: dict[TallyKey, GroupTally] = {}
    for reviewee, group, place, n in rows:
        one = found.get((reviewee, group))
        if one is None:
            one = found[reviewee, group] = GroupTally(n_items, scale, scores)
        one.n_returned += n
        score = scores[place]
        if score is not None:
            one.n_valid += n
            one.scaled_sum += n * score
            one.packed_answers += n * packed[place]
            one.cells.append((place, n))
    return found


def _scaled_scores(rules: Rules, patterns: Sequence[Pattern]) -> tuple[int, list[int | None]]:
    """Return the patterns' scores as whole numbers with their common denominator."""
    numbers = _WholeNumbers.of(rules)
    ratios = [numbers.ratio(pattern) for pattern in patterns]
    scale = math.lcm(*{ratio[1] for ratio in ratios if ratio is not None})
    return scale, [None if ratio is None else ratio[0] * (scale // ratio[1]) for ratio in ratios]


def _packed(pattern: Pattern) -> int:
    return sum(
        1 << ((item * N_GRADES + PLACE[answer]) * COUNTER_BITS)
        for item, answer in enumerate(pattern)
        if answer is not None
    )


def denominator_of(kind: Denominator, *, n_valid: int, n_returned: int) -> int:
    """Return by how many ballots means and shares are divided. The one place that knows."""
    return n_returned if kind is Denominator.RETURNED else n_valid


def group_mean(rules: Rules, group: GroupTally) -> Fraction | None:
    """Return the group score: mean over its valid marks after trimming, ``None`` if it has none.

    With ``Denominator.RETURNED`` the sum of valid scores is divided by all returned marks.
    """
    if not group.n_valid:
        return None
    k = n_trimmed(rules, group.n_valid)
    total = group.scaled_sum - (trimmed_sum(_counted_scores(group), each_side=k) if k else 0)
    n_abstained = denominator_of(rules.denominator, n_valid=0, n_returned=group.n_returned - group.n_valid)
    return Fraction(total, group.scale * (group.n_valid - 2 * k + n_abstained))


def _counted_scores(group: GroupTally) -> list[tuple[int, int]]:
    return [(score, n) for place, n in group.cells if (score := group.scores[place]) is not None]


def n_trimmed(rules: Rules, n_valid: int) -> int:
    """Return how many marks are dropped on each side; never so many that none is left."""
    k = rules.trim_each_side
    return k if n_valid > rules.trim_when_more_than and n_valid > 2 * k else 0


def trimmed_sum(scores: Iterable[tuple[int, int]], *, each_side: int) -> int:
    """Return the sum of the ``each_side`` lowest and the ``each_side`` highest of counted scores ``(score, how many)``."""
    lowest_first = sorted(scores)
    dropped = 0
    for order in (lowest_first, reversed(lowest_first)):
        todo = each_side
        for score, n in order:
            gone = min(todo, n)
            dropped += score * gone
            todo -= gone
    return dropped


@dataclass(frozen=True, slots=True)
class GroupPart:
    """One voter group as it enters the ballot score."""

    weight: Fraction
    mean: Fraction | None


@dataclass(frozen=True, slots=True)
class BallotScore:
    """The ballot score and the share (summing to 1) each group has in it. ``score`` ``None``: not to be computed."""

    score: Fraction | None
    shares: tuple[Fraction, ...]


def ballot_score(rules: Rules, groups: Sequence[GroupPart]) -> BallotScore:
    """Return Σ g·G / Σ g over groups with a valid mark.

    An empty group's weight goes to the others in proportion, or blocks the score if the scheme says so.
    """
    nothing = BallotScore(None, tuple(Fraction(0) for _ in groups))
    has_empty = any(group.mean is None for group in groups)
    if has_empty and rules.empty_group_rule is EmptyGroupRule.BLOCK:
        return nothing
    score = weighted_mean((group.weight, group.mean) for group in groups if group.mean is not None)
    if score is None:
        return nothing
    counted = sum((group.weight for group in groups if group.mean is not None), Fraction(0))
    shares = tuple(Fraction(0) if group.mean is None else group.weight / counted for group in groups)
    return BallotScore(score, shares)


def item_scores(rules: Rules, groups: Sequence[tuple[Fraction, GroupTally | None]]) -> list[Fraction | None]:
    """Return for each item the weighted mean over groups of the mean points given. Blanks do not count; no trimming."""
    return [
        weighted_mean(
            (weight, mean)
            for weight, group in groups
            if group is not None and (mean := mean_points(rules, group.answers(item))) is not None
        )
        for item in range(len(rules.item_weights))
    ]


def mean_points(rules: Rules, counts: Mapping[Grade, int]) -> Fraction | None:
    """Return the exact mean of the points given, ``None`` if nobody answered."""
    return weighted_mean((Fraction(n), rules.points[grade]) for grade, n in counts.items())
