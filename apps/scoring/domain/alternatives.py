"""Other marks a voter group could have made: the raw material of ``disclosure``.

Only changes whose effect is exact and simple are looked at (one item, ballots with equal weights, none that trimming drops). There may
be more, so a group may be hidden without need; it is never shown by mistake.
"""

import functools
import math
import operator
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from apps.cycles.domain.papers.answers import is_allowed
from apps.cycles.domain.papers.templates import Item, ItemKind
from apps.cycles.domain.schemes import BlankRule
from apps.scoring.domain.ballot_scores import denominator_of, n_trimmed
from apps.scoring.domain.disclosure import Moves
from apps.scoring.domain.tally import Form, GroupTally, Pattern, Rules, mark_score

FULL = Fraction(100)
MOST_BALLOTS = 40  # of one group that are thought to be different
MOST_STEPS = 6  # by which a number or rank is thought to be different


def moves_of(
    rules: Rules, form: Form, group: GroupTally, *, share: Fraction, item_shares: Sequence[Fraction]
) -> list[Moves | None]:
    """Return for each item how else the group could have marked; ``None`` where it said nothing.

    ``share`` is the group's part of the ballot score, ``item_shares`` its part of each item's score (0-1).
    """
    marks = _Marks(rules, form, group)
    found: list[Moves | None] = []
    for place, item_share in enumerate(item_shares):
        n = group.n_answered(place)
        unit, deltas = marks.deltas(place)
        to_score = share * marks.weight_of(place) * unit
        found.append(Moves(deltas, to_score, item_share / n * unit) if n else None)
    return found


class _Marks:
    """The marks of one group that are thought to be different."""

    def __init__(self, rules: Rules, form: Form, group: GroupTally) -> None:
        self.rules, self.form, self.group = rules, form, group
        self.k = n_trimmed(rules, group.n_scored)
        self.bounds = self._bounds()
        kept = {group.patterns[place]: n for place, n in group.cells if self._is_kept(group.scores[place])}
        self.total_weight = self._weight_most_have(kept)
        self.free = {p: n for p, n in kept.items() if self._total_weight(p) == self.total_weight}

    def _bounds(self) -> tuple[Fraction, Fraction]:
        """Return between which scores a mark is kept by trimming whatever it says."""
        if not self.k:
            return Fraction(0), FULL
        scores = sorted(
            score
            for place, n in self.group.cells
            if (score := self.group.scores[place]) is not None
            for _ in range(n)
        )
        return Fraction(scores[self.k - 1], self.group.scale), Fraction(scores[-self.k], self.group.scale)

    def _is_kept(self, score: int | None) -> bool:
        if not self.k:
            return True
        low, high = self.bounds
        return score is not None and low < Fraction(score, self.group.scale) < high

    def _total_weight(self, pattern: Pattern) -> Fraction:
        """Return the weights by which a mark's score is divided."""
        counts_blanks = self.rules.blank_rule is BlankRule.VALUE
        weights = zip(self.form.weights, pattern.answers, strict=True)
        return sum((w for w, answer in weights if answer is not None or counts_blanks), Fraction(0))

    def _weight_most_have(self, kept: Mapping[Pattern, int]) -> Fraction:
        found: Counter[Fraction] = Counter()
        for pattern, n in kept.items():
            found[self._total_weight(pattern)] += n
        return max(found, key=lambda weight: (found[weight], weight), default=Fraction(0))

    def weight_of(self, place: int) -> Fraction:
        """Return by how much one point on one mark's item moves the group's mean."""
        group = self.group
        n = group.n_scored - 2 * self.k
        n += denominator_of(self.rules.denominator, n_valid=0, n_returned=group.n_returned - group.n_scored)
        return self.form.weights[place] / self.total_weight / n if n and self.total_weight else Fraction(0)

    def deltas(self, place: int) -> tuple[Fraction, tuple[int, ...]]:
        """Return a unit, and in it the sums of points by which the item's answers could differ, nought among them."""
        chosen = _spread(self.free, MOST_BALLOTS)
        differences = {one: self._differences(place, one) for one in set(chosen)}
        steps = [differences[one] for one in chosen]
        return _sums(steps)

    def _differences(self, place: int, pattern: Pattern) -> set[Fraction]:
        """Return by how many points one mark's answer could differ so that trimming still keeps it, whatever others do."""
        answer, here = pattern.answers[place], mark_score(self.rules, self.form, pattern)
        if answer is None:
            return set()
        others = self._other_points(place, answer, pattern.n_subjects)
        if not self.k or here is None:
            return others
        low, high = self.bounds
        weight = self.form.weights[place] / self.total_weight
        return {other for other in others if low <= here + weight * other <= high}

    def _other_points(self, place: int, answer: str, n_subjects: int) -> set[Fraction]:
        form = self.form
        here = form.points(place, answer, n_subjects=n_subjects)
        return {
            form.points(place, other, n_subjects=n_subjects) - here
            for other in _other_answers(form, form.items[place], answer, n_subjects)
        }


def _sums(steps: Sequence[set[Fraction]]) -> tuple[Fraction, tuple[int, ...]]:
    """Return all sums that take one difference or none from each step, as multiples of a unit.

    Sums are kept as bits of one whole number, so that dozens of ballots are thought through at once.
    """
    differences = {difference for step in steps for difference in step}
    below = math.lcm(*(one.denominator for one in differences))
    unit = Fraction(math.gcd(*(int(one * below) for one in differences)) or 1, below)
    lowest = 0
    bits = 1
    for step in steps:
        ways = [0, *(int(one / unit) for one in step)]
        least = min(ways)
        lowest += least
        bits = functools.reduce(operator.or_, (bits << (way - least) for way in ways))
    places = reversed(f"{bits:b}")
    return unit, tuple(lowest + n for n, bit in enumerate(places) if bit == "1")


def _spread(free: Mapping[Pattern, int], most: int) -> list[Pattern]:
    """Return up to ``most`` marks, different ones first."""
    left = Counter(free)
    chosen: list[Pattern] = []
    while len(chosen) < most and +left:
        for pattern in sorted(+left, key=repr)[: most - len(chosen)]:
            chosen.append(pattern)
            left[pattern] -= 1
    return chosen


def _other_answers(form: Form, item: Item, answer: str, n_subjects: int) -> Iterable[str]:
    template = form.template
    if item.kind is ItemKind.NUMBER:
        numbers = (_number_text(item, answer, n) for n in range(-MOST_STEPS, MOST_STEPS + 1) if n)
        return [one for one in numbers if is_allowed(template, item, one, n_subjects=n_subjects)]
    if item.kind is ItemKind.RANK:
        near = range(max(1, int(answer) - MOST_STEPS), min(n_subjects, int(answer) + MOST_STEPS) + 1)
        return [str(rank) for rank in near if str(rank) != answer]
    return [option.key for option in template.options_of(item) if option.key != answer]


def _number_text(item: Item, answer: str, steps: int) -> str:
    number = Fraction(answer) + steps * Fraction(item.step)
    if number.denominator == 1:
        return str(number)
    hundredths = round(number * 100)
    text = f"{abs(hundredths) // 100}.{abs(hundredths) % 100:02d}".rstrip("0")
    return f"-{text}" if hundredths < 0 else text
