"""Laws of the proposed grade and examples worked by hand."""

import itertools
import math
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.cycles.domain.grades import BEST_FIRST, Grade
from apps.cycles.domain.schemes import GradeMethod, TieRule
from apps.grading.domain.candidates import Candidate, Cap, CapKind, Flag, Proposal, is_above, worse_of
from apps.grading.domain.methods import grade_by_threshold
from apps.grading.domain.proposal import GradingRules, n_good_allowed, propose_grades

G, F, A, P = BEST_FIRST
THRESHOLDS = {G: Decimal(90), F: Decimal(80), A: Decimal(70), P: Decimal(0)}
UNTIL = {G: Decimal(30), F: Decimal(70), A: Decimal(95)}

# One draw per figure: a field of eight must not cost more to draw than to grade.
totals = st.integers(5_000, 10_000).map(lambda n: Decimal(n).scaleb(-2))
few_totals = st.sampled_from(
    [None, Decimal("89.99"), Decimal(90), Decimal("92.50"), Decimal(95), Decimal(60)]
)
ballots = st.sampled_from([None, Decimal(80), Decimal("92.10"), Decimal(95)])
ONE_CAP = [Cap(grade, kind) for grade in (F, A, P) for kind in CapKind]
caps = st.sampled_from([(), (), *((one,) for one in ONE_CAP), *itertools.combinations(ONE_CAP, 2)])
votes = st.sampled_from(
    [dict(zip(BEST_FIRST, counts, strict=True)) for counts in itertools.product(range(3), repeat=4)]
)
shares = st.integers(0, 10_000).map(lambda n: Decimal(n).scaleb(-2))
keys = st.sampled_from([frozenset(pair) for pair in itertools.combinations(range(8), 2)] + [frozenset()] * 9)
rows = st.tuples(totals | few_totals, caps, ballots, votes, keys)


def fields(*, with_caps=True):
    """Up to eight people of a field."""
    return st.lists(rows, max_size=8).map(
        lambda found: [
            Candidate(key, total, held if with_caps else (), ballot, voted, near - {key})
            for key, (total, held, ballot, voted, near) in enumerate(found)
        ]
    )


def any_rules(methods=tuple(GradeMethod)):
    """Rules of any kind; lines of rank bands go up."""
    lines = (
        st.tuples(shares, shares, shares).map(sorted).map(lambda cut: dict(zip((G, F, A), cut, strict=True)))
    )
    return st.builds(
        GradingRules,
        method=st.sampled_from(methods),
        thresholds=st.just(THRESHOLDS),
        until=lines,
        quota=shares,
        tie_rule=st.sampled_from(list(TieRule)),
    )


BY_FIGURES = (GradeMethod.THRESHOLD, GradeMethod.RANK_BAND)


def rules(quota=100, **options):
    return GradingRules(thresholds=THRESHOLDS, until=UNTIL, quota=Decimal(quota), **options)


def people(*rows):
    """Candidates 0, 1, … from totals, or from pairs of total and ballot score."""
    return [
        Candidate(key, Decimal(row[0]), ballot=Decimal(row[1]))
        if isinstance(row, tuple)
        else Candidate(key, Decimal(row))
        for key, row in enumerate(rows)
    ]


def grades(candidates, by):
    found = propose_grades(candidates, by)
    return [found[one.key].grade for one in candidates]


def flags(candidates, by):
    found = propose_grades(candidates, by)
    return [found[one.key].flags for one in candidates]


def test_thresholds_begin_at_their_total():
    assert grade_by_threshold(Decimal("90.00"), THRESHOLDS) is G
    assert grade_by_threshold(Decimal("89.99"), THRESHOLDS) is F
    assert grade_by_threshold(Decimal("69.99"), THRESHOLDS) is P


def test_veto_caps_a_high_total():
    assert propose_grades([Candidate(0, Decimal(96), (Cap(A),))], rules()) == {0: Proposal(A, (Flag.VETO,))}


def test_veto_does_not_raise_a_low_total():
    assert propose_grades([Candidate(0, Decimal(65), (Cap(F),))], rules()) == {0: Proposal(P, (Flag.VETO,))}


def test_lowest_of_several_limits_binds_and_each_is_told():
    held = (Cap(F, CapKind.NOT_MET), Cap(A, CapKind.VETO))

    assert propose_grades([Candidate(0, Decimal(96), held)], rules()) == {
        0: Proposal(A, (Flag.VETO, Flag.NOT_ELIGIBLE))
    }


def test_unmet_condition_is_told_only_where_it_lowers():
    high = Candidate(0, Decimal(96), (Cap(F, CapKind.NOT_RECORDED),))
    low = Candidate(1, Decimal(75), (Cap(F, CapKind.NOT_RECORDED),))

    assert propose_grades([high, low], rules()) == {
        0: Proposal(F, (Flag.ELIGIBILITY_OPEN,)),
        1: Proposal(A),
    }


def test_quota_of_85_percent_of_seven_is_five():
    # 0.85 · 7 = 5.95 → 5
    field = people(90, 91, 92, 93, 94, 95, 96)

    assert n_good_allowed(Decimal(85), 7) == 5
    assert grades(field, rules(85)) == [F, F, G, G, G, G, G]
    assert flags(field, rules(85))[0] == (Flag.QUOTA,)


def test_ties_across_the_line_are_left_below_and_flagged():
    # two places of four: 95, then 93 = 93 across the line, then 91
    field = people(95, 93, 93, 91)

    assert grades(field, rules(50)) == [G, F, F, F]
    assert flags(field, rules(50)) == [(), (Flag.TIE_AT_QUOTA,), (Flag.TIE_AT_QUOTA,), (Flag.QUOTA,)]


def test_ballot_first_parts_equal_totals_across_the_line():
    # the same four; of the two with 93 the one with the better ballots gets the second place
    field = people((95, 90), (93, 88), (93, 91), (91, 99))
    by = rules(50, tie_rule=TieRule.BALLOT_FIRST)

    assert grades(field, by) == [G, F, G, F]
    assert flags(field, by) == [(), (Flag.QUOTA, Flag.BALLOT_DECIDED), (Flag.BALLOT_DECIDED,), (Flag.QUOTA,)]


def test_ballot_first_leaves_what_is_equal_in_both_below():
    field = people((95, 90), (93, 91), (93, 91), (93, 80))
    by = rules(50, tie_rule=TieRule.BALLOT_FIRST)

    assert grades(field, by) == [G, F, F, F]
    assert flags(field, by)[1:] == [
        (Flag.TIE_AT_QUOTA,), (Flag.TIE_AT_QUOTA,), (Flag.QUOTA, Flag.BALLOT_DECIDED),
    ]  # fmt: skip


def test_ties_above_the_line_are_no_problem():
    assert grades(people(95, 95, 91, 60), rules(50)) == [G, G, F, P]


def test_capped_person_frees_no_extra_place_but_counts_in_the_field():
    # 50 % of three = 1; the vetoed one cannot take it, so the next does
    field = [Candidate(0, Decimal(99), (Cap(F),)), Candidate(1, Decimal(95)), Candidate(2, Decimal(94))]

    assert grades(field, rules(50)) == [F, G, F]


def test_no_total_gets_no_grade():
    assert propose_grades([Candidate(1, None, (Cap(F),))], rules()) == {1: Proposal(None, (Flag.NO_TOTAL,))}


def test_rank_bands_cut_the_field_by_cumulative_share():
    # ten people, lines after ⌊3⌋, ⌊7⌋, ⌊9.5⌋ = 9
    field = people(*range(99, 89, -1))
    by = rules(method=GradeMethod.RANK_BAND)

    assert grades(field, by) == [G, G, G, F, F, F, F, A, A, P]
    assert flags(field, by) == [()] * 10


def test_rank_bands_leave_ties_across_a_line_below_it():
    # places 1, 2, 3–4: of ten the line of 好 is after the third
    field = people(99, 98, 97, 97, 95, 94, 93, 92, 91, 90)
    by = rules(method=GradeMethod.RANK_BAND)

    assert grades(field, by) == [G, G, F, F, F, F, F, A, A, P]
    assert flags(field, by)[2:4] == [(Flag.TIE_AT_BAND,)] * 2


def test_rank_bands_may_part_ties_by_the_ballots():
    field = people((99, 90), (98, 90), (97, 80), (97, 95), *[(n, 90) for n in range(96, 90, -1)])
    by = rules(method=GradeMethod.RANK_BAND, tie_rule=TieRule.BALLOT_FIRST)

    assert grades(field, by)[:4] == [G, G, F, G]


def test_rank_bands_count_whole_people():
    # of three, 30 % is nobody and 70 % two
    assert grades(people(99, 98, 97), rules(method=GradeMethod.RANK_BAND)) == [F, F, P]


def test_plurality_takes_the_grade_with_most_answers():
    field = [
        Candidate(0, Decimal(70), votes={G: 9, F: 5, A: 1, P: 0}),
        Candidate(1, Decimal(99), votes={G: 4, F: 6, A: 6, P: 1}),
        Candidate(2, Decimal(99), votes={G: 0, F: 0, A: 0, P: 0}),
    ]
    by = rules(method=GradeMethod.PLURALITY)

    assert grades(field, by) == [G, A, None]
    assert flags(field, by) == [(), (Flag.PLURALITY_TIE,), (Flag.NO_ANSWERS,)]


def test_plurality_is_under_quota_by_total():
    field = [Candidate(n, Decimal(total), votes={G: 9}) for n, total in enumerate([80, 95, 90])]

    assert grades(field, rules(40, method=GradeMethod.PLURALITY)) == [F, G, F]


def test_close_neighbours_across_a_line_are_told():
    field = [
        Candidate(0, Decimal("93.10"), close_to=frozenset({1})),
        Candidate(1, Decimal("93.00"), close_to=frozenset({0, 2})),
        Candidate(2, Decimal("92.90"), close_to=frozenset({1})),
        Candidate(3, Decimal("70.00")),
    ]

    assert flags(field, rules(50)) == [(), (Flag.CLOSE,), (Flag.QUOTA, Flag.CLOSE), ()]


def test_nobody_is_close_to_a_line_that_a_veto_drew():
    field = [
        Candidate(0, Decimal("93.10"), close_to=frozenset({1})),
        Candidate(1, Decimal("93.00"), (Cap(A),), close_to=frozenset({0})),
    ]

    assert flags(field, rules()) == [(), (Flag.VETO,)]


@given(fields(), any_rules())
def test_quota_is_never_exceeded(candidates, by):
    found = propose_grades(candidates, by)

    n_good = sum(one.grade is G for one in found.values())
    assert n_good <= math.floor(Fraction(by.quota) * len(candidates) / 100)


@given(fields(), any_rules())
def test_limits_bind_and_never_raise(candidates, by):
    free = [replace(one, caps=()) for one in candidates]
    unlimited = propose_grades(free, replace(by, quota=Decimal(100)))

    found = propose_grades(candidates, by)

    for one in candidates:
        grade = found[one.key].grade
        if grade is None:
            assert unlimited[one.key].grade is None
            continue
        assert not is_above(grade, unlimited[one.key].grade)
        assert all(not is_above(grade, cap.grade) for cap in one.caps)


@given(fields(), any_rules(), st.data())
def test_one_more_veto_never_raises_the_own_grade(candidates, by, data):
    if not candidates:
        return
    key = data.draw(st.integers(0, len(candidates) - 1))
    vetoed = [*candidates]
    vetoed[key] = replace(vetoed[key], caps=(*vetoed[key].caps, Cap(data.draw(st.sampled_from([F, A, P])))))

    before, after = (propose_grades(rows, by)[key].grade for rows in (candidates, vetoed))

    assert before is after is None or not is_above(after, before)


@given(fields(), any_rules())
def test_equal_figures_and_limits_get_equal_proposals(candidates, by):
    found = propose_grades([replace(one, close_to=frozenset()) for one in candidates], by)

    seen: dict = {}
    for one in candidates:
        ballot = one.ballot if by.tie_rule is TieRule.BALLOT_FIRST else None
        voted = tuple(one.votes.values()) if by.method is GradeMethod.PLURALITY else ()
        assert seen.setdefault((one.total, ballot, voted, one.caps), found[one.key]) == found[one.key]


@given(fields(), any_rules(), st.randoms())
def test_order_of_candidates_is_irrelevant(candidates, by, random):
    before = propose_grades(candidates, by)
    shuffled = list(candidates)
    random.shuffle(shuffled)

    assert propose_grades(shuffled, by) == before


@given(fields(), any_rules(methods=BY_FIGURES))
def test_better_total_never_gets_a_worse_grade_under_the_same_limits(candidates, by):
    found = propose_grades(candidates, by)

    for one in candidates:
        for other in candidates:
            if one.caps == other.caps and None not in {one.total, other.total} and one.total > other.total:
                assert worse_of(found[one.key].grade, found[other.key].grade) is found[other.key].grade


@given(fields(with_caps=False), any_rules(methods=BY_FIGURES), st.data())
def test_raising_the_own_total_to_a_new_place_never_lowers_the_own_grade(candidates, by, data):
    scored = [one for one in candidates if one.total is not None]
    if not scored:
        return
    one = data.draw(st.sampled_from(scored))
    better = one.total + data.draw(totals) / 10
    if better in {other.total for other in candidates}:
        return

    before = propose_grades(candidates, by)[one.key].grade
    raised = [replace(other, total=better) if other is one else other for other in candidates]

    assert not is_above(before, propose_grades(raised, by)[one.key].grade)


@given(fields(), any_rules())
def test_every_proposal_is_a_grade_or_says_why_not(candidates, by):
    for proposal in propose_grades(candidates, by).values():
        assert isinstance(proposal.grade, Grade) or proposal.flags in {(Flag.NO_TOTAL,), (Flag.NO_ANSWERS,)}


def test_hidden_score_gets_no_grade_and_counts_in_the_field():
    # 50 % of three = 1: the hidden one takes no place, and nobody's grade tells of it
    hidden = Candidate(0, None, (Cap(F),), is_hidden=True)

    found = propose_grades([hidden, *people(95, 94)[1:], Candidate(2, Decimal(93))], rules(50))

    assert found[0] == Proposal(None, (Flag.HIDDEN_SCORE,))
    assert [found[key].grade for key in (1, 2)] == [G, F]


def test_hidden_score_brings_no_figure_along():
    with pytest.raises(ValueError, match="hidden"):
        Candidate(0, Decimal(90), is_hidden=True)
