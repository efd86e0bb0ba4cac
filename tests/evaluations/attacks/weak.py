"""Designs that look secret and are not. Every attack of this folder has to break one of them.

A: slip and ballot in one transaction. B: in two. C: in one, and every ballot is rewritten afterwards, as EvaP does. Sources:
ballot-secrecy reference A3.2; e-valuation/EvaP issue 1384.
"""

import uuid
from contextlib import contextmanager
from queue import Empty, SimpleQueue

from tests.evaluations.attacks.evidence import Table, ask
from tests.evaluations.attacks.halls import N_WRITERS, in_threads

SLIPS = Table("weak_slip", "name", "id")
BALLOTS = Table("weak_ballot", "mark", "id")


@contextmanager
def weak_tables():
    ask("CREATE TABLE weak_slip (id uuid PRIMARY KEY, name text, is_used boolean DEFAULT false)")
    ask("CREATE TABLE weak_ballot (id uuid PRIMARY KEY, mark text)")
    try:
        yield
    finally:
        ask("DROP TABLE weak_slip; DROP TABLE weak_ballot")


def issue(n):
    """Write ``n`` slips and return what their holders will vote: name -> mark."""
    for one in range(n):
        ask("INSERT INTO weak_slip VALUES (%s, %s)", [str(uuid.uuid4()), f"slip {one}"])
    return {f"slip {one}": f"mark {one}" for one in range(n)}


BURN = "UPDATE weak_slip SET is_used = true WHERE name = %(slip)s"
KEEP = "INSERT INTO weak_ballot VALUES (%(id)s, %(mark)s)"
ONE_TRANSACTION = (f"BEGIN; {BURN}; {KEEP}; COMMIT",)
TWO_TRANSACTIONS = (BURN, KEEP)
REWRITTEN = (
    f"BEGIN; LOCK TABLE weak_ballot IN EXCLUSIVE MODE; {BURN}; {KEEP}; UPDATE weak_ballot SET id = id; COMMIT",
)


def cast(truth, rng, statements, *, n_writers=N_WRITERS):
    """Let everybody vote in a random order from many threads."""
    waiting = SimpleQueue()
    for slip, mark in rng.sample(sorted(truth.items()), len(truth)):
        waiting.put({"slip": slip, "mark": mark, "id": str(uuid.UUID(int=rng.getrandbits(128), version=4))})

    def work():
        while True:
            try:
                row = waiting.get_nowait()
            except Empty:
                return
            for statement in statements:
                ask(statement, row)

    with in_threads(n_writers, work):
        pass
