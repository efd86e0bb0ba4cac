"""The twelve real weight patterns (domain reference 1.6, W1-W12), each worked out by hand on a few ballots.

Ballots are written as digits: 1 = the best option of the scale, 2 the next …; the usual form gives 95/85/75/60, the others 100/80/60/40.
"""

from decimal import Decimal
from fractions import Fraction

import pytest

from apps.cycles.domain.grades import BEST_FIRST
from apps.cycles.domain.patterns import PATTERNS
from apps.cycles.domain.plans import SchemePlan
from apps.scoring.domain.computation import compute
from apps.scoring.domain.inputs import Adjustment, CountedForm, Imported, Inputs, Person
from apps.scoring.domain.plans import planned_scheme
from apps.scoring.domain.tally import Pattern

OPTIONS = {str(n): grade.value for n, grade in enumerate(BEST_FIRST, start=1)} | {"-": None}


def figures(key, ballots, *, imported=None, adjustments=None):
    """Compute a pattern. ``ballots``: (form, person, group) → ballots; ``imported``: (person, component) → (value, of)."""
    plan: SchemePlan = PATTERNS[key]
    scheme = planned_scheme(plan)
    keys = sorted({person for _, person, _ in ballots})
    people = [Person(one, f"第{one}人", "rural", {form.key: () for form in scheme.forms}) for one in keys]
    marks = {form.key: _counted(form.key, ballots) for form in scheme.forms}
    brought = {
        place: Imported(Decimal(value), Decimal(full), "手算")
        for place, (value, full) in (imported or {}).items()
    }
    given = {
        person: [Adjustment(line, Fraction(points)) for line, points in lines]
        for person, lines in (adjustments or {}).items()
    }
    return compute(Inputs(scheme, people, marks, brought, adjustments=given)).figures


def _counted(form, ballots):
    patterns, rows = [], []
    for (own, person, group), cast in ballots.items():
        for ballot in cast if own == form else []:
            answers = tuple(OPTIONS[one] for one in ballot) if isinstance(ballot, str) else (str(ballot),)
            rows.append((person, group, len(patterns), 1))
            patterns.append(Pattern(answers))
    return CountedForm(patterns, rows)


def scores(one):
    return [part.score for part in one.components]


def test_w1_two_subjects_of_60_and_40():
    """党建 A: 1122 = (30×95+30×95+20×85+20×85)÷100 = 91, 2222 = 85, mean 88; B: 1111 = 95; 0.6×88 + 0.4×95 = 90.8.

    网站 A: 12 = 90, 11 = 100, mean 95; B: 23 = 70; 0.6×95 + 0.4×70 = 85. Total (90.8 + 85) ÷ 2 = 87.9.
    """
    ballots = {(1, 1, 1): ["1122", "2222"], (1, 1, 2): ["1111"], (2, 1, 1): ["12", "11"], (2, 1, 2): ["23"]}

    (one,) = figures("W1", ballots)

    assert scores(one) == [Fraction("90.8"), 85]
    assert one.total == Fraction("87.9")


def test_w2_daily_30_visit_30_ballots_40():
    """Superiors 1111 = 95, inferiors 2222 = 85, half each = 90. 0.3×90 + 0.3×88 + 0.4×90 = 27 + 26.4 + 36 = 89.4."""
    ballots = {(1, 1, 1): ["1111"], (1, 1, 2): ["2222"]}

    (one,) = figures("W2", ballots, imported={(1, 1): (90, 100), (1, 2): (88, 100)})

    assert (scores(one), one.total) == ([90, 88, 90], Fraction("89.4"))


def test_w3_plenum_24_and_own_unit_16_of_100():
    """24 % × 95 = 22.8 and 16 % × 85 = 13.6, together 36.4 = 40 % × 91; 20 % each of 90, 80, 85 = 51. Total 87.4."""
    ballots = {(1, 1, 1): ["1111"], (1, 1, 2): ["2222"]}
    imported = {(1, 2): (90, 100), (1, 3): (80, 100), (1, 4): (85, 100)}

    (one,) = figures("W3", ballots, imported=imported)

    assert one.components[0].score == 91
    assert one.total == Fraction("22.8") + Fraction("13.6") + 51 == Fraction("87.4")


def test_w4_report_marked_out_of_100_and_branch_half_each():
    """A: 92, 88, mean 90; B: 95; 0.6×90 + 0.4×95 = 92. The branch 85. (92 + 85) ÷ 2 = 88.5."""
    ballots = {(1, 1, 1): [92, 88], (1, 1, 2): [95]}

    (one,) = figures("W4", ballots, imported={(1, 2): (85, 100)})

    assert (scores(one), one.total) == ([92, 85], Fraction("88.5"))


def test_w5_nine_items_that_enter_the_annual_appraisal_at_10_per_cent():
    """Six 优秀 and three 称职: 840 ÷ 9 = 93⅓; all 称职: 80; mean 86⅔. Of the annual score it is 8⅔."""
    (one,) = figures("W5", {(1, 1, 1): ["111111222", "222222222"]})

    assert one.total == Fraction(260, 3)
    assert one.total * Fraction(PATTERNS["W5"].rules.annual_weight) / 100 == Fraction(26, 3)


def test_w6_targets_70_ballots_20_judgement_10():
    """Ballots (95 + 85) ÷ 2 = 90. 0.7×88 + 0.2×90 + 0.1×80 = 61.6 + 18 + 8 = 87.6."""
    ballots = {(1, 1, 1): ["1111"], (1, 1, 2): ["2222"]}

    (one,) = figures("W6", ballots, imported={(1, 1): (88, 100), (1, 3): (80, 100)})

    assert one.total == Fraction("87.6")


def test_w7_ratio_to_the_best_ranking_and_bands():
    """First: projects 540 of the best's 600 = 90; third place 100 − 2×2 = 96; 优秀 8 of 10 = 80 % → 95 (190 of 200).

    Second: 600 of 600 = 100; first place 100; 优秀 4 of 10, but 基本称职 4 of 10 ≥ ⅓ → 65 (130 of 200).
    0.6×90 + 0.2×96 + 0.2×95 = 92.2, i.e. 922 of 1000; 60 + 20 + 13 = 93, i.e. 930.
    """
    ballots = {
        (1, 1, 1): ["1", "1", "1", "1", "2"], (1, 1, 2): ["1", "1", "1", "1", "2"],
        (1, 2, 1): ["1", "1", "2", "3", "3"], (1, 2, 2): ["1", "1", "2", "3", "3"],
    }  # fmt: skip
    imported = {(1, 1): (540, 600), (2, 1): (600, 600), (1, 2): (3, 100), (2, 2): (1, 100)}

    first, second = figures("W7", ballots, imported=imported)

    assert (scores(first), first.total) == ([90, 96, 95], Fraction("92.2"))
    assert (scores(second), second.total) == ([100, 100, 65], 93)


@pytest.mark.parametrize(
    ("ballots", "score"),
    [
        ("1111111112", 100),  # 90 % → 200
        ("1111111122", 95),  # 80 % → 190
        ("1111111222", 90),  # 70 % → 180
        ("1111112222", 85),  # 60 % → 170
        ("1111122222", 80),  # 50 % → 160
        ("1111111334", 90),  # 70 %, 30 % 基本称职 and 不称职: less than a third
        ("111134", 65),  # 67 % → 170, but exactly a third → 130
    ],
)
def test_w7_bands_are_exact_at_their_edges(ballots, score):
    cast = list(ballots)

    (one,) = figures("W7", {(1, 1, 1): cast, (1, 1, 2): cast}, imported={(1, 1): (1, 1), (1, 2): (1, 100)})

    assert one.components[2].score == score


def test_w8_by_valid_ballots_with_a_bonus_under_its_limit():
    """Leaders 112 = 30+30+32 = 92; staff 122 = 30+24+32 = 86 (an empty ballot is no valid one); group 222 = 80.

    0.2×92 + 0.4×86 + 0.4×80 = 18.4 + 34.4 + 32 = 84.8. Two honours of 3 points, at most 5: 89.8.
    """
    ballots = {(1, 1, 1): ["112"], (1, 1, 2): ["122", "---"], (1, 1, 3): ["222"]}

    (one,) = figures("W8", ballots, adjustments={1: [(1, 3), (1, 3)]})

    assert (one.base, one.bonus.total, one.total) == (Fraction("84.8"), 5, Fraction("89.8"))


def test_w9_ten_items_by_coefficients():
    """Six of 1.0, two of 0.8, one of 0.6, one of 0.4, ten points each: 60 + 16 + 6 + 4 = 86; all 1.0: 100; mean 93."""
    (one,) = figures("W9", {(1, 1, 1): ["1111112234", "1111111111"]})

    assert one.total == 93


def test_w10_mean_inside_each_of_six_groups_first():
    """Means 90 (95, 85), 95, 85, 75, 90 (95, 95, 85, 85), 85 by 15, 15, 20, 10, 15, 25 per cent:

    13.5 + 14.25 + 17 + 7.5 + 13.5 + 21.25 = 87. (All ten ballots in one heap would give 88.)
    """
    ballots = {
        (1, 1, 1): ["1111", "2222"],
        (1, 1, 2): ["1111"],
        (1, 1, 3): ["2222"],
        (1, 1, 4): ["3333"],
        (1, 1, 5): ["1111", "1111", "2222", "2222"],
        (1, 1, 6): ["2222"],
    }

    (one,) = figures("W10", ballots)

    assert [group.mean for group in one.forms[0].groups] == [90, 95, 85, 75, 90, 85]
    assert one.total == 87


def test_w11_party_building_30_of_100_with_a_bonus_of_at_most_5():
    """0.6×95 + 0.4×85 = 91; 0.3×91 + 0.7×92 = 27.3 + 64.4 = 91.7. Twice 3 points, at most 5 in all: 96.7."""
    ballots = {(1, 1, 1): ["1111"], (1, 1, 2): ["2222"]}

    (one,) = figures("W11", ballots, imported={(1, 2): (92, 100)}, adjustments={1: [(1, 3), (1, 3)]})

    assert (one.base, one.total) == (Fraction("91.7"), Fraction("96.7"))


def test_w12_direct_deductions():
    """91 from the ballots. 0.5 (eight rules) + 2 (a branch secretary) + 1 and 3 (petitions) = 6.5: 84.5.

    A secretary handed to justice, −10, and a mass incident, −3: 78.
    """
    cast = {1: ["1111"], 2: ["2222"]}
    ballots = {(1, person, group): cast[group] for person in (1, 2) for group in (1, 2)}
    adjustments = {1: [(1, "0.5"), (4, 2), (5, 1), (5, 3)], 2: [(2, 10), (6, 3)]}

    first, second = figures("W12", ballots, adjustments=adjustments)

    assert (first.deduction.total, first.total) == (Fraction("6.5"), Fraction("84.5"))
    assert (second.deduction.total, second.total) == (13, 78)
