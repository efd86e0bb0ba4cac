"""Tally of opened marks: from what evaluators ticked to the counts and sums of each voter group.

Points and scores are per cent (0-100). All sums are exact. ``None`` always means "nobody said anything", never nought.
Source: design.md section 4, "Ballot score of a reviewee".
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import mul

from apps.scoring.domain.forms import Form, Pattern, Rules
from apps.scoring.domain.readings import COUNTER_BITS, COUNTER_MASK, Layout, MarkReader, Readings

__all__ = ["RULES_VERSION", "Form", "GroupTally", "Pattern", "Rules", "mark_score", "tally", "tally_piles"]

RULES_VERSION = "scoring-3"


def mark_score(rules: Rules, form: Form, pattern: Pattern) -> Fraction | None:
    """Return s = Σ w·v / Σ w over the answered items, or ``None`` if the mark has no score.

    A mark that answers no scored item is an abstention under every blank rule. ``VALUE`` puts the stated points in place
    of a blank; ``VOID`` voids a mark with some scored item blank.
    """
    readings = MarkReader(rules, form).read([pattern])
    bottom = readings.bottoms[0]
    return Fraction(readings.top(0), bottom) if bottom else None


@dataclass(slots=True)
class GroupTally:
    """What one voter group's marks say about one reviewee on one form.

    ``places`` and ``numbers``: which of the ``readings`` there are, and how many of each. Sums of scores are in units of 1/``scale``.
    A mark of a valid ballot that answers no scored item is an abstention; ``n_valid`` are the marks that say anything at all.
    """

    layout: Layout
    packed: int = 0
    scale: int = 1
    scaled_sum: int = 0
    scaled_squares: int = 0  # in units of 1/scale²
    readings: Readings | None = None
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
    def fingerprint(self) -> int:
        """The sum of the SHA-256 of all marks: equal for equal marks, in whatever order and portions they came."""
        return self.packed >> self.layout.top

    @property
    def patterns(self) -> Sequence[Pattern]:
        """All marks of the form, by their places."""
        return () if self.readings is None else self.readings.patterns

    @property
    def cells(self) -> Iterator[tuple[int, int]]:
        """Place and number of the patterns that are not void and say something."""
        for place, n in zip(self.places, self.numbers, strict=True):
            if self.readings is not None and self.readings.says_anything[place]:
                yield place, n

    def score(self, place: int) -> int | None:
        """Return the score of one of the group's patterns, times ``scale``."""
        if self.readings is None or not self.readings.bottoms[place]:
            return None
        return self.readings.top(place) * (self.scale // self.readings.bottoms[place])

    def answers(self, place: int) -> dict[str, int]:
        """Return how often each slot (option, printed band, rank) was chosen for one item on valid marks."""
        return self.layout.counts(self.packed, place)

    def n_answered(self, place: int) -> int:
        """Return how many valid marks answer one item."""
        return self.layout.n_answered(self.packed, place)

    def n_silent(self, place: int) -> int:
        """Return how many marks of valid ballots leave one item blank; void marks are none of them."""
        return self.n_scored + self.n_abstained - self.n_answered(place)

    def sum_of_points(self, place: int) -> Fraction:
        """Return the exact sum of the points given for one item."""
        return self.layout.sum_of_points(self.packed, place)

    def without_marks(self) -> "GroupTally":
        """Return the counts and sums alone, for groups of which nobody asks again how they could have marked otherwise."""
        return GroupTally(self.layout, self.packed, self.scale, self.scaled_sum, self.scaled_squares)


TallyKey = tuple[int, int]  # reviewee, voter group
Row = tuple[int, int, int, int]  # reviewee, voter group, place in patterns, how many
Piles = Mapping[TallyKey, tuple[Sequence[int], Sequence[int]]]  # places in patterns, and how many of each


def tally(
    rules: Rules, form: Form, patterns: Sequence[Pattern], rows: Iterable[Row]
) -> dict[TallyKey, GroupTally]:
    """Add up counted marks of one form. The order of rows is irrelevant; each pattern is read once."""
    return tally_piles(MarkReader(rules, form), patterns, sorted_into_piles(rows))


def sorted_into_piles(rows: Iterable[Row]) -> Piles:
    """Return the rows by reviewee and group."""
    piles: dict[TallyKey, tuple[list[int], list[int]]] = {}
    for reviewee, group, place, n in rows:
        places, numbers = piles.setdefault((reviewee, group), ([], []))
        places.append(place)
        numbers.append(n)
    return piles


def tally_piles(reader: MarkReader, patterns: Sequence[Pattern], piles: Piles) -> dict[TallyKey, GroupTally]:
    """Add up marks that are sorted already. ``reader`` knows what it read before, if ``patterns`` is the list it was given then."""
    readings = reader.read(patterns)
    return {key: _group_tally(readings, *pile) for key, pile in piles.items()}


def _group_tally(readings: Readings, places: Sequence[int], numbers: Sequence[int]) -> GroupTally:
    """Add up the marks of a group; scores by their denominators, which are few, before these are made one."""
    packed = sum(map(mul, map(readings.addends.__getitem__, places), numbers))
    tops: dict[int, int] = defaultdict(int)
    for place, n in zip(places, numbers, strict=True):
        tops[readings.bottoms[place]] += readings.tops[place] * n
    tops.pop(0, None)
    scale = math.lcm(*tops)
    at = readings.square_at
    return GroupTally(
        readings.layout,
        packed,
        scale,
        scaled_sum=sum((own & (1 << at) - 1) * (scale // bottom) for bottom, own in tops.items()),
        scaled_squares=sum((own >> at) * (scale // bottom) ** 2 for bottom, own in tops.items()),
        readings=readings,
        places=places,
        numbers=numbers,
    )
