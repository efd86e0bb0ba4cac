"""Whose totals the ballots do not tell apart: "not distinguishable" bands where ranks are close.

Method, in words: leave out one ballot after the other and see how far the result swings (jackknife). For a mean of n marks this gives
exactly s² / n, s² being the spread of the marks' scores; the groups' swings add up by the squares of their weights, and those of two people
as well. Two people of a field are not distinguishable if their published totals lie no further apart than 1.96 times that swing
(19 of 20 halls like this one would not have said more). All in whole fractions: squares are compared, no root is taken.

What may be known of the spread: a group that is shown gives its own. A group that is *not* shown gives nothing: in its place stands the
largest spread the form allows (half the distance between the best and the worst mark, squared), over the ballots that its ledger
says came back. So a band never depends on a hidden answer, only on published totals, shown groups and numbers of ballots, and it never
calls two people different whom the hidden marks could exchange. Only components that take a ballot score as it is, or as a ratio to the
best, swing; a band table or a rank either changes or does not.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from itertools import accumulate, chain
from math import isqrt
from operator import or_
from typing import NamedTuple

from apps.common.domain.formats import round_half_up
from apps.cycles.domain.schemes import BlankRule, ComponentKind, Conversion
from apps.scoring.domain.ballot_scores import n_trimmed
from apps.scoring.domain.figures import Band, Figures, FormFigures, GroupFigure
from apps.scoring.domain.inputs import Scheme
from apps.scoring.domain.key_sets import KeySet
from apps.scoring.domain.tally import Form, GroupTally, Rules
from apps.scoring.domain.totals import FULL

SQUARED_FACTOR = Fraction(196, 100) ** 2
FEWEST = 2  # marks that have a spread at all
SWINGING = frozenset({Conversion.NONE, Conversion.BEST_RATIO})


def bands_of(scheme: Scheme, members: Sequence[Figures], rank: Mapping[int, int]) -> dict[int, Band]:
    """Return the band of everybody in a field whose score and rank may be shown; ``rank`` knows those who have one, by published totals."""
    shown = [
        one for one in members if not one.hides_score and one.total is not None and one.person.key in rank
    ]
    unit = 10**scheme.decimals
    totals = {one.person.key: int(_published(scheme, one) * unit) for one in shown}
    reach = {one.person.key: SQUARED_FACTOR * swing(scheme, one) * unit**2 for one in shown}
    rank_of = {total: rank[key] for key, total in totals.items()}
    found = {}
    for key, near in near_sets(totals, reach).items():
        ranks = rank_of[near.highest], rank_of[near.lowest]
        found[key] = Band(KeySet(near.first, near.bits & ~(1 << key - near.first)), *ranks)
    return found


class Near(NamedTuple):
    """Those near a person, the person among them: bit n stands for the key ``first`` + n. And the totals they lie between."""

    first: int
    bits: int
    lowest: int
    highest: int


def near_sets(totals: Mapping[int, int], reach: Mapping[int, Fraction]) -> dict[int, Near]:
    """Return for everybody those whose distance squared is at most both reaches together, all in units of the last published decimal.

    In a large field everybody may be near everybody: pairs are looked at one by one only where neither the smallest nor the largest reach
    of people whose reaches resemble each other decides. For the rest the work grows with the number of people.
    """
    first = min(totals, default=0)
    alike: dict[int, list[int]] = {}
    for key, own in reach.items():
        alike.setdefault(int(own).bit_length(), []).append(key)
    groups = [_Alike(first, keys, totals, reach) for keys in alike.values()]
    found = {}
    for key, total in totals.items():
        parts = [group.near(total, reach[key]) for group in groups]
        bits, lowest, highest = 0, total, total
        for more, low, high in parts:
            bits, lowest, highest = bits | more, min(lowest, low), max(highest, high)
        found[key] = Near(first, bits, lowest, highest)
    return found


class _Alike:
    """People whose reaches are within a factor of two, by their totals. ``up_to``: those before each place, as bits."""

    def __init__(
        self, first: int, keys: Sequence[int], totals: Mapping[int, int], reach: Mapping[int, Fraction]
    ) -> None:
        order = sorted(keys, key=totals.__getitem__)
        self.totals = [totals[key] for key in order]
        self.reaches = [reach[key] for key in order]
        self.whole = [int(own) for own in self.reaches]
        self.bits = [1 << key - first for key in order]
        self.up_to = list(accumulate(self.bits, or_, initial=0))
        self.smallest, self.largest = min(self.reaches), max(self.reaches)

    def near(self, total: int, reach: Fraction) -> tuple[int, int, int]:
        """Return those near a total, as bits, with the lowest and the highest of their totals; nobody: the total itself."""
        start, end = self._within(total, isqrt(int(reach + self.smallest)))
        at_first, at_last = self._within(total, isqrt(int(reach + self.largest)))
        fringe = chain(range(at_first, start), range(end, at_last))
        whole = int(reach)
        places = [
            at
            for at in fringe
            if (beyond := (self.totals[at] - total) ** 2 - whole - self.whole[at]) <= 0
            or (
                beyond == 1 and reach % 1 + self.reaches[at] % 1 >= 1
            )  # the fractions make one whole together
        ]
        bits = reduce(or_, map(self.bits.__getitem__, places), self.up_to[end] & ~self.up_to[start])
        if start < end:
            places += [start, end - 1]
        near = [self.totals[at] for at in places]
        return bits, min(near, default=total), max(near, default=total)

    def _within(self, total: int, distance: int) -> tuple[int, int]:
        return bisect_left(self.totals, total - distance), bisect_right(self.totals, total + distance)


def _published(scheme: Scheme, one: Figures) -> Decimal:
    return round_half_up(one.total or Fraction(0), scheme.decimals)


def swing(scheme: Scheme, one: Figures) -> Fraction:
    """Return the square of how far a person's total swings with the ballots, in points squared."""
    all_weights = sum((part.component.weight for part in one.components), Fraction(0))
    found = Fraction(0)
    for form in one.forms:
        part = Fraction(0)
        for figure in one.components:
            own = figure.component
            if own.kind is ComponentKind.BALLOT and own.form == form.form.key:
                part += own.weight / all_weights * _slope(figure.score, form.score, own.conversion.kind)
        found += part**2 * _form_swing(scheme, form)
    return found


def _slope(score: Fraction | None, raw: Fraction | None, kind: Conversion) -> Fraction:
    """Return by how much the component moves when the ballot score moves by one point."""
    if kind not in SWINGING or score is None or not raw:
        return Fraction(0)
    return score / raw


def _form_swing(scheme: Scheme, form: FormFigures) -> Fraction:
    return sum(
        (
            figure.share**2 * _group_swing(scheme, form, figure)
            for figure in form.groups
            if figure.n_divided_by
        ),
        Fraction(0),
    )


def _group_swing(scheme: Scheme, form: FormFigures, figure: GroupFigure) -> Fraction:
    if figure.is_suppressed or figure.tally.n_scored < FEWEST:
        return widest(scheme.rules, form.form) / max(figure.n_returned, 1)
    n = figure.n_divided_by + 2 * n_trimmed(scheme.rules, figure.tally.n_scored)
    return spread(figure.tally, n) / figure.n_divided_by


def spread(group: GroupTally, n: int) -> Fraction:
    """Return s² = Σ (s − mean)² / (n − 1) over ``n`` ballots, those without a score counted as nought; at least two."""
    squares = group.scaled_squares - Fraction(group.scaled_sum**2, n)
    return squares / (n - 1) / group.scale**2


def widest(rules: Rules, form: Form) -> Fraction:
    """Return the largest spread marks on a form can have: half of best less worst, squared."""
    best = worst = Fraction(0)
    for item, weight in zip(form.items, form.weights, strict=True):
        values = [Fraction(option.value) for option in form.template.options_of(item)] or [Fraction(0), FULL]
        if rules.blank_rule is BlankRule.VALUE and rules.blank_value is not None:
            values.append(rules.blank_value)
        best += weight * max(values)
        worst += weight * min(values)
    return ((best - worst) / form.all_weights / 2) ** 2 if form.all_weights else Fraction(0)
