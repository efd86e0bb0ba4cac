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

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import islice

from apps.common.domain.formats import round_half_up
from apps.cycles.domain.schemes import BlankRule, ComponentKind, Conversion
from apps.scoring.domain.ballot_scores import n_trimmed
from apps.scoring.domain.figures import Band, Figures, FormFigures, GroupFigure
from apps.scoring.domain.inputs import Scheme
from apps.scoring.domain.tally import Form, GroupTally, Rules
from apps.scoring.domain.totals import FULL

SQUARED_FACTOR = Fraction(196, 100) ** 2
FEWEST = 2  # marks that have a spread at all
SWINGING = frozenset({Conversion.NONE, Conversion.BEST_RATIO})


def bands_of(scheme: Scheme, members: Sequence[Figures], rank: Mapping[int, int]) -> dict[int, Band]:
    """Return the band of everybody in a field whose score and rank may be shown; ``rank`` knows those who have one."""
    shown = [
        one for one in members if not one.hides_score and one.total is not None and one.person.key in rank
    ]
    unit = 10**scheme.decimals
    totals = {one.person.key: int(_published(scheme, one) * unit) for one in shown}
    reach = {one.person.key: SQUARED_FACTOR * swing(scheme, one) * unit**2 for one in shown}
    close: dict[int, list[int]] = {key: [] for key in totals}
    for one, other in _close_pairs(totals, reach):
        close[one].append(other)
        close[other].append(one)
    found = {}
    for key in totals:
        others = close.pop(key)
        places = [rank[key], *map(rank.__getitem__, others)]
        found[key] = Band(tuple(sorted(others)), min(places), max(places))
    return found


def _close_pairs(totals: Mapping[int, int], reach: Mapping[int, Fraction]) -> Iterator[tuple[int, int]]:
    """Yield each pair whose distance squared is at most both reaches together, all in units of the last published decimal.

    In a large field there may be millions: whole numbers decide, fractions only where the squared distance, which is whole, lies between
    the sum of the whole parts and the sum itself. Looking upwards ends where not even the widest reach would do.
    """
    whole = {key: int(one) for key, one in reach.items()}
    widest_reach = max(whole.values(), default=0)
    order = sorted(totals, key=lambda key: (totals[key], key))
    for n, key in enumerate(order, start=1):
        own_total, own_reach = totals[key], whole[key]
        furthest = own_reach + widest_reach + 1
        for other in islice(order, n, None):
            beyond = (totals[other] - own_total) ** 2
            if beyond > furthest:
                break
            beyond -= own_reach + whole[other]
            if beyond <= 0 or (beyond == 1 and _touch(reach[key], reach[other])):
                yield key, other


def _touch(one: Fraction, other: Fraction) -> bool:
    """Tell whether two reaches together make one more than their whole parts."""
    return one % 1 + other % 1 >= 1


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
