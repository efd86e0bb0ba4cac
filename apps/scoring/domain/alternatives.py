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
from apps.scoring.domain.tally import Form, GroupTally, Pattern, Rules

MOST_BALLOTS = 250  # with the same answer that are thought to be different
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
    """The marks of one group that are thought to be different: those with the commonest blanks, none that trimming drops."""

    def __init__(self, rules: Rules, form: Form, group: GroupTally) -> None:
        self.rules, self.form, self.group = rules, form, group
        self.k = n_trimmed(rules, group.n_scored)
        self.low, self.high = self._bounds()
        kept = [(place, n) for place, n in group.cells if self._is_kept(group.scores[place])]
        weights = {place: self._total_weight(group.patterns[place]) for place, _ in kept}
        found: Counter[Fraction] = Counter()
        for place, n in kept:
            found[weights[place]] += n
        self.total_weight = max(found, key=lambda weight: (found[weight], weight), default=Fraction(0))
        self.free = [(place, n) for place, n in kept if weights[place] == self.total_weight]

    def _bounds(self) -> tuple[int, int]:
        """Return between which scores a mark is kept by trimming whatever it says."""
        if not self.k:
            return 0, 0
        scores = sorted(
            score
            for place, n in self.group.cells
            if (score := self.group.scores[place]) is not None
            for _ in range(n)
        )
        return scores[self.k - 1], scores[-self.k]

    def _is_kept(self, score: int | None) -> bool:
        return not self.k or (score is not None and self.low < score < self.high)

    def _total_weight(self, pattern: Pattern) -> Fraction:
        """Return the weights by which a mark's score is divided."""
        if self.rules.blank_rule is BlankRule.VALUE or None not in pattern.answers:
            return self.form.all_weights
        weights = zip(self.form.weights, pattern.answers, strict=True)
        return sum((weight for weight, answer in weights if answer is not None), Fraction(0))

    def weight_of(self, place: int) -> Fraction:
        """Return by how much one point on one mark's item moves the group's mean."""
        group = self.group
        n = group.n_scored - 2 * self.k
        n += denominator_of(self.rules.denominator, n_valid=0, n_returned=group.n_returned - group.n_scored)
        return self.form.weights[place] / self.total_weight / n if n and self.total_weight else Fraction(0)

    def deltas(self, place: int) -> tuple[Fraction, tuple[int, ...]]:
        """Return a unit, and in it the sums of points by which the item's answers could differ, nought among them."""
        steps: Counter[frozenset[Fraction]] = Counter()
        known: dict[tuple[str, int], frozenset[Fraction]] = {}
        for number, n in self.free:
            pattern = self.group.patterns[number]
            answer = pattern.answers[place]
            if answer is None:
                continue
            key = (answer, pattern.n_subjects)
            if key not in known:
                known[key] = self._other_points(place, *key)
            steps[self._kept_differences(place, number, known[key])] += n
        return _sums(steps)

    def _kept_differences(self, place: int, number: int, others: frozenset[Fraction]) -> frozenset[Fraction]:
        """Return those by which one mark could differ so that trimming still keeps it, whatever the others do."""
        score, scale = self.group.scores[number], self.group.scale
        if not self.k or score is None:
            return others
        weight = self.form.weights[place] / self.total_weight * scale
        return frozenset(other for other in others if self.low <= score + weight * other <= self.high)

    def _other_points(self, place: int, answer: str, n_subjects: int) -> frozenset[Fraction]:
        form = self.form
        here = form.points(place, answer, n_subjects=n_subjects)
        return frozenset(
            form.points(place, other, n_subjects=n_subjects) - here
            for other in _other_answers(form, form.items[place], answer, n_subjects)
        )


def _sums(steps: Mapping[frozenset[Fraction], int]) -> tuple[Fraction, tuple[int, ...]]:
    """Return all sums that take one difference or none from each step, as multiples of a unit.

    Sums are kept as bits of one whole number, so that hundreds of ballots are thought through at once.
    """
    differences = {difference for step in steps for difference in step}
    below = math.lcm(*(one.denominator for one in differences))
    unit = Fraction(math.gcd(*(int(one * below) for one in differences)) or 1, below)
    lowest = 0
    bits = 1
    for step, n in steps.items():
        ways = [0, *(int(one / unit) for one in step)]
        least = min(ways)
        shifts = [way - least for way in ways]
        for _ in range(min(n, MOST_BALLOTS)):
            lowest += least
            bits = functools.reduce(operator.or_, (bits << shift for shift in shifts))
    places = reversed(f"{bits:b}")
    return unit, tuple(lowest + n for n, bit in enumerate(places) if bit == "1")


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
