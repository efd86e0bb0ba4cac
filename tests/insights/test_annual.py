"""The figures of the year's report come from what may be shown, and from nothing else."""

from decimal import Decimal

import pytest

from apps.insights.selectors.annual import field_totals, grade_distribution, participation, year_on_year
from apps.scoring.models import ScoreSummary
from tests.factories.cycles import make_cycle
from tests.factories.grading import make_signed_deliberation
from tests.factories.scoring import make_scored_cycle

pytestmark = pytest.mark.django_db


def test_grades_are_counted_by_field_once_signed_off():
    cycle = make_signed_deliberation(["good", "average", "poor"], fields=["rural", "rural", "health"]).cycle

    found = {
        one.label: (one.n, [n for n in one.counts.values() if n], one.n_open)
        for one in grade_distribution(cycle)
    }

    assert list(found) == ["农区", "卫健", "合计"]
    assert [(n, n_open) for n, _, n_open in found.values()] == [(2, 0), (1, 0), (3, 0)]
    assert sum(found["合计"][1]) == 3


def test_grades_before_sign_off_are_open():
    cycle = make_scored_cycle(["good", "poor"])

    assert [(one.label, one.n_open) for one in grade_distribution(cycle)] == [("农区", 2), ("合计", 2)]


def test_hidden_totals_are_counted_and_left_out():
    cycle = make_scored_cycle(["good", "fairly_good", "average"])
    hidden = cycle.score_runs.get().summaries.first()
    ScoreSummary.objects.filter(pk=hidden.pk).update(hides_score=True)

    rural, _ = field_totals(cycle)

    assert (rural.n, rural.n_hidden, rural.n_missing) == (3, 1, 0)
    assert rural.totals == (Decimal("85.00"), Decimal("75.00"))
    assert rural.spread.mean == Decimal("80.00")


def test_missing_totals_are_told_apart_from_hidden_ones():
    cycle = make_scored_cycle(["good"], preset="50-50")

    assert [(one.n, one.n_hidden, one.n_missing, one.spread) for one in field_totals(cycle)] == [
        (1, 0, 1, None)
    ] * 2


def test_turnout_per_group():
    cycle = make_scored_cycle(["good"], n_votes=(6, 7))

    found = [
        (one.name, one.n_expected, one.n_issued, one.n_returned, one.n_valid) for one in participation(cycle)
    ]

    assert [row[1:] for row in found] == [(12, 6, 6, None), (12, 7, 7, None)]


def test_years_of_one_host_in_order():
    cycle = make_signed_deliberation(["good"]).cycle
    make_cycle(stage="archived", host=cycle.host, year=2024)
    make_cycle(stage="draft", host=cycle.host, year=2023)

    found = year_on_year(cycle)

    assert [(one.year, one.n_reviewees, one.mean_total) for one in found] == [
        (2024, 0, None),
        (2026, 1, Decimal("95.00")),
    ]


@pytest.mark.parametrize("n", [1, 3])
def test_figures_cost_the_same_queries(n, django_assert_num_queries):
    cycle = make_scored_cycle(["good"] * n)
    cycle.refresh_from_db()

    with django_assert_num_queries(7):
        grade_distribution(cycle), field_totals(cycle), participation(cycle), year_on_year(cycle)
