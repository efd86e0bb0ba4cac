"""The figures of a year's report: grades and means by field, turnout, year on year. Charts, tables and the PDF read these.

Only figures that may be shown are in here: totals come through ``ScoreSummary.shown_total``, and whoever's total must stay hidden is
counted (``n_hidden``) and left out of every mean. Each function costs a fixed number of queries.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from apps.common.domain.formats import round_half_up
from apps.cycles.domain.grades import BEST_FIRST
from apps.cycles.domain.stages import Stage
from apps.cycles.models import ReviewCycle, Reviewee, ReviewScheme, VoterGroup
from apps.evaluations.models import SessionClosing
from apps.evaluations.selectors.results import OPENED_STATES
from apps.insights.domain.comparison import YearFacts, grade_counts, mean_total, rectified
from apps.insights.domain.spread import Spread, spread_of
from apps.insights.selectors import with_results, year_facts
from apps.organizations.selectors.fields import fields_among
from apps.scoring.models import ScoreSummary

ALL_FIELDS = "合计"


@dataclass(frozen=True, slots=True)
class FieldGrades:
    """Signed-off grades of one field (``field`` empty: all of them). ``counts``: grade → people, best first; ``n_open`` are undecided."""

    field: str
    label: str
    counts: Mapping[str, int]
    n_open: int

    @property
    def n(self) -> int:
        """Everybody who reported in the field."""
        return sum(self.counts.values()) + self.n_open


@dataclass(frozen=True, slots=True)
class FieldTotals:
    """Published totals of one field. ``spread`` ``None``: no total may be shown; ``n_hidden`` people are left out of it."""

    field: str
    label: str
    n: int
    n_hidden: int
    n_missing: int
    spread: Spread | None
    totals: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class Turnout:
    """Ballots of one voter group over all opened sessions. ``n_valid`` ``None``: the opening kept no count."""

    name: str
    n_expected: int
    n_issued: int
    n_returned: int
    n_valid: int | None


@dataclass(frozen=True, slots=True)
class YearLine:
    """One year of a host. ``mean_total`` ``None``: nothing signed off, or nothing that may be shown."""

    year: int
    title: str
    n_reviewees: int
    counts: Mapping[str, int]
    mean_total: Decimal | None
    n_problems: int
    n_closed: int


def grade_distribution(cycle: ReviewCycle) -> list[FieldGrades]:
    """Return the signed-off grades by field, all fields last. One query."""
    grades: dict[str, list[str]] = {}
    for row in with_results(Reviewee.objects.filter(cycle=cycle)):
        grades.setdefault(row.field, []).append(getattr(row, "signed_grade", None) or "")
    lines = [_grades_of(field.value, field.label, grades[field.value]) for field in fields_among(grades)]
    everybody = [grade for given in grades.values() for grade in given]
    return [*lines, _grades_of("", ALL_FIELDS, everybody)] if lines else []


def _grades_of(field: str, label: str, given: Sequence[str]) -> FieldGrades:
    counts = {grade.value: given.count(grade.value) for grade in BEST_FIRST}
    return FieldGrades(field, label, counts, given.count(""))


def field_totals(cycle: ReviewCycle) -> list[FieldTotals]:
    """Return the totals of the current run by field, all fields last. One query."""
    rows = ScoreSummary.objects.filter(run__cycle=cycle, run__is_current=True)
    members: dict[str, list[ScoreSummary]] = {}
    for one in rows.select_related("run", "reviewee").order_by("reviewee__order_no"):
        members.setdefault(one.reviewee.field, []).append(one)
    lines = [_totals_of(field.value, field.label, members[field.value]) for field in fields_among(members)]
    everybody = [one for found in members.values() for one in found]
    return [*lines, _totals_of("", ALL_FIELDS, everybody)] if lines else []


def _totals_of(field: str, label: str, members: Iterable[ScoreSummary]) -> FieldTotals:
    members = list(members)
    shown = tuple(total for one in members if (total := one.shown_total) is not None)
    return FieldTotals(
        field=field,
        label=label,
        n=len(members),
        n_hidden=sum(one.hides_score for one in members),
        n_missing=sum(not one.hides_score and one.total is None for one in members),
        spread=spread_of(shown),
        totals=shown,
    )


def participation(cycle: ReviewCycle) -> list[Turnout]:
    """Return the ballots issued, returned and valid per voter group of the opened sessions. One query."""
    closings = SessionClosing.objects.filter(
        session__cycle=OuterRef("cycle"), session__state__in=OPENED_STATES, session__rehearsal_of=None
    )
    groups = VoterGroup.objects.filter(scheme=OuterRef("pk")).order_by("order_no")
    scheme = ReviewScheme.objects.annotate(
        group_rows=ArraySubquery(
            groups.values(row=JSONObject(key="pk", name="name", n_expected="n_expected"))
        ),
        closing_rows=ArraySubquery(closings.values(row=JSONObject(ledger="ledger", counts="opening_counts"))),
    ).get(cycle=cycle)
    counted = _counted(scheme.closing_rows)
    return [
        Turnout(one["name"], one["n_expected"], counts[0] or 0, counts[1] or 0, counts[2])
        for one in scheme.group_rows
        if (counts := counted.get(one["key"]))
    ]


def _counted(closings: Iterable[Mapping[str, Any]]) -> dict[int, list[int | None]]:
    """Return issued, returned and valid ballots by voter group; a count that one opening did not keep is ``None``."""
    found: dict[int, list[int | None]] = {}
    for closing in closings:
        for line in closing["ledger"]["groups"]:
            valid = (closing["counts"] or {}).get(str(line["group_id"]), {}).get("valid")
            new = (line["n_issued"], line["n_online"] + line["n_paper"], valid)
            sums = found.setdefault(line["voter_group_id"], [0, 0, 0])
            for place, n in enumerate(new):
                before = sums[place]
                sums[place] = None if before is None or n is None else before + n
    return found


def year_on_year(cycle: ReviewCycle, *, n_years: int = 5) -> list[YearLine]:
    """Return the host's years up to this one, earliest first. Four queries."""
    rows = ReviewCycle.objects.filter(host_id=cycle.host_id, year__lte=cycle.year)
    cycles = list(rows.exclude(stage=Stage.DRAFT.value).order_by("-year")[:n_years])[::-1]
    return year_lines(cycles, year_facts(cycles))


def year_lines(cycles: Sequence[ReviewCycle], facts: Sequence[YearFacts]) -> list[YearLine]:
    """Return a line per cycle from its facts, in the order given. No query."""
    return [_year_line(one, own) for one, own in zip(cycles, facts, strict=True)]


def _year_line(cycle: ReviewCycle, facts: YearFacts) -> YearLine:
    counts, mean, items = grade_counts(facts), mean_total(facts), rectified(facts)
    return YearLine(
        year=cycle.year,
        title=cycle.title,
        n_reviewees=len(facts.reviewees),
        counts={grade.value: counts[grade.value] for grade in BEST_FIRST},
        mean_total=None if mean is None else round_half_up(mean, 2),
        n_problems=items.n_problems,
        n_closed=items.n_closed,
    )
