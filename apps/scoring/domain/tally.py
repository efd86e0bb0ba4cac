"""Tally of opened marks: from what evaluators ticked to one ballot score per reviewee.

Points and scores are per cent (0-100). All sums are exact fractions. ``None`` always means "nobody said anything",
never nought. Source: design.md section 4, "Ballot score of a reviewee".
"""

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
    if all(answer is None for answer in pattern):
        return None
    if rules.blank_rule is BlankRule.VOID and None in pattern:
        return None
    blank = rules.blank_value if rules.blank_rule is BlankRule.VALUE else None
    values = [blank if answer is None else rules.points[answer] for answer in pattern]
    answered = zip(rules.item_weights, values, strict=True)
    return weighted_mean((weight, value) for weight, value in answered if value is not None)


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

    ``scores`` counts valid marks by their score; ``answers[item][grade place]`` counts answers of valid marks, best
    grade first.
    """

    n_items: int
    n_returned: int = 0
    n_valid: int = 0
    scores: dict[Fraction, int] = field(default_factory=dict)
    flat_answers: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.flat_answers = self.flat_answers or [0] * (self.n_items * N_GRADES)

    def answers(self, item: int) -> dict[Grade, int]:
        """Return how often each grade was given for one item (its place on the form)."""
        start = item * N_GRADES
        return dict(zip(BEST_FIRST, self.flat_answers[start : start + N_GRADES], strict=True))


TallyKey = tuple[int, int]  # reviewee, voter group


def tally(
    rules: Rules, patterns: Sequence[Pattern], rows: Iterable[tuple[int, int, int, int]]
) -> dict[TallyKey, GroupTally]:
    """Add up counted marks: rows of ``(reviewee, voter group, place in patterns, how many)``.

    The order of rows is irrelevant. Each pattern is scored once, however many ballots carry it.
    """
    scored = [mark_score(rules, pattern) for pattern in patterns]
    slots = [_slots(pattern) for pattern in patterns]
    found: dict[TallyKey, GroupTally] = {}
    by_score: dict[TallyKey, dict[int, int]] = {}
    number_of: dict[Fraction, int] = {}
    score_numbers = [None if s is None else number_of.setdefault(s, len(number_of)) for s in scored]
    for reviewee, group, place, n in rows:
        key = (reviewee, group)
        one = found.get(key)
        if one is None:
            one = found[key] = GroupTally(len(rules.item_weights))
            by_score[key] = {}
        one.n_returned += n
        number = score_numbers[place]
        if number is None:
            continue
        one.n_valid += n
        numbers = by_score[key]
        numbers[number] = numbers.get(number, 0) + n
        answers = one.flat_answers
        for slot in slots[place]:
            answers[slot] += n
    values = list(number_of)
    for key, numbers in by_score.items():
        found[key].scores = {values[number]: n for number, n in numbers.items()}
    return found


def _slots(pattern: Pattern) -> tuple[int, ...]:
    return tuple(item * N_GRADES + PLACE[answer] for item, answer in enumerate(pattern) if answer is not None)


def denominator_of(kind: Denominator, *, n_valid: int, n_returned: int) -> int:
    """Return by how many ballots means and shares are divided. The one place that knows."""
    return n_returned if kind is Denominator.RETURNED else n_valid


def group_mean(rules: Rules, group: GroupTally) -> Fraction | None:
    """Return the group score: mean over its valid marks after trimming, ``None`` if it has none.

    With ``Denominator.RETURNED`` the sum of valid scores is divided by all returned marks.
    """
    if not group.n_valid:
        return None
    kept = trimmed(group.scores, each_side=n_trimmed(rules, group.n_valid))
    n_abstained = denominator_of(rules.denominator, n_valid=0, n_returned=group.n_returned - group.n_valid)
    total = sum((score * n for score, n in kept.items()), Fraction(0))
    return total / (sum(kept.values()) + n_abstained)


def n_trimmed(rules: Rules, n_valid: int) -> int:
    """Return how many marks are dropped on each side; never so many that none is left."""
    k = rules.trim_each_side
    return k if n_valid > rules.trim_when_more_than and n_valid > 2 * k else 0


def trimmed(scores: Mapping[Fraction, int], *, each_side: int) -> dict[Fraction, int]:
    """Return the counted scores without the ``each_side`` lowest and highest."""
    left = dict(sorted(scores.items()))
    for order in (list(left), list(reversed(left))):
        todo = each_side
        for score in order:
            gone = min(todo, left[score])
            left[score] -= gone
            todo -= gone
    return {score: n for score, n in left.items() if n}


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
