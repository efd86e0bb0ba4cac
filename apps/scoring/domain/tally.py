"""Tally of opened marks: from what evaluators ticked to the counts and sums of each voter group.

Points and scores are per cent (0-100). All sums are exact. ``None`` always means "nobody said anything", never nought.
Everything one mark adds to a group is packed into one whole number, so that thousands of equal ballots cost one
multiplication. Source: design.md section 4, "Ballot score of a reviewee".
"""

import hashlib
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from operator import getitem, mul
from typing import NamedTuple

from apps.cycles.domain.schemes import BlankRule
from apps.scoring.domain.forms import Form, Pattern, Rules
from apps.scoring.domain.slots import slot_of, slots_of

__all__ = ["RULES_VERSION", "Form", "GroupTally", "Pattern", "Rules", "mark_score", "tally", "tally_piles"]

RULES_VERSION = "scoring-3"

COUNTER_BITS = 32  # more ballots than any hall holds
COUNTER_MASK = (1 << COUNTER_BITS) - 1
SUM_BITS = 128  # points of all answers to one item, as a whole number
SUM_MASK = (1 << SUM_BITS) - 1


class Reading(NamedTuple):
    """What one mark says: its score as numerator and denominator, all its answers as one addend.

    ``ratio`` is ``None`` without a score. ``addend`` is ``None`` for a mark its blanks make void. ``says_anything``: at least one item,
    scored or not, is answered.
    """

    ratio: tuple[int, int] | None
    addend: int | None
    says_anything: bool


VOID = Reading(None, None, says_anything=False)


def mark_score(rules: Rules, form: Form, pattern: Pattern) -> Fraction | None:
    """Return s = Σ w·v / Σ w over the answered items, or ``None`` if the mark has no score.

    A mark that answers no scored item is an abstention under every blank rule. ``VALUE`` puts the stated points in place
    of a blank; ``VOID`` voids a mark with some scored item blank.
    """
    ratio = _WholeNumbers.of(rules, form, [pattern]).read(pattern).ratio
    return None if ratio is None else Fraction(*ratio)


# What one mark comes to, besides its answers, while its items are added up: how many items it answers, scores and leaves blank, and its
# weights and weighted points. One addition per item does it all.
COUNT_BITS, WEIGHT_BITS, POINT_BITS = 16, 128, 256
COUNT_MASK = (1 << COUNT_BITS) - 1
ANSWERED, SCORED, BLANK, WEIGHT, POINTS = (
    0,
    COUNT_BITS,
    2 * COUNT_BITS,
    3 * COUNT_BITS,
    3 * COUNT_BITS + WEIGHT_BITS,
)
MARK_BITS = POINTS + POINT_BITS


@dataclass(frozen=True, slots=True)
class _WholeNumbers:
    """A form's weights and points as whole numbers, so that thousands of ballots are added up without fractions.

    Weights may be scaled freely, points are ``points_scale`` times the real ones. ``items``: by the number of reviewees, per item what
    each answer (``None``: a blank) adds to a mark.
    """

    layout: "Layout"
    items: Mapping[int, tuple[Mapping[str | None, int], ...]]
    points_scale: int
    voids_blanks: bool

    @classmethod
    def of(cls, rules: Rules, form: Form, patterns: Sequence[Pattern]) -> "_WholeNumbers":
        blank = rules.blank_value if rules.blank_rule is BlankRule.VALUE else None
        points = {n: _points_given(form, patterns, n) for n in {pattern.n_subjects for pattern in patterns}}
        known = [value for given in points.values() for one in given for value in one.values()]
        points_scale = math.lcm(
            *(value.denominator for value in [*known, *([] if blank is None else [blank])])
        )
        weight_scale = math.lcm(*(weight.denominator for weight in form.weights))
        layout = Layout.of(form, patterns)
        weights = [int(weight * weight_scale) for weight in form.weights]
        blank_points = None if blank is None else int(blank * points_scale)
        return cls(
            layout=layout,
            items={
                n: tuple(
                    _addends(layout, place, one, scale=points_scale, weight=weight)
                    | {None: _blank_addend(weight, blank_points)}
                    for place, (weight, one) in enumerate(zip(weights, given, strict=True))
                )
                for n, given in points.items()
            },
            points_scale=points_scale,
            voids_blanks=rules.blank_rule is BlankRule.VOID,
        )

    def read(self, pattern: Pattern) -> Reading:
        """Return what a mark says."""
        found = sum(map(getitem, self.items[pattern.n_subjects], pattern.answers))
        n_scored = found >> SCORED & COUNT_MASK
        if n_scored and self.voids_blanks and found >> BLANK & COUNT_MASK:
            return VOID
        ratio = None
        if n_scored:
            weight = found >> WEIGHT & ((1 << WEIGHT_BITS) - 1)
            ratio = (found >> POINTS & ((1 << POINT_BITS) - 1), weight * self.points_scale)
        return Reading(ratio, found >> MARK_BITS, says_anything=found & COUNT_MASK > 0)


def _blank_addend(weight: int, points: int | None) -> int:
    if not weight:
        return 0
    counted = 1 << BLANK
    return counted if points is None else counted | weight << WEIGHT | weight * points << POINTS


def _points_given(form: Form, patterns: Sequence[Pattern], n_subjects: int) -> list[dict[str, Fraction]]:
    """Return the points of every different answer that was given to each item among so many reviewees."""
    own = [pattern.answers for pattern in patterns if pattern.n_subjects == n_subjects]
    columns = map(set, zip(*own, strict=True))
    return [
        {answer: form.points(place, answer, n_subjects=n_subjects) for answer in column if answer is not None}
        for place, column in enumerate(columns)
    ]


def _addends(
    layout: "Layout", place: int, points: Mapping[str, Fraction], *, scale: int, weight: int
) -> dict[str | None, int]:
    found: dict[str | None, int] = {}
    for answer, exact in points.items():
        value = int(exact * scale)
        own = 1 << ANSWERED | layout.pack(place, answer, value) << MARK_BITS
        if weight:
            own |= 1 << SCORED | weight << WEIGHT | weight * value << POINTS
        found[answer] = own
    return found


HEAD = ("n_marks", "n_valid", "n_scored", "n_abstained")
HEAD_BITS = len(HEAD) * COUNTER_BITS
SCORE_BITS = 192  # scores of all marks of a group, as a whole number
SQUARE_BITS = 352  # and their squares


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the counters of a form lie in one packed whole number.

    First the numbers of marks (``HEAD``), the sum of scores and of their squares; then per item its slots (from ``starts``), all
    answers (at ``answered``), the sum of points; above ``top`` the sum of the marks' fingerprints.
    """

    form: Form
    slots: tuple[tuple[str, ...], ...]
    starts: tuple[int, ...]
    answered: tuple[int, ...]
    top: int

    @classmethod
    def of(cls, form: Form, patterns: Sequence[Pattern] = ()) -> "Layout":
        n_subjects = max((pattern.n_subjects for pattern in patterns), default=0)
        slots = tuple(slots_of(form.template, item, n_subjects=n_subjects) for item in form.items)
        starts, at = [], HEAD_BITS + SCORE_BITS + SQUARE_BITS
        for one in slots:
            starts.append(at)
            at += (len(one) + 1) * COUNTER_BITS + SUM_BITS
        answered = (start + len(one) * COUNTER_BITS for start, one in zip(starts, slots, strict=True))
        return cls(form, slots, tuple(starts), tuple(answered), at)

    def pack(self, place: int, answer: str, points: int) -> int:
        """Return one answer as an addend; ``points`` as a whole number."""
        names, start = self.slots[place], self.starts[place]
        slot = slot_of(self.form.template, self.form.items[place], answer)
        n_all = len(names) * COUNTER_BITS
        counted = 1 << n_all | points << (n_all + COUNTER_BITS)
        return (counted | (1 << names.index(slot) * COUNTER_BITS if slot in names else 0)) << start

    def pack_mark(self, reading: Reading, score: int | None, fingerprint: int) -> int:
        """Return all that one mark adds; ``score`` as a whole number. A void mark is only known to have been there."""
        packed = 1 | fingerprint << self.top
        if reading.addend is None:
            return packed
        packed += reading.addend + (int(reading.says_anything) << COUNTER_BITS)
        if score is None:
            return packed + (1 << 3 * COUNTER_BITS)
        sums = score | score * score << SCORE_BITS
        return packed + (1 << 2 * COUNTER_BITS) + (sums << HEAD_BITS)

    def counts(self, packed: int, place: int) -> dict[str, int]:
        """Return how often each slot of an item was chosen."""
        own = packed >> self.starts[place]
        return {name: own >> (n * COUNTER_BITS) & COUNTER_MASK for n, name in enumerate(self.slots[place])}


@dataclass(slots=True)
class GroupTally:
    """What one voter group's marks say about one reviewee on one form.

    ``places`` and ``numbers``: which patterns there are, and how many of each. ``scores`` are the patterns' scores times ``scale``. A mark
    of a valid ballot that answers no scored item is an abstention; ``n_valid`` are the marks that say anything at all.
    """

    layout: Layout
    scale: int = 1
    points_scale: int = 1
    patterns: Sequence[Pattern] = ()
    readings: Sequence[Reading] = ()
    scores: Sequence[int | None] = ()
    packed: int = 0
    places: Sequence[int] = ()
    numbers: Sequence[int] = ()

    @property
    def n_marks(self) -> int:
        """Marks torn from valid ballots, void and blank ones included."""
        return self.packed & COUNTER_MASK

    @property
    def n_valid(self) -> int:
        """Marks that say something about an item, scored or not."""
        return self.packed >> COUNTER_BITS & COUNTER_MASK

    @property
    def n_scored(self) -> int:
        """Marks with a score."""
        return self.packed >> 2 * COUNTER_BITS & COUNTER_MASK

    @property
    def n_abstained(self) -> int:
        """Marks of valid ballots that answer no scored item. Void marks are none of them."""
        return self.packed >> 3 * COUNTER_BITS & COUNTER_MASK

    @property
    def scaled_sum(self) -> int:
        """The sum of all scores times ``scale``."""
        return self.packed >> HEAD_BITS & ((1 << SCORE_BITS) - 1)

    @property
    def scaled_squares(self) -> int:
        """The sum of the squares of all scores times ``scale`` squared."""
        return self.packed >> HEAD_BITS + SCORE_BITS & ((1 << SQUARE_BITS) - 1)

    @property
    def fingerprint(self) -> int:
        """The sum of the SHA-256 of all marks: equal for equal marks, in whatever order and portions they came."""
        return self.packed >> self.layout.top

    @property
    def cells(self) -> Iterator[tuple[int, int]]:
        """Place and number of the patterns that are not void and say something."""
        for place, n in zip(self.places, self.numbers, strict=True):
            if self.readings[place].says_anything:
                yield place, n

    def answers(self, place: int) -> dict[str, int]:
        """Return how often each slot (option, printed band, rank) was chosen for one item on valid marks."""
        return self.layout.counts(self.packed, place)

    def n_answered(self, place: int) -> int:
        """Return how many valid marks answer one item."""
        return self.packed >> self.layout.answered[place] & COUNTER_MASK

    def n_silent(self, place: int) -> int:
        """Return how many marks of valid ballots leave one item blank; void marks are none of them."""
        return self.n_scored + self.n_abstained - self.n_answered(place)

    def sum_of_points(self, place: int) -> Fraction:
        """Return the exact sum of the points given for one item."""
        own = self.packed >> self.layout.answered[place] + COUNTER_BITS & SUM_MASK
        return Fraction(own, self.points_scale)

    def without_marks(self) -> "GroupTally":
        """Return the counts and sums alone, for groups of which nobody asks again how they could have marked otherwise."""
        return GroupTally(self.layout, self.scale, self.points_scale, packed=self.packed)


TallyKey = tuple[int, int]  # reviewee, voter group
Row = tuple[int, int, int, int]  # reviewee, voter group, place in patterns, how many


def tally(
    rules: Rules, form: Form, patterns: Sequence[Pattern], rows: Iterable[Row]
) -> dict[TallyKey, GroupTally]:
    """Add up counted marks of one form. The order of rows is irrelevant; each pattern is read once."""
    piles: dict[TallyKey, tuple[list[int], list[int]]] = {}
    for reviewee, group, place, n in rows:
        key = (reviewee, group)
        pile = piles.get(key)
        if pile is None:
            pile = piles[key] = ([], [])
        pile[0].append(place)
        pile[1].append(n)
    return tally_piles(rules, form, patterns, piles)


def tally_piles(
    rules: Rules,
    form: Form,
    patterns: Sequence[Pattern],
    piles: Mapping[TallyKey, tuple[Sequence[int], Sequence[int]]],
) -> dict[TallyKey, GroupTally]:
    """Add up marks that are sorted already: per reviewee and group the places of the patterns and how many there are of each."""
    numbers = _WholeNumbers.of(rules, form, patterns)
    layout = numbers.layout
    readings = [numbers.read(pattern) for pattern in patterns]
    scale, scores = _scaled_scores([reading.ratio for reading in readings])
    packed = [
        layout.pack_mark(reading, score, fingerprint_of(pattern))
        for reading, score, pattern in zip(readings, scores, patterns, strict=True)
    ]
    found = {}
    for key, (places, counts) in piles.items():
        total = sum(map(mul, map(packed.__getitem__, places), counts))
        found[key] = GroupTally(
            layout, scale, numbers.points_scale, patterns, readings, scores, total, places, counts
        )
    return found


@lru_cache(maxsize=1 << 16)
def fingerprint_of(pattern: Pattern) -> int:
    """Return the SHA-256 of what a mark says, as a whole number."""
    text = "\x1f".join([str(pattern.n_subjects), *[answer or "" for answer in pattern.answers]])
    return int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")


def _scaled_scores(ratios: Sequence[tuple[int, int] | None]) -> tuple[int, list[int | None]]:
    """Return the patterns' scores as whole numbers with their common denominator."""
    scale = math.lcm(*{ratio[1] for ratio in ratios if ratio is not None})
    return scale, [None if ratio is None else ratio[0] * (scale // ratio[1]) for ratio in ratios]
