"""T11 over the years: several years of the same people, published side by side, in one system of equations.

The attacker (``years``) reads every year with all its versions as in ``test_t11_reconstruction``, then all that is told across the years: proposed grades,
points for the annual appraisal, the five numbers, the line of every year in the trend, and each pair of years side by side with the change of their means.
A cell is safe if another number of marks fits all of it: in a group of at most four people that is a quarter of the group or more.

Weak variants: the tables count a year whose score is hidden; a person's mean over the years counts it; a
grade is proposed from a hidden score.
"""

from tests.evaluations.attacks.halls import dice
from tests.evaluations.attacks.publications import K_MIN
from tests.evaluations.attacks.test_t11_reconstruction import with_import
from tests.evaluations.attacks.years import YearsAttack, random_years, told_of

N_WORLDS = 8
SIZES = (
    ((9, 4, 2), (7, 3), (8, 5, 3)),
    ((30, 4), (2, 2), (9, 4, 2)),
    ((6, 1), (8, 5, 3), (2, 2, 9)),
    ((3, 40), (1, 3), (30, 4)),
)


def worlds(n_worlds, rng, **wanted):
    """Yield three years of three people, some scores hidden and some not."""
    for n in range(n_worlds):
        yield random_years(rng, 3, n_people=3, sizes=SIZES[n % len(SIZES)], **wanted)


def n_broken(rng, *, n_worlds=4, suppose=None, **told):
    """Return how many of the worlds come out, if what ``suppose`` reads was published too."""
    found = 0
    for halls in worlds(n_worlds, rng, components=with_import, n_versions=1):
        attack = YearsAttack(told_of(halls, **told))
        if suppose:
            suppose(attack)
        found += bool(attack.pinned(K_MIN))
    return found


def test_no_small_group_comes_out_of_several_years():
    n_hidden = n_shown = 0
    for halls in worlds(N_WORLDS, dice(111)):
        years = told_of(halls)
        for one in years:
            n_hidden += sum(figures.hides_score for figures in one.last.figures)
            n_shown += sum(not figures.hides_score for figures in one.last.figures)

        assert YearsAttack(years).pinned(K_MIN) == []
    assert min(n_hidden, n_shown) >= N_WORLDS


def test_years_that_forget_who_is_hidden_are_broken():
    """The trend and the comparison count everybody: the hidden total is the mean less the others."""
    assert n_broken(dice(112), forgets=(1,)) > 1
    assert n_broken(dice(112)) == 0


def test_a_mean_over_the_years_that_counts_a_hidden_year_is_broken():
    def means(attack):
        for key in (1, 2, 3):
            attack.read_mean_over_years(key)

    assert n_broken(dice(113), suppose=means) > 0


def test_a_grade_proposed_from_a_hidden_score_is_broken():
    assert n_broken(dice(115), tells_grades=True) > 0
