"""Other marks a voter group could have made: the raw material of ``disclosure``.

Only changes whose effect is exact and simple are looked at (one item, ballots with equal weights, none that trimming drops). There may
be more, so a group may be hidden without need; it is never shown by mistake.
"""

import math
import operator
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from apps.cycles.domain.papers.answers import is_allowed
from apps.cycles.domain.papers.templates import Item, ItemKind
from apps.cycles.domain.schemes import BlankRule
from apps.scoring.domain.ballot_scores import n_trimmed
from apps.scoring.domain.disclosure import Moves
from apps.scoring.domain.figures import GroupFigure
from apps.scoring.domain.tally import Form, Pattern, Rules

AskedShare = tuple[int, frozenset[str]]  # place of the item, options
Step = tuple[
    Fraction, tuple[int, ...]
]  # points more, and by how much the numbers of the asked options change
MOST_SHARE_BALLOTS = 16  # the same, where the options' shares are published as well
MOST_BALLOTS = 250  # with the same answer that are thought to be different
ONE = re.compile("1")
MOST_STEPS = 6  # by which a number or rank is thought to be different


def moves_of(
    rules: Rules,
    form: Form,
    figure: GroupFigure,
    *,
    item_shares: Sequence[Fraction],
    asked: Sequence[AskedShare] = (),
) -> list[list[Moves]]:
    """Return for each item how else the group could have marked; nothing where it said nothing.

    ``item_shares``: the group's part of each item's score (0-1). ``asked``: the shares of options that are published of this form.
    """
    marks = _Marks(rules, form, figure)
    return [
        marks.moves(place, item_share, asked) if figure.items[place][0] else []
        for place, item_share in enumerate(item_shares)
    ]


class _Marks:
    """The marks of one group that are thought to be different: those with the commonest blanks, none that trimming drops."""

    def __init__(self, rules: Rules, form: Form, figure: GroupFigure) -> None:
        self.rules, self.form, self.figure, self.group = rules, form, figure, figure.tally
        group = self.group
        self.k = n_trimmed(rules, group.n_scored)
        self.low, self.high = self._bounds()
        kept = [(place, n) for place, n in group.cells if self._is_kept(group.score(place))]
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
            if (score := self.group.score(place)) is not None
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

    def moves(self, place: int, item_share: Fraction, asked: Sequence[AskedShare]) -> list[Moves]:
        """Return the ways to answer one item otherwise, apart for each way the asked shares of its options move."""
        n = self.figure.items[place][0]
        sets = [options if at == place else frozenset() for at, options in asked]
        unit, ways = self._ways(place, sets)
        by_points = self._weight_of(place) * unit * self.figure.share
        return [
            Moves(
                deltas,
                to_score=by_points,
                to_item=item_share / n * unit,
                to_shares=tuple(100 * item_share * count / n for count in counts),
            )
            for counts, deltas in sorted(ways.items(), key=lambda way: (sum(map(abs, way[0])), way[0]))
        ]

    def _weight_of(self, place: int) -> Fraction:
        """Return by how much one point on one mark's item moves the group's mean."""
        n = self.figure.n_divided_by
        return self.form.weights[place] / self.total_weight / n if n and self.total_weight else Fraction(0)

    def _ways(
        self, place: int, sets: Sequence[frozenset[str]]
    ) -> tuple[Fraction, dict[tuple[int, ...], tuple[int, ...]]]:
        """Return a unit; and per change in the numbers of the asked options the sums of points, in that unit, it can go with."""
        steps: Counter[frozenset[Step]] = Counter()
        known: dict[tuple[str, int], frozenset[Step]] = {}
        for number, n in self.free:
            pattern = self.group.patterns[number]
            answer = pattern.answers[place]
            if answer is None:
                continue
            key = (answer, pattern.n_subjects)
            if key not in known:
                known[key] = self._other_points(place, *key, sets)
            steps[self._kept_differences(place, number, known[key])] += n
        most = MOST_SHARE_BALLOTS if any(sets) else MOST_BALLOTS
        return _sums(steps, len(sets), most)

    def _kept_differences(self, place: int, number: int, others: frozenset[Step]) -> frozenset[Step]:
        """Return those by which one mark could differ so that trimming still keeps it, whatever the others do."""
        score, scale = self.group.score(number), self.group.scale
        if not self.k or score is None:
            return others
        weight = self.form.weights[place] / self.total_weight * scale
        return frozenset(other for other in others if self.low <= score + weight * other[0] <= self.high)

    def _other_points(
        self, place: int, answer: str, n_subjects: int, sets: Sequence[frozenset[str]]
    ) -> frozenset[Step]:
        form = self.form
        here = form.points(place, answer, n_subjects=n_subjects)
        return frozenset(
            (
                form.points(place, other, n_subjects=n_subjects) - here,
                tuple((other in one) - (answer in one) for one in sets),
            )
            for other in _other_answers(form, form.items[place], answer, n_subjects)
        )


def _sums(
    steps: Mapping[frozenset[Step], int], n_sets: int, most: int
) -> tuple[Fraction, dict[tuple[int, ...], tuple[int, ...]]]:
    """Return all sums that take one difference or none from each step, as multiples of a unit, per sum of the numbers.

    Sums are kept as bits of one whole number, so that hundreds of ballots are thought through at once.
    """
    differences = {difference for step in steps for difference, _ in step}
    below = math.lcm(*(one.denominator for one in differences))
    unit = Fraction(math.gcd(*(int(one * below) for one in differences)) or 1, below)
    lowest = 0
    bits = {(0,) * n_sets: 1}
    for step, n in sorted(steps.items(), key=lambda pair: sorted(pair[0])):
        ways = [(0, (0,) * n_sets), *((int(one / unit), counts) for one, counts in step)]
        least = min(way for way, _ in ways)
        shifts = [(way - least, counts) for way, counts in ways]
        for _ in range(min(n, most)):
            lowest += least
            bits = _one_more(bits, shifts)
    return unit, {counts: _places(one, lowest) for counts, one in bits.items()}


def _one_more(
    bits: Mapping[tuple[int, ...], int], shifts: Sequence[tuple[int, tuple[int, ...]]]
) -> dict[tuple[int, ...], int]:
    found: dict[tuple[int, ...], int] = {}
    for counts, one in bits.items():
        for shift, more in shifts:
            both = tuple(map(operator.add, counts, more))
            found[both] = found.get(both, 0) | one << shift
    return found


def _places(bits: int, lowest: int) -> tuple[int, ...]:
    text = f"{bits:b}"
    return tuple(lowest + len(text) - 1 - one.start() for one in reversed([*ONE.finditer(text)]))


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
