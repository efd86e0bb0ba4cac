"""T11 over the years: what the house tells of several years of the same people side by side, and the attacker who reads all of it at once.

Each year has its own scheme, ballots and versions; the unknowns of all years stand in one system of equations. The tables are the product's own
(`apps.insights`: comparison, trend, spread, a person's years; `apps.grading`: proposed grades and points for the annual appraisal): they
are made from what each year stored, and the attacker reads them figure by figure.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import combinations
from types import SimpleNamespace

from apps.common.domain.formats import round_half_up
from apps.cycles.domain.grades import BEST_FIRST, Grade
from apps.cycles.models import ReviewCycle
from apps.grading.domain.candidates import Candidate
from apps.grading.domain.proposal import GradingRules, propose_grades
from apps.grading.domain.schemes import GradingScheme
from apps.insights.domain.comparison import RevieweeFact, YearFacts
from apps.insights.domain.spread import spread_of
from apps.insights.lists import Year, sections, shown_total
from apps.insights.selectors import result_of
from apps.insights.selectors.annual import year_lines
from apps.insights.selectors.sections import trend_sections
from apps.scoring.domain.figures import Computation
from tests.evaluations.attacks.equations import Attack, Equations, Linear, total_of
from tests.evaluations.attacks.publications import Hall, random_hall

FIRST_YEAR = 2023
HALF_CENT = Fraction(1, 200)
THRESHOLDS = {
    Grade.GOOD: Decimal(90),
    Grade.FAIRLY_GOOD: Decimal(80),
    Grade.AVERAGE: Decimal(70),
    Grade.POOR: Decimal(0),
}


@dataclass(frozen=True)
class Told:
    """One year as it was signed off: its figures, and the rows that the tables over the years are made of, by person."""

    year: int
    hall: Hall
    versions: list[Computation]
    rows: dict

    @property
    def last(self):
        return self.versions[-1]

    @cached_property
    def facts(self):
        results = {key: result_of(row) for key, row in self.rows.items()}
        return YearFacts([RevieweeFact("rural", grade, total) for grade, total in results.values()])

    @property
    def cycle(self):
        return ReviewCycle(pk=self.year, year=self.year)


def random_years(rng, n_years, **wanted):
    """Return halls of the same people, one a year; ``sizes`` by year: where somebody's score stays hidden."""
    sizes = wanted.pop("sizes", None)
    return [
        random_hall(rng, first_group=10 * (n + 1), **wanted | ({"sizes": sizes[n]} if sizes else {}))
        for n in range(n_years)
    ]


def told_of(halls, *, forgets=(), tells_grades=False):
    """Return what is kept of each year.

    ``forgets``: numbers of years whose hidden scores the tables do not know to be hidden; ``tells_grades``: a grade is proposed from them.
    """
    return [
        _told(FIRST_YEAR + n, hall, hall.results(), forgets=n in forgets, tells_grades=tells_grades)
        for n, hall in enumerate(halls)
    ]


def _told(year, hall, versions, *, forgets, tells_grades):
    grades = proposed(hall, versions[-1], tells_grades=tells_grades)
    rows = {
        one.person.key: SimpleNamespace(
            signed_grade=grades[one.person.key],
            signed_total=rounded(hall, one.total),
            is_score_hidden=one.hides_score and not forgets,
        )
        for one in versions[-1].figures
    }
    return Told(year, hall, versions, rows)


def proposed(hall, result, *, tells_grades):
    """Return the grade that the scheme proposes for everybody, and that is signed off; "" where none is proposed."""
    candidates = [
        Candidate(one.person.key, None, is_hidden=True)
        if one.hides_score and not tells_grades
        else Candidate(one.person.key, rounded(hall, one.total))
        for one in result.figures
    ]
    found = propose_grades(candidates, GradingRules(thresholds=THRESHOLDS))
    return {key: one.grade.value if one.grade else "" for key, one in found.items()}


def rounded(hall, value):
    return None if value is None else round_half_up(value, hall.scheme.decimals)


class YearsAttack:
    """Reads every year with all its versions, then all tables over the years, and asks one solver about all of it."""

    def __init__(self, years, annual_weight=Decimal(10)):
        self.years, self.annual_weight = years, annual_weight
        self.equations = Equations()
        self.attacks = [Attack(one.hall.scheme, one.versions, self.equations) for one in years]
        for place in range(len(years)):
            self._read_grades(place)
            self._read_annual_points(place)
            self._read_spread(place)
        self._read_trend()
        for earlier, later in combinations(range(len(years)), 2):
            self._read_comparison(earlier, later)

    @property
    def secret(self):
        found = {}
        for one in self.years:
            found |= one.hall.secret()
        return {key: found.get(key, 0) for key in self.equations.n_of}

    def pinned(self, k_min):
        """Return the cells of small groups of any year that can only be what they are."""
        assert self.equations.holds_in(self.secret)
        return [cell for attack in self.attacks for cell in attack.pinned(k_min, self.secret)[0]]

    # -- what the attacker makes of one year

    def total(self, place, key):
        """Return a person's total of a year as he can write it, and by how much it may be off; ``None`` if he cannot."""
        year = self.years[place]
        one = next(one for one in year.last.figures if one.person.key == key)
        if not one.hides_score:
            return Linear(Fraction(rounded(year.hall, one.total))), Fraction(0)
        linear = self.attacks[place].hidden_total(one)
        return None if linear is None else (linear, Fraction(1, 2 * 10**year.hall.scheme.decimals))

    def mean(self, place):
        """Return the mean of a year's totals that the tables count, and by how much it may be off; ``None`` if he cannot."""
        year = self.years[place]
        counted = [key for key, row in year.rows.items() if not row.is_score_hidden]
        totals = [self.total(place, key) for key in counted]
        if None in totals or not totals:
            return None
        n = Fraction(1, len(totals))
        return total_of(linear for linear, _ in totals) * n, sum((off for _, off in totals), Fraction(0)) * n

    def tell(self, linear, off, published):
        """Note that something at most ``off`` from ``linear`` was published to the hundredth."""
        off += HALF_CENT
        self.equations.between(linear, Fraction(published) - off, None)
        self.equations.between(linear * Fraction(-1), -Fraction(published) - off, None)

    # -- what he reads

    def _read_grades(self, place):
        """A grade tells between which thresholds the total lies."""
        year = self.years[place]
        for key, row in year.rows.items():
            found = self.total(place, key)
            if found is None or not row.signed_grade:
                continue
            linear, off = found
            grade = Grade(row.signed_grade)
            above = [THRESHOLDS[one] for one in BEST_FIRST[: BEST_FIRST.index(grade)]]
            self.equations.between(
                linear,
                Fraction(THRESHOLDS[grade]) - off if THRESHOLDS[grade] else None,
                Fraction(min(above)) - off if above else None,
            )

    def _read_annual_points(self, place):
        year = self.years[place]
        scheme = GradingScheme(GradingRules(), annual_weight=self.annual_weight)
        for key, row in year.rows.items():
            points, found = scheme.effect_of(None, shown_total(row)).annual_points, self.total(place, key)
            if points is not None and found is not None:
                share = Fraction(self.annual_weight) / 100
                self.tell(found[0] * share, found[1] * share, points)

    def _read_spread(self, place):
        """The five numbers: every counted total lies between lowest and highest, and their mean is the mean."""
        year = self.years[place]
        totals = [total for row in year.rows.values() if (total := shown_total(row)) is not None]
        spread = spread_of(totals)
        if spread is None:
            return
        for key, row in year.rows.items():
            found = self.total(place, key)
            if found is not None and not row.is_score_hidden:
                linear, off = found
                self.equations.between(linear, Fraction(spread.lowest) - HALF_CENT - off, None)
                self.equations.between(
                    linear * Fraction(-1), -Fraction(spread.highest) - HALF_CENT - off, None
                )
        self._read_mean(place, spread.mean)

    def _read_mean(self, place, published):
        found = self.mean(place)
        if found is not None and published is not None:
            self.tell(*found, published)

    def _read_trend(self):
        """The line of each year in the table of several years."""
        lines = year_lines([one.cycle for one in self.years], [one.facts for one in self.years])
        [section] = trend_sections(lines)
        column = next(n for n, head in enumerate(section.heads) if head.label.startswith("平均总分"))
        for place, line in enumerate(section.lines):
            self._read_mean(place, line.cells[column].value)

    def _read_comparison(self, earlier, later):
        """Two years side by side: both means and how they changed, for the field and for all fields."""
        pair = [
            Year(one.cycle, one.facts, is_staff=False) for one in (self.years[earlier], self.years[later])
        ]
        section = next(one for one in sections(*pair) if one.key == "totals")
        for line in section.lines:
            before, after, change = (cell.value for cell in line.cells)
            self._read_mean(earlier, before)
            self._read_mean(later, after)
            if change is not None:
                self._read_change(self.mean(earlier), self.mean(later), change)

    def _read_change(self, before, after, change):
        if before is not None and after is not None:
            self.tell(after[0] - before[0], before[1] + after[1], change)

    # -- what is not published: for the weak variants

    def read_mean_over_years(self, key):
        """Suppose that a person's mean over all years was published, whichever of them stay hidden."""
        totals = [self.total(place, key) for place in range(len(self.years))]
        if None not in totals:
            n = Fraction(1, len(totals))
            real = sum((Fraction(one.rows[key].signed_total) for one in self.years), Fraction(0)) * n
            off = sum((own for _, own in totals), Fraction(0)) * n
            self.tell(total_of(linear for linear, _ in totals) * n, off, round_half_up(real, 2))
