"""T19: a briefed voter marks his ballot with an agreed odd pattern, another leaves himself blank; can their ballots be put together again?

The attacker has all rows of all reviewees and lays them side by side by every order he can find. A common pattern meets itself by
luck now and then; more often than that means that the rows of one ballot still hang together.
"""

import json
from itertools import pairwise

import pytest

from apps.evaluations.models import OpenedMark
from tests.evaluations.attacks import odds
from tests.evaluations.attacks.evidence import ask
from tests.evaluations.attacks.halls import ITEMS, answer_text, cast_all, dice, fill, make_number_hall

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

N_SLIPS = 120
N_REVIEWEES = 12
N_PLANTED, N_BLANK = 20, 10
ODD = dict(zip(ITEMS, ("98", "99", "97"), strict=True))  # 98 + 97·99 is a number nobody else draws
ORDERS = ("ctid", "id", "ctid DESC", "xmin::text::bigint, ctid", "md5(marks::text)")


def plant(hall, marks, rng):
    """Give 20 ballots the agreed pattern about everybody, and let 10 others leave one reviewee each blank."""
    part, subjects = hall.paper.parts[0].key, hall.paper.subject_ids
    chosen = rng.sample(sorted(marks), N_PLANTED + N_BLANK)
    for selector in chosen[:N_PLANTED]:
        marks[selector] = {part: {subject: dict(ODD) for subject in subjects}}
    for n, selector in enumerate(chosen[N_PLANTED:]):
        del marks[selector][part][subjects[n]]
    return [marks[selector][part] for selector in chosen[N_PLANTED:]]


def side_by_side(columns, subjects, selves):
    """Return ``(planted, blank)``: pairs of rows at the same place that both bear the pattern; answers of self-blank voters read off."""
    planted = sum(
        left == right == answer_text(ODD)
        for first, second in pairwise(subjects)
        for left, right in zip(columns[first], columns[second], strict=True)
    )
    found = 0
    for n, voter in enumerate(selves):
        gap = answer_text({})
        places = [place for place, row in enumerate(columns[subjects[n]]) if row == gap]
        for other in subjects:
            if other != subjects[n]:
                found += any(columns[other][place] == answer_text(voter[other]) for place in places)
    return planted, found


def limits(n_rows, n_subjects, n_looks):
    """Return what luck may find: the pattern meets itself N²/n times per pair of neighbours, a voter's own answers once in n."""
    pairs = (n_subjects - 1) * N_PLANTED**2 / n_rows
    own = N_BLANK * (n_subjects - 1) / n_rows
    return odds.most_hits(2 * n_looks, mean=pairs), odds.most_hits(2 * n_looks, mean=own)


def columns_of(subjects, order):
    rows = ask(f"SELECT subject_id::text, marks FROM evaluations_openedmark ORDER BY {order}")
    columns = {subject: [] for subject in subjects}
    for subject, marks in rows:
        columns[subject].append(answer_text(json.loads(marks)))
    return columns


def attack_real_hall(n_slips=N_SLIPS, n_reviewees=N_REVIEWEES, seed=19):
    """Hold a session with planted ballots; return order -> what was found, and the limits."""
    hall = make_number_hall(n_slips, n_reviewees=n_reviewees)
    rng = dice(seed)
    marks = fill(hall, rng)
    selves = plant(hall, marks, rng)
    cast_all(hall, rng, marks=marks)
    hall.close()
    hall.open()
    subjects = hall.paper.subject_ids
    found = {order: side_by_side(columns_of(subjects, order), subjects, selves) for order in ORDERS[:4]}
    return found, limits(n_slips, n_reviewees, len(found)), OpenedMark.objects.count()


def test_no_planted_ballot_is_put_together_again():
    found, (most_planted, most_blank), n_rows = attack_real_hall()

    assert n_rows == N_SLIPS * N_REVIEWEES
    assert {
        order: pair for order, pair in found.items() if pair[0] > most_planted or pair[1] > most_blank
    } == {}


@pytest.mark.parametrize("shared", [True, False])
def test_one_shuffle_for_all_reviewees_is_found(shared):
    """The weak variant: ballots are shuffled whole, then torn."""
    rng = dice(190)
    subjects = [str(n) for n in range(N_REVIEWEES)]
    ballots = [
        {subject: {"a": str(n % 97), "b": str(n // 97), "d": subject} for subject in subjects}
        for n in range(N_SLIPS - N_PLANTED)
    ]
    selves = ballots[:N_BLANK]
    for n, voter in enumerate(selves):
        del voter[subjects[n]]
    ballots += [{subject: dict(ODD) for subject in subjects} for _ in range(N_PLANTED)]
    rng.shuffle(ballots)
    columns = {}
    for subject in subjects:
        columns[subject] = [answer_text(ballot.get(subject, {})) for ballot in ballots]
        if not shared:
            rng.shuffle(columns[subject])

    planted, blank = side_by_side(columns, subjects, selves)

    most_planted, most_blank = limits(N_SLIPS, N_REVIEWEES, 1)
    assert (planted > most_planted, blank > most_blank) == (shared, shared)
    if shared:
        assert (planted, blank) == (N_PLANTED * (N_REVIEWEES - 1), N_BLANK * (N_REVIEWEES - 1))
