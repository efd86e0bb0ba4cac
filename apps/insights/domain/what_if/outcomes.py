"""The totals of a what-if, so worked out that no hidden group can be found out by asking again and again.

Whoever may choose weights can ask for a scheme in which one group counts for everything, and its mean is the score; trimming, the
denominator or one more decimal tell as much when two answers are subtracted. So of a reviewee who has a hidden figure (a voter
group, or the score itself) the ballots are never read. The rule, in this order:

1. Whose score is hidden is left out of every what-if, of ranks and grades too: thresholds and other people's places would bracket it.
2. While the scores of the forms stay what they are (groups in the same proportion, the same counting), a what-if on a reviewee with a
   hidden group is made from the *published*, rounded figures; anybody could do it with the pages and a pocket calculator.
3. As soon as the ballots would be counted otherwise, such reviewees are left out, with everything their marks could move.
4. Where the grade follows from the options ticked most (plurality), such reviewees are left out as well.
5. A group that only the other counting makes small (fewer than k_min ballots are left in its mean) is protected in the same way.

Whatever is asked, and however often, all answers are therefore functions of published figures and of ballots of people of whom
nothing is hidden. Source: design.md section 4, "Suppression".
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from apps.common.domain.formats import round_half_up
from apps.cycles.domain.schemes import ComponentKind, GradeMethod
from apps.insights.domain.what_if.trials import Trial, is_proportional
from apps.scoring.domain.ballot_scores import n_trimmed, weighted_mean
from apps.scoring.domain.computation import Figures, compute
from apps.scoring.domain.inputs import Batch, CountedForm, Inputs, Scheme

FULL = Fraction(100)
HIDES_SCORE = "有效票过少，得分不显示，不参加试算"
HIDES_GROUP = "有类别有效票过少、不单独显示；改变计票规则或类别权重会推算出它的分数，不参加本次试算"
HIDES_VOTES = "有类别有效票过少、不单独显示；按得票定等次会推算出它的票，不参加本次试算"
MISSING = "缺少数据，没有总分"


@dataclass(frozen=True, slots=True)
class Part:
    """One component's score of one reviewee (0–100): exact, and as published. ``None``: missing."""

    exact: Fraction | None
    published: Decimal | None
    is_ballot: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """One reviewee in the run that counts. ``extra``: bonuses less deductions, in points; ``total`` and ``ballot`` as published."""

    key: int
    field: str
    parts: Mapping[int, Part]
    total: Decimal | None
    ballot: Decimal | None = None
    extra: Fraction = Fraction(0)
    hides_score: bool = False
    hides_group: bool = False

    @property
    def is_protected(self) -> bool:
        """Tell whether any figure of this reviewee is hidden."""
        return self.hides_score or self.hides_group


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a what-if says of one reviewee: total and ballot score, rounded once; or why he or she is left out."""

    total: Decimal | None = None
    ballot: Decimal | None = None
    left_out: str = ""


def outcomes(
    known: Sequence[Known],
    inputs: Inputs | None,
    real: Trial,
    trial: Trial,
    *,
    clamps_total: bool,
    decimals: int,
) -> dict[int, Outcome]:
    """Return what the trial says of everybody.

    ``inputs`` are read only where ballots are counted otherwise; ``decimals`` are those of the published figures.
    """
    if not needs_ballots(real, trial) or inputs is None:
        return {
            one.key: _reweighed(one, real, trial, clamps=clamps_total, decimals=decimals) for one in known
        }
    return _recounted(known, inputs, trial)


def needs_ballots(real: Trial, trial: Trial) -> bool:
    """Tell whether the trial counts ballots otherwise than the run did."""
    return not trial.keeps_form_scores(real)


def _reweighed(one: Known, real: Trial, trial: Trial, *, clamps: bool, decimals: int) -> Outcome:
    if one.hides_score:
        return Outcome(left_out=HIDES_SCORE)
    if one.is_protected and trial.grading.method is GradeMethod.PLURALITY:
        return Outcome(left_out=HIDES_VOTES)
    total, ballot = _total(one, trial, clamps=clamps), _ballot(one, trial)
    if one.is_protected and trial.decimals <= decimals and is_proportional(real.components, trial.components):
        total, ballot = _exact(one.total), _exact(one.ballot)
    if total is None:
        return Outcome(left_out=MISSING)
    return Outcome(round_half_up(total, trial.decimals), _rounded(ballot, trial.decimals))


def _exact(value: Decimal | None) -> Fraction | None:
    return None if value is None else Fraction(value)


def _rounded(value: Fraction | None, decimals: int) -> Decimal | None:
    return None if value is None else round_half_up(value, decimals)


def _score(one: Known, key: int) -> Fraction | None:
    part = one.parts[key]
    return _exact(part.published) if one.is_protected else part.exact


def _total(one: Known, trial: Trial, *, clamps: bool) -> Fraction | None:
    """Return Σ w·c / Σ w plus bonuses less deductions; a missing component blocks it unless its weight is nought."""
    base = _mean((weight, _score(one, key)) for key, weight in trial.components.items())
    if base is None:
        return None
    total = base + one.extra
    return min(FULL, max(Fraction(0), total)) if clamps else total


def _ballot(one: Known, trial: Trial) -> Fraction | None:
    return _mean(
        (weight, _score(one, key)) for key, weight in trial.components.items() if one.parts[key].is_ballot
    )


def _mean(parts: Iterable[tuple[Decimal, Fraction | None]]) -> Fraction | None:
    counted = [(Fraction(weight), score) for weight, score in parts if weight]
    known = [(weight, score) for weight, score in counted if score is not None]
    return weighted_mean(known) if len(known) == len(counted) else None


def _recounted(known: Sequence[Known], inputs: Inputs, trial: Trial) -> dict[int, Outcome]:
    found = {
        one.key: Outcome(left_out=HIDES_SCORE if one.hides_score else HIDES_GROUP)
        for one in known
        if one.is_protected
    }
    scheme = trial_scheme(inputs.scheme, trial)
    tried = replace(_only(inputs, {one.key for one in known} - found.keys()), scheme=scheme)
    figures = compute(tried).figures
    small = {one.person.key: why for one in figures if (why := _too_small(one, scheme))}
    if small:  # what they marked must not move anybody else's place
        figures = compute(_only(tried, {one.key for one in tried.people} - small.keys())).figures
    found |= {key: Outcome(left_out=why) for key, why in small.items()}
    return found | {one.person.key: _told(one, trial.decimals) for one in figures}


def _only(inputs: Inputs, keys: Iterable[int]) -> Inputs:
    """Return the inputs of these people alone: nobody else's marks are in there."""
    wanted = frozenset(keys)
    return replace(
        inputs,
        people=[one for one in inputs.people if one.key in wanted],
        marks=_MarksOf(inputs.marks, wanted),
        imported={key: one for key, one in inputs.imported.items() if key[0] in wanted},
        returned={key: n for key, n in inputs.returned.items() if key[1] in wanted},
        adjustments={key: one for key, one in inputs.adjustments.items() if key in wanted},
        earlier={},
    )


@dataclass(frozen=True, slots=True)
class _MarksOf:
    """The marks of some people, batch by batch as they are read."""

    marks: Batch | Iterable[Batch]
    wanted: frozenset[int]

    def __iter__(self) -> Iterator[Batch]:
        for batch in [self.marks] if isinstance(self.marks, Mapping) else self.marks:
            yield {form: self._narrowed(counted) for form, counted in batch.items()}

    def _narrowed(self, counted: CountedForm) -> CountedForm:
        piles = counted.piles
        return CountedForm(
            counted.patterns,
            [row for row in counted.rows if row[0] in self.wanted],
            None if piles is None else {key: pile for key, pile in piles.items() if key[0] in self.wanted},
        )


def trial_scheme(scheme: Scheme, trial: Trial) -> Scheme:
    """Return the scheme with the trial's settings; groups and components of weight nought are gone."""
    counting = trial.counting
    return replace(
        scheme,
        rules=replace(
            scheme.rules,
            trim_each_side=counting.trim_each_side,
            trim_when_more_than=counting.trim_when_more_than,
            blank_rule=counting.blank_rule,
            blank_value=_exact(counting.blank_value),
            denominator=counting.denominator,
        ),
        groups=tuple(
            replace(one, weight=Fraction(trial.groups[one.key]))
            for one in scheme.groups
            if trial.groups[one.key]
        ),
        components=tuple(
            replace(one, weight=Fraction(trial.components[one.key]))
            for one in scheme.components
            if trial.components[one.key]
        ),
        decimals=trial.decimals,
    )


def _too_small(one: Figures, scheme: Scheme) -> str:
    """Return why a reviewee must be left out of this counting; empty if no group is small."""
    used = {component.form for component in scheme.components if component.kind is not ComponentKind.IMPORTED}
    for form in one.forms:
        for figure in form.groups if form.form.key in used else ():
            n = figure.tally.n_scored
            kept = n - 2 * n_trimmed(scheme.rules, n)
            if 0 < kept < scheme.k_min or figure.is_suppressed:
                return f"按试算的规则，“{figure.group.name}”计分的票少于 {scheme.k_min} 张，不参加本次试算"
    return HIDES_SCORE if one.hides_score else ""


def _told(one: Figures, decimals: int) -> Outcome:
    if one.total is None:
        return Outcome(left_out=MISSING)
    return Outcome(round_half_up(one.total, decimals), _rounded(one.ballot, decimals))
