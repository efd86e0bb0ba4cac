from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from apps.insights.domain.comparison import (
    ProblemFact,
    Rectified,
    RevieweeFact,
    YearFacts,
    fields_of,
    grade_counts,
    mean_total,
    rectified,
    recurring,
)

FIELDS = ("rural", "urban", "health")
totals = st.none() | st.fractions(0, 100)
reviewees = st.lists(
    st.builds(RevieweeFact, st.sampled_from(FIELDS), st.sampled_from(["", "good", "poor"]), totals),
    max_size=20,
)


@st.composite
def problem_facts(draw):
    n_problems = draw(st.integers(0, 5))
    n_items = draw(st.integers(0, n_problems))
    organization = draw(st.integers(1, 6))
    field = FIELDS[organization % 3]
    return ProblemFact(
        organization, f"第{organization}支部", field, n_problems, n_items, draw(st.integers(0, n_items))
    )


problems = st.lists(problem_facts(), max_size=8, unique_by=lambda one: one.organization_id)


@given(reviewees)
@settings(max_examples=60)
def test_fields_add_up_to_the_whole(people):
    facts = YearFacts(reviewees=people)

    by_field = [grade_counts(facts, field) for field in FIELDS]

    assert sum(counts.total() for counts in by_field) == len(people)
    assert sum(by_field, start=type(by_field[0])()) == grade_counts(facts)


@given(reviewees)
@settings(max_examples=60)
def test_mean_is_exact_and_nobody_is_not_nought(people):
    shown = [one.total for one in people if one.total is not None]

    mean = mean_total(YearFacts(reviewees=people))

    assert mean == (sum(shown, Fraction()) / len(shown) if shown else None)


@given(problems)
@settings(max_examples=60)
def test_close_out_rate_is_a_share(rows):
    rate = rectified(YearFacts(problems=rows)).rate

    assert rate is None or 0 <= rate <= 1


@given(problems, problems)
@settings(max_examples=60)
def test_recurring_are_those_with_problems_in_both_years(before, after):
    found = recurring(YearFacts(problems=before), YearFacts(problems=after))

    def named(rows):
        return {one.organization_id for one in rows if one.n_problems}

    assert {one.organization_id for one in found} == named(before) & named(after)
    counts = [one.later.n_problems for one in found]
    assert counts == sorted(counts, reverse=True)


def test_rate_without_items_is_not_nought():
    assert Rectified(3, 0, 0).rate is None
    assert Rectified(3, 3, 1).rate == Fraction(1, 3)


def test_fields_stand_in_the_given_order():
    facts = YearFacts(
        reviewees=[RevieweeFact("health", "", None)], problems=[ProblemFact(1, "甲", "rural", 1, 0, 0)]
    )

    assert fields_of([facts]) == {"rural", "health"}
