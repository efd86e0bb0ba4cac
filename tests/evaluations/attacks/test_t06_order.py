"""T6: the order in which marks lie in the table says nothing about the order of casting, nor about the urn's.

A weak generator is no shuffle (DVSorder): the attacker also undoes every shuffle whose seed can be guessed.
"""

import random
import uuid

import pytest
from django.db import transaction

from tests.evaluations.attacks import odds
from tests.evaluations.attacks.evidence import ask
from tests.evaluations.attacks.halls import cast_all, dice, make_number_hall
from tests.evaluations.attacks.test_t01_links import MARKS, URN

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

N_SLIPS = 300
N_OPENINGS = 6
SEEDS = range(60)  # numbers of sessions, ports, small constants: what a careless programmer seeds with


def opened_orders(hall):
    """Open the urn, read the marks in the order they lie in and in that of their keys, and take it back."""
    with transaction.atomic():
        hall.open()
        orders = [[row[0] for row in ask(f"SELECT {MARKS.name} FROM {MARKS.table} ORDER BY {by}")] for by in ("ctid", "id")]  # fmt: skip
        transaction.set_rollback(True)
    return orders


def unshuffled(order, seed):
    """Return the order before ``random.Random(seed).shuffle``."""
    places = list(range(len(order)))
    random.Random(seed).shuffle(places)
    before = [None] * len(order)
    for now, place in enumerate(places):
        before[place] = order[now]
    return before


def strongest_tau(order, references):
    """Return Kendall's tau farthest from nought, over all guesses, and the number of guesses."""
    guesses = [order, *(unshuffled(order, seed) for seed in SEEDS)]
    taus = [odds.kendall_tau(guess, reference) for guess in guesses for reference in references]
    return max(taus, key=abs), len(taus)


def attack(openings, references):
    """Return per order that was opened the strongest tau and the plain one, and the limit luck will not pass."""
    found = [(strongest_tau(order, references), odds.kendall_tau(order, references[0])) for order in openings]
    n_looks = sum(n for (_, n), _ in found)
    limit = odds.normal_quantile(odds.FALSE_ALARM / n_looks) * odds.tau_deviation(len(references[0]))
    return [abs(tau) for (tau, _), _ in found], [tau for _, tau in found], limit


def cast_and_close(n_slips=N_SLIPS, seed=6):
    """Return the hall, and the ballots in the order of casting and of the urn's file."""
    hall = make_number_hall(n_slips)
    cast = cast_all(hall, dice(seed))
    hall.close()
    in_urn = [row[0] for row in ask(f"SELECT {URN.name} FROM {URN.table} ORDER BY ctid")]
    return hall, [[cast.truth[slip] for slip in order] for order in (cast.order, in_urn)]


def attack_real_openings(n_openings):
    hall, references = cast_and_close()
    return attack([order for _ in range(n_openings) for order in opened_orders(hall)], references)


def test_opened_order_says_nothing_about_casting():
    strongest, plain, limit = attack_real_openings(N_OPENINGS)

    mean = sum(plain) / len(plain)
    assert max(strongest) <= limit
    assert (
        abs(mean) <= odds.normal_quantile(odds.FALSE_ALARM) * odds.tau_deviation(N_SLIPS) / len(plain) ** 0.5
    )


def weak_opening(ballots, shuffle):
    """Write ballots as an opening would that trusts in random keys: read them in file order."""
    ballots = list(ballots)
    shuffle(ballots)
    ask("CREATE TABLE weak_mark (id uuid, mark text)")
    for mark in ballots:
        ask("INSERT INTO weak_mark VALUES (%s, %s)", [str(uuid.uuid4()), mark])
    return [row[0] for row in ask("SELECT mark FROM weak_mark ORDER BY ctid")]


WEAK_SHUFFLES = {
    "none": lambda ballots: None,
    "backwards": lambda ballots: ballots.reverse(),
    "seeded with the session's number": lambda ballots: random.Random(17).shuffle(ballots),
    "each moved a little": lambda ballots: ballots.sort(key=lambda b: int(b.split()[1]) + random.Random(b).randrange(100)),
}  # fmt: skip


@pytest.mark.parametrize("name", WEAK_SHUFFLES)
def test_a_weak_shuffle_is_undone(name):
    ballots = [f"mark {n}" for n in range(N_SLIPS)]
    with transaction.atomic():
        order = weak_opening(ballots, WEAK_SHUFFLES[name])
        transaction.set_rollback(True)

    strongest, _, limit = attack([order], [ballots])

    assert strongest[0] > max(0.7, limit)
