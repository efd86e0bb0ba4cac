"""Tally of opened marks: from what evaluators ticked to one ballot score per reviewee and form.

Points and scores are per cent (0-100). All sums are exact fractions. ``None`` always means "nobody said anything",
never nought. Source: design.md section 4, "Ballot score of a reviewee".
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

from apps.cycles.domain.papers.answers import points_of
from apps.cycles.domain.papers.templates import Item, ItemKind, PaperTemplate
from apps.cycles.domain.schemes import BlankRule, EmptyGroupRule
from apps.scoring.domain.slots import slot_of, slots_of

RULES_VERSION = "scoring-2"

COUNTER_BITS = 32  # more ballots than any hall holds
COUNTER_MASK = (1 << COUNTER_BITS) - 1
SUM_BITS = 128  # points of all answers to one item, as a whole number
SUM_MASK = (1 << SUM_BITS) - 1


class Pattern(NamedTuple):
    """What one torn-off mark says about one reviewee: an answer per counted item of the form; ``None`` = left blank.

    ``n_subjects``: among how many reviewees a rank was given; 0 on a form without ranks.
    """

    answers: tuple[str | None, ...]
    n_subjects: int = 0


class Denominator(Enum):
    """Which ballots a mean or a share is divided by. Source: reference practice differs, so it is a choice."""

    VALID = "valid"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Rules:
    """The part of a review scheme that turns marks into a ballot score, whatever the form."""

    blank_rule: BlankRule = BlankRule.ABSTAIN
    blank_value: Fraction | None = None
    trim_each_side: int = 0
    trim_when_more_than: int = 5
    empty_group_rule: EmptyGroupRule = EmptyGroupRule.REDISTRIBUTE
    denominator: Denominator = Denominator.VALID


@dataclass(frozen=True)
class Form:
    """One evaluation form of the scheme. Free text is not counted; items of weight 0 are counted and not scored."""

    key: int
    name: str
    template: PaperTemplate

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """The counted items, in the form's order."""
        return tuple(item for item in self.template.items if item.kind is not ItemKind.TEXT)

    @cached_property
    def weights(self) -> tuple[Fraction, ...]:
        """Their weights; 0 = not scored."""
        return tuple(Fraction(item.weight) if item.is_scored else Fraction(0) for item in self.items)

    @cached_property
    def all_weights(self) -> Fraction:
        """The sum of the weights."""
        return sum(self.weights, Fraction(0))

    @cached_property
    def has_ranks(self) -> bool:
        """Tell whether the number of reviewees matters for the points."""
        return any(item.kind is ItemKind.RANK for item in self.items)

    def points(self, place: int, answer: str, *, n_subjects: int) -> Fraction:
        """Return the points of an answer to the item at ``place``."""
        key = (place, answer, n_subjects)
        found = self._known_points.get(key)
        if found is None:
            found = points_of(self.template, self.items[place], answer, n_subjects=n_subjects)
            self._known_points[key] = found
        return found

    @cached_property
    def _known_points(self) -> dict[tuple[int, str, int], Fraction]:
        return {}


def mark_score(rules: Rules, form: Form, pattern: Pattern) -> Fraction | None:
    """Return s = Σ w·v / Σ w over the answered items, or ``None`` if the mark has no score.

    A mark that answers no scored item is an abstention under every blank rule. ``VALUE`` puts the stated points in place
    of a blank; ``VOID`` voids a mark with any scored item blank.
    """
    ratio, _ = _WholeNumbers.of(rules, form, [pattern]).read(pattern)
    return None if ratio is None else Fraction(*ratio)


@dataclass(frozen=True, slots=True)
class _ItemNumbers:
    """One item in whole numbers: its weight, and per answer the points and the addend that counts it."""

    weight: int
    values: Mapping[str | None, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class _WholeNumbers:
    """A form's weights and points as whole numbers, so that thousands of ballots are added up without fractions.

    Weights may be scaled freely, points are ``points_scale`` times the real ones. ``items``: by the number of reviewees.
    """

    items: Mapping[int, tuple[_ItemNumbers, ...]]
    blank: int | None
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
        return cls(
            items={
                n: tuple(
                    _ItemNumbers(int(weight * weight_scale), _addends(layout, place, one, scale=points_scale))
                    for place, (weight, one) in enumerate(zip(form.weights, given, strict=True))
                )
                for n, given in points.items()
            },
            blank=None if blank is None else int(blank * points_scale),
            points_scale=points_scale,
            voids_blanks=rules.blank_rule is BlankRule.VOID,
        )

    def read(self, pattern: Pattern) -> tuple[tuple[int, int] | None, int | None]:
        """Return a mark's score as numerator and denominator, and all its answers as one addend.

        The first is ``None`` without a score, both are for a mark that says nothing or is voided by its blanks.
        """
        top = bottom = packed = n_scored = n_blank = n_answered = 0
        for item, answer in zip(self.items[pattern.n_subjects], pattern.answers, strict=True):
            weight = item.weight
            if answer is not None:
                value, addend = item.values[answer]
                packed += addend
                n_answered += 1
                if weight:
                    top += weight * value
                    bottom += weight
                    n_scored += 1
            elif weight:
                n_blank += 1
                if self.blank is not None:
                    top += weight * self.blank
                    bottom += weight
        if not n_answered or (n_blank and self.voids_blanks):
            return None, None
        return (top, bottom * self.points_scale) if n_scored else None, packed


def _points_given(form: Form, patterns: Sequence[Pattern], n_subjects: int) -> list[dict[str, Fraction]]:
    """Return the points of every different answer that was given to each item among so many reviewees."""
    columns: list[set[str | None]] = [set() for _ in form.items]
    for pattern in patterns:
        if pattern.n_subjects == n_subjects:
            for column, answer in zip(columns, pattern.answers, strict=True):
                column.add(answer)
    return [
        {answer: form.points(place, answer, n_subjects=n_subjects) for answer in column if answer is not None}
        for place, column in enumerate(columns)
    ]


def _addends(
    layout: "Layout", place: int, points: Mapping[str, Fraction], *, scale: int
) -> dict[str | None, tuple[int, int]]:
    found: dict[str | None, tuple[int, int]] = {}
    for answer, exact in points.items():
        value = int(exact * scale)
        found[answer] = value, layout.pack(place, answer, value)
    return found


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the counters of a form lie in one packed whole number: per item its slots, all answers, the sum of points."""

    form: Form
    slots: tuple[tuple[str, ...], ...]
    starts: tuple[int, ...]

    @classmethod
    def of(cls, form: Form, patterns: Sequence[Pattern] = ()) -> "Layout":
        n_subjects = max((pattern.n_subjects for pattern in patterns), default=0)
        slots = tuple(slots_of(form.template, item, n_subjects=n_subjects) for item in form.items)
        starts, at = [], 0
        for one in slots:
            starts.append(at)
            at += (len(one) + 1) * COUNTER_BITS + SUM_BITS
        return cls(form, slots, tuple(starts))

    def pack(self, place: int, answer: str, points: int) -> int:
        """Return one answer as an addend; ``points`` as a whole number."""
        names, start = self.slots[place], self.starts[place]
        slot = slot_of(self.form.template, self.form.items[place], answer)
        n_all = len(names) * COUNTER_BITS
        counted = 1 << n_all | points << (n_all + COUNTER_BITS)
        return (counted | (1 << names.index(slot) * COUNTER_BITS if slot in names else 0)) << start

    def read(self, packed: int, place: int) -> tuple[dict[str, int], int, int]:
        """Return counts per slot, the number of answers and the sum of their points."""
        names = self.slots[place]
        own = packed >> self.starts[place]
        counts = {name: own >> (n * COUNTER_BITS) & COUNTER_MASK for n, name in enumerate(names)}
        rest = own >> (len(names) * COUNTER_BITS)
        return counts, rest & COUNTER_MASK, rest >> COUNTER_BITS & SUM_MASK


@dataclass(slots=True)
class GroupTally:
    """What one voter group's marks say about one reviewee on one form.

    ``cells`` are (place of the pattern, how many) of the valid marks, ``scores`` the patterns' scores times ``scale``; a valid
    mark that answers no scored item has no score, so ``n_scored`` may be less than ``n_valid``.
    """

    layout: Layout
    scale: int = 1
    points_scale: int = 1
    patterns: Sequence[Pattern] = ()
    scores: Sequence[int | None] = ()
    n_returned: int = 0
    n_valid: int = 0
    n_scored: int = 0
    scaled_sum: int = 0
    packed_answers: int = 0
    cells: list[tuple[int, int]] = field(default_factory=list)

    def answers(self, place: int) -> dict[str, int]:
        """Return how often each slot (option, printed band, rank) was chosen for one item on valid marks."""
        return self.layout.read(self.packed_answers, place)[0]

    def n_answered(self, place: int) -> int:
        """Return how many valid marks answer one item."""
        return self.layout.read(self.packed_answers, place)[1]

    def mean_points(self, place: int) -> Fraction | None:
        """Return the exact mean of the points given for one item, ``None`` if nobody answered."""
        _, n, total = self.layout.read(self.packed_answers, place)
        return Fraction(total, self.points_scale * n) if n else None


TallyKey = tuple[int, int]  # reviewee, voter group
Row = tuple[int, int, int, int]  # reviewee, voter group, place in patterns, how many


def tally(
    rules: Rules, form: Form, patterns: Sequence[Pattern], rows: Iterable[Row]
) -> dict[TallyKey, GroupTally]:
    """Add up counted marks of one form.

    The order of rows is irrelevant. Each pattern is scored once, however many ballots carry it, and all of a pattern's
    answers are counted with one addition: a counter per item and slot, packed into one whole number.
    """
    numbers = _WholeNumbers.of(rules, form, patterns)
    layout = Layout.of(form, patterns)
    read = [numbers.read(pattern) for pattern in patterns]
    scale, scores = _scaled_scores([ratio for ratio, _ in read])
    packed = [answers for _, answers in read]
    found: dict[TallyKey, GroupTally] = {}
    for reviewee, group, place, n in rows:
        one = found.get((reviewee, group))
        if one is None:
            one = found[reviewee, group] = GroupTally(layout, scale, numbers.points_scale, patterns, scores)
        one.n_returned += n
        answers = packed[place]
        if answers is not None:
            one.n_valid += n
            one.packed_answers += n * answers
            one.cells.append((place, n))
            score = scores[place]
            if score is not None:
                one.n_scored += n
                one.scaled_sum += n * score
    return found


def _scaled_scores(ratios: Sequence[tuple[int, int] | None]) -> tuple[int, list[int | None]]:
    """Return the patterns' scores as whole numbers with their common denominator."""
    scale = math.lcm(*{ratio[1] for ratio in ratios if ratio is not None})
    return scale, [None if ratio is None else ratio[0] * (scale // ratio[1]) for ratio in ratios]
