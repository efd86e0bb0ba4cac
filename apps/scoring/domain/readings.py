"""What single marks say: each different one is read once, as whole numbers, in however many portions the marks come.

All that one mark adds to a group is packed into one whole number, so that thousands of equal ballots cost one multiplication. The widths
of its parts follow from the form: no sum can outgrow its place.
"""

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from operator import getitem, itemgetter
from typing import NamedTuple

from apps.cycles.domain.schemes import BlankRule
from apps.scoring.domain.forms import Form, Pattern, Rules
from apps.scoring.domain.slots import slot_of, slots_of

COUNTER_BITS = 32  # more ballots than any hall holds
COUNTER_MASK = (1 << COUNTER_BITS) - 1
HEAD = ("n_marks", "n_valid", "n_scored", "n_abstained")
HEAD_BITS = len(HEAD) * COUNTER_BITS
N_MARKS, N_VALID, N_SCORED, N_ABSTAINED = (1 << n * COUNTER_BITS for n in range(len(HEAD)))
FULL = 100  # points of the best answer, unless the form gives more

# While the items of one mark are added up, its lowest bits hold its shape (how many items it answers, scores and leaves blank, and the
# weights by which it is divided) and above it its weighted points. One addition per item does it all.
ITEM_BITS = 16
ITEM_MASK = (1 << ITEM_BITS) - 1
ANSWERED, SCORED, BLANK, WEIGHT = (n * ITEM_BITS for n in range(4))


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the counters of a form lie in one packed whole number.

    First the numbers of marks (``HEAD``); then per item its slots (from ``starts``), all answers (at ``answered``), the sum of points in
    units of 1/``points_scale``; above ``top`` the sum of the marks' fingerprints.
    """

    form: Form
    slots: tuple[tuple[str, ...], ...]
    starts: tuple[int, ...]
    answered: tuple[int, ...]
    sum_bits: int
    top: int
    points_scale: int = 1

    @classmethod
    def of(
        cls, form: Form, *, n_subjects: int = 0, most_points: int = FULL, points_scale: int = 1
    ) -> "Layout":
        """Return the layout for ranks among so many reviewees at most, and answers worth ``most_points`` units at most."""
        sum_bits = COUNTER_BITS + most_points.bit_length()
        slots = tuple(slots_of(form.template, item, n_subjects=n_subjects) for item in form.items)
        starts, at = [], HEAD_BITS
        for one in slots:
            starts.append(at)
            at += (len(one) + 1) * COUNTER_BITS + sum_bits
        answered = (start + len(one) * COUNTER_BITS for start, one in zip(starts, slots, strict=True))
        return cls(form, slots, tuple(starts), tuple(answered), sum_bits, at, points_scale)

    def pack(self, place: int, answer: str, points: int) -> int:
        """Return one answer as an addend; ``points`` as a whole number."""
        names, start = self.slots[place], self.starts[place]
        slot = slot_of(self.form.template, self.form.items[place], answer)
        n_all = len(names) * COUNTER_BITS
        counted = 1 << n_all | points << (n_all + COUNTER_BITS)
        return (counted | (1 << names.index(slot) * COUNTER_BITS if slot in names else 0)) << start

    def counts(self, packed: int, place: int) -> dict[str, int]:
        """Return how often each slot of an item was chosen."""
        own = packed >> self.starts[place]
        return {name: own >> (n * COUNTER_BITS) & COUNTER_MASK for n, name in enumerate(self.slots[place])}

    def n_answered(self, packed: int, place: int) -> int:
        """Return how many marks answer an item."""
        return packed >> self.answered[place] & COUNTER_MASK

    def sum_of_points(self, packed: int, place: int) -> Fraction:
        """Return the exact sum of the points given for an item."""
        own = packed >> self.answered[place] + COUNTER_BITS & (1 << self.sum_bits) - 1
        return Fraction(own, self.points_scale)


class Shape(NamedTuple):
    """What a mark comes to by what it leaves blank, whatever it answers elsewhere.

    ``head``: what it adds to the numbers of marks. ``bottom``: the denominator of its score, 0 without one. ``says_anything``: at least
    one item, scored or not, is answered. A void mark is only known to have been there.
    """

    head: int
    bottom: int
    says_anything: bool
    is_void: bool = False


VOID = Shape(N_MARKS, 0, says_anything=False, is_void=True)


class _Shapes(dict[int, Shape]):
    """The shape of a mark by its lowest bits; there are far fewer shapes than marks."""

    def __init__(self, points_scale: int, *, voids_blanks: bool) -> None:
        super().__init__()
        self.points_scale, self.voids_blanks = points_scale, voids_blanks

    def __missing__(self, bits: int) -> Shape:
        shape = self[bits] = self._shape(bits)
        return shape

    def _shape(self, bits: int) -> Shape:
        n_answered, n_scored, n_blank = (bits >> at & ITEM_MASK for at in (ANSWERED, SCORED, BLANK))
        if n_scored and n_blank and self.voids_blanks:
            return VOID
        head = N_MARKS + (N_VALID if n_answered else 0) + (N_SCORED if n_scored else N_ABSTAINED)
        bottom = (bits >> WEIGHT) * self.points_scale if n_scored else 0
        return Shape(head, bottom, says_anything=n_answered > 0)


@dataclass(slots=True)
class Readings:
    """What the different marks of a form say, by their places. Only ever grows.

    A mark's score is its top over its bottom; bottom 0: it has none. ``tops``: the top, and from ``square_at`` on its square, so that both
    are added up at once. ``addends``: all else it adds to a group.
    """

    layout: Layout
    square_at: int
    patterns: Sequence[Pattern]
    tops: list[int] = field(default_factory=list)
    bottoms: list[int] = field(default_factory=list)
    addends: list[int] = field(default_factory=list)
    says_anything: list[bool] = field(default_factory=list)

    def top(self, place: int) -> int:
        """Return the numerator of a mark's score."""
        return self.tops[place] & (1 << self.square_at) - 1


class MarkReader:
    """Reads the marks of one form. Of a list that has only grown since it was read last, the new ones are read."""

    def __init__(self, rules: Rules, form: Form) -> None:
        self.rules, self.form = rules, form
        self.units: _Units | None = None
        self.readings: Readings | None = None

    def read(self, patterns: Sequence[Pattern]) -> Readings:
        """Return what the marks say. What was returned before stays true: if the units have to be finer, reading starts anew."""
        if self.units is not None and self.readings is not None and self.readings.patterns is patterns:
            new = patterns[len(self.readings.addends) :]
            if self.units.take_in(_given(new)):
                self.units.read(new, self.readings)
                return self.readings
        given = _given(patterns)
        self.units = _Units.of(self.rules, self.form, given)
        self.units.take_in(given)
        self.readings = Readings(self.units.layout, self.units.square_at, patterns)
        self.units.read(patterns, self.readings)
        return self.readings


Given = Mapping[int, Sequence[set[str | None]]]  # number of reviewees -> per item the different answers


def _given(patterns: Iterable[Pattern]) -> Given:
    own: dict[int, list[tuple[str | None, ...]]] = {}
    for answers, n_subjects in patterns:
        own.setdefault(n_subjects, []).append(answers)
    return {
        n: [set(map(itemgetter(place), rows)) - {None} for place in range(len(rows[0]))]
        for n, rows in own.items()
    }


class _Units:
    """A form's weights and points as whole numbers, so that thousands of ballots are added up without fractions.

    Weights may be scaled freely, points are ``points_scale`` times the real ones. ``items``: by the number of reviewees, per item what
    each answer (``None``: a blank) adds to a mark.
    """

    def __init__(
        self, rules: Rules, form: Form, layout: Layout, *, n_subjects: int, most_points: int
    ) -> None:
        self.form, self.layout, self.n_subjects, self.most_points = form, layout, n_subjects, most_points
        weight_scale = math.lcm(*(weight.denominator for weight in form.weights))
        self.weights = [int(weight * weight_scale) for weight in form.weights]
        self.points_at = WEIGHT + sum(self.weights).bit_length()
        top_bits = (sum(self.weights) * most_points).bit_length()
        self.mark_bits = self.points_at + top_bits
        self.square_at = top_bits + COUNTER_BITS
        blank = rules.blank_value if rules.blank_rule is BlankRule.VALUE else None
        self.blank_points = None if blank is None else int(blank * layout.points_scale)
        self.shapes = _Shapes(layout.points_scale, voids_blanks=rules.blank_rule is BlankRule.VOID)
        self.items: dict[int, tuple[dict[str | None, int], ...]] = {}

    @classmethod
    def of(cls, rules: Rules, form: Form, given: Given) -> "_Units":
        """Return units in which all these answers are whole numbers."""
        known = [] if rules.blank_value is None else [rules.blank_value]
        for n, columns in given.items():
            for place, answers in enumerate(columns):
                known += [form.points(place, one, n_subjects=n) for one in answers if one is not None]
        scale = math.lcm(*(value.denominator for value in known))
        most = max([FULL * scale, *(int(value * scale) for value in known)])
        n_subjects = max(given, default=0)
        layout = Layout.of(form, n_subjects=n_subjects, most_points=most, points_scale=scale)
        return cls(rules, form, layout, n_subjects=n_subjects, most_points=most)

    def take_in(self, given: Given) -> bool:
        """Get ready to read such answers; tell whether these units are fine and wide enough for them."""
        return all(self._take_in(n, columns) for n, columns in given.items())

    def _take_in(self, n_subjects: int, columns: Sequence[set[str | None]]) -> bool:
        if n_subjects > self.n_subjects:
            return False
        if n_subjects not in self.items:
            self.items[n_subjects] = tuple({None: self._blank(weight)} for weight in self.weights)
        for place, (answers, known) in enumerate(zip(columns, self.items[n_subjects], strict=True)):
            for answer in answers - known.keys():
                points = (
                    self.form.points(place, answer or "", n_subjects=n_subjects) * self.layout.points_scale
                )
                if points.denominator > 1 or points > self.most_points:
                    return False
                known[answer] = self._addend(place, answer or "", int(points))
        return True

    def _addend(self, place: int, answer: str, points: int) -> int:
        own, weight = 1 << ANSWERED, self.weights[place]
        if weight:
            own |= 1 << SCORED | weight << WEIGHT | weight * points << self.points_at
        return own | self.layout.pack(place, answer, points) << self.mark_bits

    def _blank(self, weight: int) -> int:
        if not weight:
            return 0
        if self.blank_points is None:
            return 1 << BLANK
        return 1 << BLANK | weight << WEIGHT | weight * self.blank_points << self.points_at

    def read(self, patterns: Iterable[Pattern], into: Readings) -> None:
        """Add what these marks say. There are thousands of them, hence one long loop."""
        mark_mask, shape_mask = (1 << self.mark_bits) - 1, (1 << self.points_at) - 1
        for pattern in patterns:
            found = sum(map(getitem, self.items[pattern.n_subjects], pattern.answers))
            mark = found & mark_mask
            shape = self.shapes[mark & shape_mask]
            addend = fingerprint_of(pattern) << self.layout.top | shape.head
            top = mark >> self.points_at if shape.bottom else 0
            into.addends.append(addend if shape.is_void else addend + (found >> self.mark_bits))
            into.tops.append(top | top * top << self.square_at)
            into.bottoms.append(shape.bottom)
            into.says_anything.append(shape.says_anything)


def fingerprint_of(pattern: Pattern) -> int:
    """Return the SHA-256 of what a mark says, as a whole number."""
    text = "\x1f".join([str(pattern.n_subjects), *[answer or "" for answer in pattern.answers]])
    return int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")
