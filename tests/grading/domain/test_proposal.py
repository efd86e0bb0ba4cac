"""Laws of the proposed grade and examples worked by hand."""

import math
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from apps.cycles.domain.grades import BEST_FIRST, Grade
from apps.grading.domain.proposal import (
    Candidate,
    Flag,
    Proposal,
    grade_by_threshold,
    n_good_allowed,
    propose_grades,
    worse_of,
)

G, F, A, P = BEST_FIRST
THRESHOLDS = {G: Decimal(90), F: Decimal(80), A: Decimal(70), P: Decimal(0)}

totals = st.integers(5_000, 10_000).map(lambda n: Decimal(n).scaleb(-2))
few_totals = st.sampled_from([Decimal("89.99"), Decimal(90), Decimal("92.50"), Decimal(95), Decimal(60)])
caps = st.none() | st.sampled_from([F, A, P])
fields = st.lists(st.tuples(st.none() | totals | few_totals, caps), max_size=25).map(
    lambda rows: [Candidate(key, total, cap) for key, (total, cap) in enumerate(rows)]
)
quotas = st.integers(0, 10_000).map(lambda n: Decimal(n).scaleb(-2))


def propose(rows, quota=100):
    candidates = [Candidate(key, Decimal(total), cap) for key, (total, cap) in enumerate(rows)]
    return propose_grades(candidates, thresholds=THRESHOLDS, good_quota=Decimal(quota))


def test_thresholds_begin_at_their_total():
    assert grade_by_threshold(Decimal("90.00"), THRESHOLDS) is G
    assert grade_by_threshold(Decimal("89.99"), THRESHOLDS) is F
    assert grade_by_threshold(Decimal("69.99"), THRESHOLDS) is P


def test_veto_caps_a_high_total():
    assert propose([("96.00", A)]) == {0: Proposal(A, (Flag.VETO,))}


def test_veto_does_not_raise_a_low_total():
    assert propose([("65.00", F)]) == {0: Proposal(P, (Flag.VETO,))}


def test_quota_of_85_percent_of_seven_is_five():
    # 0.85 · 7 = 5.95 → 5
    assert n_good_allowed(Decimal(85), 7) == 5
    found = propose([(f"9{n}.00", None) for n in range(7)], quota=85)

    assert [found[n].grade for n in range(7)] == [F, F, G, G, G, G, G]
    assert found[0].flags == (Flag.QUOTA,)


def test_ties_across_the_line_are_left_below_and_flagged():
    # two places of four: 95, then 93 = 93 across the line, then 91
    found = propose([("95", None), ("93", None), ("93", None), ("91", None)], quota=50)

    assert [found[n].grade for n in range(4)] == [G, F, F, F]
    assert [found[n].flags for n in range(4)] == [
        (), (Flag.TIE_AT_QUOTA,), (Flag.TIE_AT_QUOTA,), (Flag.QUOTA,),
    ]  # fmt: skip


def test_ties_above_the_line_are_no_problem():
    found = propose([("95", None), ("95", None), ("91", None), ("60", None)], quota=50)

    assert [found[n].grade for n in range(4)] == [G, G, F, P]


def test_vetoed_person_frees_no_extra_place_but_counts_in_the_field():
    # 50 % of three = 1; the vetoed one cannot take it, so the next does
    found = propose([("99", F), ("95", None), ("94", None)], quota=50)

    assert [found[n].grade for n in range(3)] == [F, G, F]


def test_no_total_gets_no_grade():
    found = propose_grades([Candidate(1, None, F)], thresholds=THRESHOLDS, good_quota=Decimal(100))

    assert found == {1: Proposal(None, (Flag.NO_TOTAL,))}


@given(fields, quotas)
def test_quota_is_never_exceeded(candidates, quota):
    found = propose_grades(candidates, thresholds=THRESHOLDS, good_quota=quota)

    n_good = sum(one.grade is G for one in found.values())
    assert n_good <= math.floor(Fraction(quota) * len(candidates) / 100)


@given(fields, quotas)
def test_proposal_is_never_above_threshold_or_veto(candidates, quota):
    found = propose_grades(candidates, thresholds=THRESHOLDS, good_quota=quota)

    for one in candidates:
        grade = found[one.key].grade
        if one.total is None:
            assert grade is None
        else:
            best = grade_by_threshold(one.total, THRESHOLDS)
            assert grade is not None
            assert worse_of(grade, best) is grade
            assert one.cap is None or worse_of(grade, one.cap) is grade


@given(fields, quotas)
def test_equal_totals_without_veto_get_equal_proposals(candidates, quota):
    found = propose_grades(candidates, thresholds=THRESHOLDS, good_quota=quota)

    seen: dict = {}
    for one in candidates:
        if one.cap is None:
            assert seen.setdefault(one.total, found[one.key]) == found[one.key]


@given(fields, quotas, st.randoms())
def test_order_of_candidates_is_irrelevant(candidates, quota, random):
    before = propose_grades(candidates, thresholds=THRESHOLDS, good_quota=quota)
    shuffled = list(candidates)
    random.shuffle(shuffled)

    assert propose_grades(shuffled, thresholds=THRESHOLDS, good_quota=quota) == before


@given(st.lists(totals, min_size=1, max_size=15, unique=True), quotas, st.data())
def test_a_higher_total_never_lowers_the_own_grade(values, quota, data):
    key = data.draw(st.integers(0, len(values) - 1))
    better = [*values]
    better[key] = min(Decimal(100), values[key] + data.draw(totals) / 10)

    def grade(rows):
        found = propose_grades(
            [Candidate(n, total) for n, total in enumerate(rows)], thresholds=THRESHOLDS, good_quota=quota
        )
        return found[key].grade

    if better.count(better[key]) == 1:
        assert Grade(worse_of(grade(values), grade(better)).value) is grade(values)
