"""T1: which slip cast which ballot, from row headers, dead versions, file order and the write-ahead log.

A blind guess finds one of 300. The designs in ``weak`` lose 300, dozens, and 300 to the same attackers.
"""

import pytest

from tests.evaluations.attacks import evidence, linking, odds, weak
from tests.evaluations.attacks.evidence import Table
from tests.evaluations.attacks.halls import ITEMS, cast_all, dice, make_number_hall

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

N_SLIPS = 300
SLIPS = Table("evaluations_credential", "selector", "id")
URN = Table(
    "evaluations_urnentry",
    "(SELECT selector FROM evaluations_credential c WHERE c.id = credential_id)",
    "credential_id",
)
ANSWERS = " || '-' || ".join(f"coalesce(marks ->> '{key}', '')" for key in ITEMS)
MARKS = Table("evaluations_openedmark", f"({ANSWERS})", "id")


def see(table, log):
    sight = evidence.look_at_rows(table)
    evidence.look_at_dead_rows(table, sight)
    evidence.look_at_log(table, log, sight)
    return sight


def see_urn(log):
    sight = see(URN, log)
    for name in ("ciphertext", "tracker", "voucher"):
        sight.orders[name] = [
            row[0] for row in evidence.ask(f"SELECT {URN.name} FROM {URN.table} ORDER BY {name}")
        ]
    return sight


def attack_real_tables(seed, n_slips=N_SLIPS):
    """Hold one session and attack it; return attack -> hits."""
    with evidence.whole_log() as log:
        hall = make_number_hall(n_slips)
        cast = cast_all(hall, dice(seed))
        log.read()
        hall.close()
        hall.open()
        log.read()
        marks = see(MARKS, log)
        found = {
            f"{side} {attack}": n
            for side, sight in (("slips", see(SLIPS, log)), ("urn", see_urn(log)))
            for attack, n in linking.hits(cast.truth, sight, marks).items()
        }
    assert sorted(marks.orders["file"]) == sorted(cast.truth.values())
    assert set(see_orders(found)) >= {"order: log, first | log, first", "transaction: log | log"}
    return found


def see_orders(found):
    return [name.partition(" ")[2] for name in found]


def attack_weak_tables(statements, seed=0, *, n_slips=N_SLIPS, before_looking=None):
    with weak.weak_tables(), evidence.whole_log() as log:
        truth = weak.issue(n_slips)
        weak.cast(truth, dice(seed), statements)
        log.read()
        if before_looking:
            evidence.ask(before_looking)
        return linking.hits(truth, see(weak.SLIPS, log), see(weak.BALLOTS, log))


@pytest.mark.parametrize("seed", range(2))
def test_no_ballot_is_linked_to_its_slip(seed):
    found = attack_real_tables(seed)

    assert {attack: n for attack, n in found.items() if n > odds.most_hits(2 * len(found))} == {}


def test_one_transaction_gives_everybody_away():
    found = attack_weak_tables(weak.ONE_TRANSACTION)

    assert found["transaction: xmin | xmin"] == N_SLIPS
    assert found["transaction: log | log"] == N_SLIPS


def test_two_transactions_give_dozens_away():
    found = attack_weak_tables(weak.TWO_TRANSACTIONS)

    assert max(found["order: xmin | xmin"], found["order: log, last | log, first"]) > odds.most_hits(
        len(found)
    )


def test_rewriting_and_vacuum_leave_the_log():
    found = attack_weak_tables(
        weak.REWRITTEN, n_slips=60, before_looking="VACUUM FULL weak_slip, weak_ballot"
    )

    assert found["transaction: xmin | xmin"] <= odds.most_hits(len(found))
    assert found["order: log, last | log, first"] == 60
