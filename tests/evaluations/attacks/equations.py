"""The attacker of T11: everything published becomes linear equations and inequalities over whole numbers, for an integer solver (HiGHS).

Unknown are the numbers of ballots of each hidden group with each possible mark. Known are the scheme, all weights, the number of ballots per
group, what people entered, and every figure that the server publishes: of all versions (runs) there have been. A rounded figure is an
interval, a band table tells between which raw figures somebody lies, a rank tells who is before whom.
"""

import math
from collections.abc import Hashable
from dataclasses import dataclass, field
from fractions import Fraction

import highspy

from apps.common.domain.formats import round_half_up
from apps.cycles.domain.schemes import ComponentKind, Conversion
from apps.scoring.domain.tally import Pattern, mark_score

Unknown = Hashable  # (reviewee, group, pattern)


@dataclass(frozen=True)
class Linear:
    """A constant and multiples of unknowns."""

    constant: Fraction = Fraction(0)
    terms: tuple[tuple[Unknown, Fraction], ...] = ()

    def __add__(self, other):
        own = dict(self.terms)
        for unknown, factor in other.terms:
            own[unknown] = own.get(unknown, Fraction(0)) + factor
        return Linear(self.constant + other.constant, tuple(own.items()))

    def __mul__(self, factor):
        return Linear(self.constant * factor, tuple((key, value * factor) for key, value in self.terms))

    def __sub__(self, other):
        return self + other * Fraction(-1)

    def at(self, world):
        return self.constant + sum((factor * world[key] for key, factor in self.terms), Fraction(0))


def total_of(parts):
    found = Linear()
    for part in parts:
        found += part
    return found


@dataclass
class Equations:
    """Rows ``low ≤ linear < high`` over whole numbers of ballots; ``None``: open."""

    n_of: dict = field(default_factory=dict)  # unknown -> the most it can be
    rows: list = field(default_factory=list)

    def between(self, linear, low, high):
        """Note that ``low ≤ linear < high``."""
        self.rows.append((linear, low, high))

    def exactly(self, linear, value):
        self.between(linear, value, None)
        self.between(linear * Fraction(-1), -value, None)

    def rounded(self, linear, published, places):
        """Note that a figure was published as ``published``, half up."""
        half = Fraction(1, 2 * 10**places)
        self.between(linear, Fraction(published) - half, Fraction(published) + half)

    def holds_in(self, world):
        return all(
            (low is None or low <= value) and (high is None or value < high)
            for linear, low, high in self.rows
            for value in [linear.at(world)]
        )

    def another_world(self, linear, value):
        """Return whole numbers that fit everything and in which ``linear`` is another than ``value``; ``None`` if there are none."""
        for more in (Linear(-value - 1) + linear, Linear(value - 1) - linear):
            found = self._solve([*self.rows, (more, Fraction(0), None)])
            if found is not None:
                return found
        return None

    def _solve(self, rows):
        solver = highspy.Highs()
        solver.setOptionValue("output_flag", False)
        solver.setOptionValue("threads", 1)
        solver.setOptionValue("mip_feasibility_tolerance", 1e-9)
        solver.setOptionValue("primal_feasibility_tolerance", 1e-9)
        whole = highspy.HighsVarType.kInteger
        columns = {key: solver.addVariable(0, n, type=whole) for key, n in self.n_of.items()}
        for row in rows:
            factors, low, high = in_whole_numbers(*row)
            if not factors:
                if (low is not None and low > 0) or (high is not None and high < 0):
                    return None
                continue
            infinity = highspy.kHighsInf
            indices = [columns[key].index for key in factors]
            solver.addRow(
                -infinity if low is None else float(low),
                infinity if high is None else float(high),
                len(indices),
                indices,
                [float(value) for value in factors.values()],
            )
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        values = solver.getSolution().col_value
        world = {key: round(values[column.index]) for key, column in columns.items()}
        fits = all(
            (low is None or low <= linear.at(world)) and (high is None or linear.at(world) < high)
            for linear, low, high in rows
        )
        assert fits, "the solver's answer is no answer: scale the rows"
        return world


def in_whole_numbers(linear, low, high):
    """Return a row with whole factors; its ends moved so far inwards that no whole number is lost and none comes in."""
    scale = math.lcm(*(factor.denominator for _, factor in linear.terms)) if linear.terms else 1
    factors = {key: int(factor * scale) for key, factor in linear.terms if factor}
    common = math.gcd(*factors.values()) if factors else 1

    def end(value):
        return math.ceil((value - linear.constant) * scale / common)

    return (
        {key: factor // common for key, factor in factors.items()},
        None if low is None else end(low),
        None if high is None else end(high) - 1,
    )


class Attack:
    """Reads all versions of what was published about people, and asks the solver; ``equations``: what he has read elsewhere."""

    def __init__(self, scheme, versions, equations=None):
        self.scheme, self.versions = scheme, versions
        self.form = scheme.forms[0]
        self.equations = Equations() if equations is None else equations
        self.patterns = {}
        for result in versions:
            for one in result.figures:
                self._read_person(result, one)
            self._read_field(result)

    # -- unknowns

    def unknowns(self, one, figure):
        """Return the numbers of a hidden group's marks, pattern by pattern; made at first sight."""
        place = (one.person.key, figure.group.key)
        if place not in self.patterns:
            n = figure.tally.n_scored
            self.patterns[place] = {(*place, pattern): pattern for pattern in self._possible()}
            for key in self.patterns[place]:
                self.equations.n_of[key] = n
            every = Linear(terms=tuple((key, Fraction(1)) for key in self.patterns[place]))
            self.equations.exactly(every, Fraction(n))
        return self.patterns[place]

    def _possible(self):
        columns = [[option.key for option in self.form.template.options_of(item)] for item in self.form.items]
        found = [()]
        for column in columns:
            found = [(*one, key) for one in found for key in column]
        return found

    def _mean(self, one, figure, worth):
        """A group's mean of something that every mark has; the real one where the group is shown."""
        if not figure.n_divided_by:
            return Linear()
        if not figure.is_suppressed:
            return Linear(self._real(figure, worth))
        n = Fraction(figure.n_divided_by)
        return Linear(
            terms=tuple((key, worth(pattern) / n) for key, pattern in self.unknowns(one, figure).items())
        )

    def _real(self, figure, worth):
        total = sum((worth(self.answers(figure, place)) * n for place, n in figure.tally.cells), Fraction(0))
        return total / figure.n_divided_by

    def answers(self, figure, place):
        return figure.tally.patterns[place].answers

    def _over_groups(self, one, form, worth):
        voted = [figure for figure in form.groups if figure.n_divided_by]
        all_weights = sum((figure.group.weight for figure in voted), Fraction(0))
        return total_of(
            self._mean(one, figure, worth) * (figure.group.weight / all_weights) for figure in voted
        )

    def score(self, one, form):
        rules = self.scheme.rules
        return self._over_groups(one, form, lambda answers: mark_score(rules, self.form, Pattern(answers)))

    def item(self, one, form, place):
        return self._over_groups(
            one, form, lambda answers: self.form.points(place, answers[place], n_subjects=0)
        )

    def share(self, one, form, item, options):
        place = next(n for n, own in enumerate(self.form.items) if own.key == item)
        return self._over_groups(one, form, lambda answers: Fraction(100 if answers[place] in options else 0))

    # -- what is published

    def _tell(self, linear, value):
        places = self.scheme.decimals
        self.equations.rounded(linear, round_half_up(value, places), places)

    def _read_person(self, result, one):
        [form] = one.forms
        for figure in form.groups:
            if figure.is_suppressed and figure.n_divided_by:
                self.unknowns(one, figure)
        if not form.hides_score:
            self._tell(self.score(one, form), form.score)
        if not (form.hides_score or form.hides_items):
            for place, value in enumerate(form.item_scores):
                self._tell(self.item(one, form, place), value)
        parts = [self._read_component(one, form, part) for part in one.components]
        if one.hides_score or None in parts:
            return
        all_weights = sum((part.component.weight for part in one.components), Fraction(0))
        base = total_of(
            linear * (part.component.weight / all_weights)
            for linear, part in zip(parts, one.components, strict=True)
        )
        self._tell(base, one.base)
        self._read_total(base + Linear(one.bonus.total - one.deduction.total), one.total)

    def _read_total(self, linear, total):
        places = self.scheme.decimals
        half = Fraction(1, 2 * 10**places)
        published = Fraction(round_half_up(total, places))
        ends = self.scheme.clamps_total
        self.equations.between(
            linear,
            None if ends and published == 0 else published - half,
            None if ends and published == 100 else published + half,
        )

    def _raw(self, one, form, part):
        own = part.component
        if own.kind is ComponentKind.BALLOT:
            return self.score(one, form)
        if own.kind is ComponentKind.SHARE:
            return self.share(one, form, own.item, own.options)
        return Linear(part.raw.value)

    def _read_component(self, one, form, part):
        """Note what a component tells; return its score as the attacker can write it, ``None`` if he cannot."""
        raw, kind = self._raw(one, form, part), part.component.conversion.kind
        if not part.hides_raw:
            self._tell(raw, part.raw.value)
        if kind is Conversion.NONE:
            if not part.hides_score:
                self._tell(raw, part.score)
            return raw
        if part.hides_score:
            return None
        if kind is Conversion.BANDS and part.component.kind is not ComponentKind.IMPORTED:
            self._read_bands(one, form, part, raw)
        if kind is Conversion.BEST_RATIO and part.component.kind is not ComponentKind.IMPORTED:
            return raw * (100 / part.best) if not self._best_is_hidden(part) else None
        return Linear(part.score)

    def _read_bands(self, one, form, part, raw):
        plan = part.component.conversion
        overrides = zip(plan.overrides, part.raw.overriding, strict=True)
        for override, share in overrides:
            linear = self.share(one, form, part.component.item, override.options)
            if not part.hides_raw:
                self._tell(linear, share)
            if share >= override.at_least:
                self.equations.between(linear, override.at_least, None)
                return
            self.equations.between(linear, None, override.at_least)
        reached = max(band.at_least for band in plan.bands if part.raw.value >= band.at_least)
        above = [band.at_least for band in plan.bands if band.at_least > part.raw.value]
        self.equations.between(raw, reached, min(above, default=None))

    def _best_is_hidden(self, part):
        return any(
            one.components[self._number(part)].raw.value == part.best
            and any(figure.is_suppressed for form in one.forms for figure in form.groups)
            for one in self.versions[0].figures
        )

    def _number(self, part):
        return next(n for n, own in enumerate(self.scheme.components) if own.key == part.component.key)

    def _read_field(self, result):
        """Note what ranks and ratios tell between people."""
        for n, component in enumerate(self.scheme.components):
            if component.kind is ComponentKind.IMPORTED:
                continue
            column = [(one, one.forms[0], one.components[n]) for one in result.figures]
            if component.conversion.kind is Conversion.RANK:
                self._read_places(
                    [(self._raw(*each), each[2].place) for each in column if not each[2].hides_score]
                )
            if component.conversion.kind is Conversion.BEST_RATIO:
                self._read_ratios(column)
        self._read_ranks(result)

    def _read_places(self, column):
        unit = Fraction(1, 10**self.scheme.decimals)
        for linear, place in column:
            for other, other_place in column:
                if place < other_place:
                    self.equations.between(linear - other, Fraction(0), None)
                elif place == other_place:
                    self.equations.between(linear - other, -unit, unit)

    def _read_ratios(self, column):
        places, shown = self.scheme.decimals, [each for each in column if not each[2].hides_score]
        half = Fraction(1, 2 * 10**places)
        best = next((each for each in column if each[2].raw.value == each[2].best), None)
        if best is None:
            return
        top = self._raw(*best)
        for each in shown:
            ratio = Fraction(round_half_up(each[2].score, places))
            own = self._raw(*each) * Fraction(100)
            self.equations.between(own - top * (ratio - half), Fraction(0), None)
            self.equations.between(top * (ratio + half) - own, Fraction(0), None)

    def _read_ranks(self, result):
        """A hidden total lies between the published totals of those ranked above and below."""
        shown = [one for one in result.figures if not one.hides_score and result.shown_rank(one)]
        half = Fraction(1, 2 * 10**self.scheme.decimals)
        for one in result.figures:
            linear = self.hidden_total(one)
            if linear is None or result.shown_rank(one) is None:
                continue
            for other in shown:
                published = Fraction(round_half_up(other.total, self.scheme.decimals))
                rank, theirs = result.shown_rank(one), result.shown_rank(other)
                if rank < theirs:
                    self.equations.between(linear, published + half, None)
                elif rank > theirs:
                    self.equations.between(linear, None, published - half)

    def hidden_total(self, one):
        """Return a hidden total as the attacker can write it; ``None`` if it is shown, or if he cannot."""
        parts = [self._plain(one, part) for part in one.components]
        if not one.hides_score or None in parts:
            return None
        weights = [part.component.weight for part in one.components]
        linear = total_of(p * (w / sum(weights, Fraction(0))) for p, w in zip(parts, weights, strict=True))
        return linear + Linear(one.bonus.total - one.deduction.total)

    def _plain(self, one, part):
        kind = part.component.conversion.kind
        if part.component.kind is ComponentKind.IMPORTED:
            return Linear(part.score)
        return self._raw(one, one.forms[0], part) if kind is Conversion.NONE else None

    # -- the question

    def pinned(self, k_min, secret):
        """Return the cells of small groups that can only be what they are, and the other worlds that were found.

        ``secret``: (reviewee, group, pattern) -> how many there really are: what the attacker wants to know.
        """
        found, worlds = [], []
        for (person, group), patterns in self.patterns.items():
            n = sum(secret[key] for key in patterns)
            if not 0 < n < k_min:
                continue
            for place in range(len(self.form.items)):
                world = self._other_table(patterns, place, secret)
                worlds += [world] if world is not None else []
                found += [(person, group, place)] if world is None else []
        return found, worlds

    def _other_table(self, patterns, place, secret):
        for option in self.form.template.options_of(self.form.items[place]):
            own = [key for key, answers in patterns.items() if answers[place] == option.key]
            linear = Linear(terms=tuple((key, Fraction(1)) for key in own))
            world = self.equations.another_world(linear, Fraction(sum(secret[key] for key in own)))
            if world is not None:
                return world
        return None
