"""Two years of the same host side by side: plain rows in, figures out.

Means and rates are exact fractions; ``None`` means that there is nothing to divide by, never nought. Rates are 0–1.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class RevieweeFact:
    """One reviewee. ``grade`` is "" until signed off; ``total`` is ``None`` when missing or not to be shown."""

    field: str
    grade: str
    total: Fraction | None


@dataclass(frozen=True, slots=True)
class ProblemFact:
    """All problems of one organization in one cycle."""

    organization_id: int
    organization: str
    field: str
    n_problems: int
    n_items: int
    n_closed: int


@dataclass(frozen=True, slots=True)
class ReportFact:
    """The reports of one cycle. ``n_returns`` counts rounds that were sent back."""

    n_due: int = 0
    n_submitted: int = 0
    n_approved: int = 0
    n_returns: int = 0


@dataclass(frozen=True, slots=True)
class YearFacts:
    """Everything that is compared of one cycle."""

    reviewees: Sequence[RevieweeFact] = ()
    problems: Sequence[ProblemFact] = ()
    reports: ReportFact = field(default_factory=ReportFact)


@dataclass(frozen=True, slots=True)
class Rectified:
    """Problems named, items made of them, items closed out."""

    n_problems: int
    n_items: int
    n_closed: int

    @property
    def rate(self) -> Fraction | None:
        """Share of items closed out, 0–1."""
        return Fraction(self.n_closed, self.n_items) if self.n_items else None


@dataclass(frozen=True, slots=True)
class Recurring:
    """An organization with problems in both years."""

    organization_id: int
    organization: str
    field: str
    earlier: Rectified
    later: Rectified


def grade_counts(facts: YearFacts, of_field: str | None = None) -> Counter[str]:
    """Return how many reviewees (of one field) have each grade; "" = not signed off."""
    return Counter(one.grade for one in facts.reviewees if of_field in (None, one.field))


def mean_total(facts: YearFacts, of_field: str | None = None) -> Fraction | None:
    """Return the exact mean of the totals that may be shown."""
    totals = [one.total for one in facts.reviewees if one.total is not None and of_field in (None, one.field)]
    return sum(totals, Fraction()) / len(totals) if totals else None


def rectified(facts: YearFacts, of_field: str | None = None) -> Rectified:
    """Return the problems (of one field) and what became of them."""
    rows = [one for one in facts.problems if of_field in (None, one.field)]
    return _summed(rows)


def fields_of(years: Iterable[YearFacts]) -> set[str]:
    """Return the keys of the fields that occur in any of the years."""
    found: set[str] = set()
    for year in years:
        found |= {one.field for one in year.reviewees} | {one.field for one in year.problems}
    return found


def recurring(earlier: YearFacts, later: YearFacts) -> list[Recurring]:
    """Return the organizations with problems in both years, most problems of the later year first."""
    before, after = _by_organization(earlier), _by_organization(later)
    found = [
        Recurring(
            key, after[key][0].organization, after[key][0].field, _summed(before[key]), _summed(after[key])
        )
        for key in before.keys() & after.keys()
    ]
    return sorted(found, key=lambda one: (-one.later.n_problems, one.organization, one.organization_id))


def _by_organization(facts: YearFacts) -> dict[int, list[ProblemFact]]:
    found: dict[int, list[ProblemFact]] = {}
    for one in facts.problems:
        if one.n_problems:
            found.setdefault(one.organization_id, []).append(one)
    return found


def _summed(rows: Iterable[ProblemFact]) -> Rectified:
    n_problems = n_items = n_closed = 0
    for one in rows:
        n_problems, n_items, n_closed = (
            n_problems + one.n_problems,
            n_items + one.n_items,
            n_closed + one.n_closed,
        )
    return Rectified(n_problems, n_items, n_closed)
