"""From a group's tally to its mean, and from groups to the ballot score. Source: design.md section 4.

``None`` always means "nobody said anything", never nought.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from apps.cycles.domain.schemes import EmptyGroupRule
from apps.scoring.domain.denominators import denominator_of
from apps.scoring.domain.tally import GroupTally, Rules


def group_mean(rules: Rules, group: GroupTally, n_returned: int) -> Fraction | None:
    """Return the group score: the sum of its scores after trimming over ``n_divided_by``; ``None`` without a scored mark."""
    if not group.n_scored:
        return None
    k = n_trimmed(rules, group.n_scored)
    total = group.scaled_sum - (trimmed_sum(_counted_scores(group), each_side=k) if k else 0)
    return Fraction(total, group.scale * n_divided_by(rules, group, n_returned))


def n_divided_by(rules: Rules, group: GroupTally, n_returned: int) -> int:
    """Return the ballots by which the mean is divided: the scheme's denominator, less the marks that trimming drops."""
    said, silent = group.n_scored, group.n_abstained
    n = denominator_of(rules.denominator, n_said=said, n_silent=silent, n_returned=n_returned)
    return n - 2 * n_trimmed(rules, said)


def item_denominator(rules: Rules, group: GroupTally, place: int, n_returned: int) -> int:
    """Return the ballots by which an item's points and the shares of its options are divided; 0 where nobody answered."""
    said = group.n_answered(place)
    if not said:
        return 0
    return denominator_of(
        rules.denominator, n_said=said, n_silent=group.n_silent(place), n_returned=n_returned
    )


def item_mean(rules: Rules, group: GroupTally, place: int, n_returned: int) -> Fraction | None:
    """Return a group's mean points for an item, untrimmed; ``None`` where nobody answered it."""
    n = item_denominator(rules, group, place, n_returned)
    return group.sum_of_points(place) / n if n else None


def option_share(
    rules: Rules, group: GroupTally, place: int, options: Iterable[str], n_returned: int
) -> Fraction | None:
    """Return in per cent how many ballots chose one of the options; ``None`` where nobody answered the item."""
    n = item_denominator(rules, group, place, n_returned)
    counts = group.answers(place)
    return Fraction(100 * sum(counts.get(option, 0) for option in set(options)), n) if n else None


def _counted_scores(group: GroupTally) -> list[tuple[int, int]]:
    return [(score, n) for place, n in group.cells if (score := group.score(place)) is not None]


def n_trimmed(rules: Rules, n_scored: int) -> int:
    """Return how many marks are dropped on each side; never so many that none is left."""
    k = rules.trim_each_side
    return k if n_scored > rules.trim_when_more_than and n_scored > 2 * k else 0


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


def weighted_mean(parts: Iterable[tuple[Fraction, Fraction]]) -> Fraction | None:
    """Return Σ w·v / Σ w of ``(w, v)`` pairs, ``None`` if there are none."""
    top = bottom = Fraction(0)
    for weight, value in parts:
        top += weight * value
        bottom += weight
    return top / bottom if bottom else None


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
    """Return Σ g·G / Σ g over groups with a scored mark.

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
