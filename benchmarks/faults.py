"""Faults at full count: `kill -9` of web and database in bursts of 500, 200 races with closing, 500 phones back at once, cold start.

`python -m benchmarks.faults [--quick] [--json FILE]`

The faults are those of `tests/faults`, which `make test` runs at reduced count; docs/reliability.md lists them. After every burst
the urn is compared with the receipts, closed, opened and counted by the independent verifier.
"""

import statistics
import sys
import time

from benchmarks import _harness as harness

BURST, ROUNDS, RACES, COLD_STARTS = 500, 6, 200, 3
HEAVY = 60  # seconds within which everybody must have heard after an outage


class Tally:
    """What went wrong in all bursts together."""

    def __init__(self):
        self.n_sent = self.n_heard = self.n_unheard = self.lost = self.doubled = self.never_heard = 0


def burst_hall(n):
    from tests.factories.evaluations import make_hall
    from tests.faults.phones import parcel_of

    hall = make_hall(n_slips=n // 2, n_reviewees=4)
    return hall, [parcel_of(hall, slip, "good", "fairly_good") for slip in hall.all_slips]


def urn_of(hall):
    from apps.evaluations.models import UrnEntry

    rows = UrnEntry.objects.filter(credential__session=hall.session)
    return list(rows.values_list("credential__selector", "tracker"))


def strike_in_burst(system, n, strike, tally, luck):
    """Strike in the middle of a burst, let who has not heard send again, and count the urn."""
    from tests.faults.invariants import settle
    from tests.faults.phones import Crowd, at_once, deliver

    hall, parcels = burst_hall(n)
    luck.shuffle(parcels)
    crowd = Crowd(system.port, parcels, n_hands=16).start()
    after = luck.randint(5, n // 2)
    system.wait_until(lambda: crowd.n_answered >= after, 60)
    strike()
    crowd.join()
    system.settle()
    tally.n_sent += n
    tally.n_heard += crowd.n_answered
    tally.n_unheard += len(crowd.unheard)
    count(hall, crowd.answers, tally)
    answers = at_once(
        *(lambda one=one: deliver(system.port, one, luck, seconds=HEAVY) for one in crowd.unheard)
    )
    tally.never_heard += sum(one.status != 200 for one in answers)
    everybody = {one.selector: one.tracker for one in parcels}
    count(hall, everybody, tally)
    settle(hall, acknowledged=everybody, sent={one: {tracker} for one, tracker in everybody.items()})


def count(hall, acknowledged, tally):
    urn = urn_of(hall)
    tally.lost += len(acknowledged.items() - set(urn))
    tally.doubled += len(urn) - len({tracker for _, tracker in urn})


def kill_loop(bench, system):
    from tests.faults.seeds import dice

    tally, n = Tally(), 120 if bench.quick else BURST
    strikes = {
        "web": lambda: system.end_all_of("web"),
        "postgres": lambda: system.end("postgres"),
    }
    for turn in range(1 if bench.quick else ROUNDS):
        for name, strike in strikes.items():
            strike_in_burst(system, n, strike, tally, dice("kill loop", name, turn))
    bench.figure("kill -9 of web and database: ballots sent", tally.n_sent)
    bench.figure("of which heard at once", tally.n_heard)
    bench.figure("of which sent again", tally.n_unheard)
    bench.goal("kill -9: acknowledged ballots lost", tally.lost, at_most=0)
    bench.goal("kill -9: ballots doubled", tally.doubled, at_most=0)
    bench.goal("kill -9: evaluators without a receipt in the end", tally.never_heard, at_most=0)


def come_back(bench, system):
    """F62: everybody has the same ballot waiting when the server is there again."""
    from tests.faults.phones import HERD, at_once, deliver
    from tests.faults.seeds import dice

    hall, parcels = burst_hall(100 if bench.quick else BURST)
    system.end_all_of("web")
    system.settle()
    taken = []

    def phone(parcel):
        luck = dice("F62", parcel.selector)

        def do():
            begun = time.monotonic()
            time.sleep(HERD * luck.random())
            answer = deliver(system.port, parcel, luck, seconds=HEAVY)
            taken.append(time.monotonic() - begun)
            return answer

        return do

    answers = at_once(*map(phone, parcels))
    lost = len({one.selector: one.tracker for one in parcels}.items() - set(urn_of(hall)))
    bench.goal(
        "back at once: without a receipt or lost", lost + sum(one.status != 200 for one in answers), at_most=0
    )
    bench.figure("back at once: median (s)", round(statistics.median(taken), 2))
    bench.goal(
        "back at once: p99 with 1.5 s of spreading (s)", statistics.quantiles(taken, n=100)[98], at_most=5
    )


def cold_starts(bench, system):
    """F60: everything dies at one instant in a burst."""
    from tests.faults.seeds import dice

    taken, tally = [], Tally()
    for turn in range(1 if bench.quick else COLD_STARTS):
        strike = lambda: taken.append(system.cut_power_and_start())  # noqa: E731 -- what happens in the middle
        strike_in_burst(system, 120, strike, tally, dice("F60", turn))
    bench.goal("power cut: acknowledged ballots lost", tally.lost, at_most=0)
    bench.goal("power cut: slowest cold start (s)", max(taken), at_most=120)


def races(bench):
    """F33: close is pressed while ballots are on their way."""
    from tests.faults.seeds import dice
    from tests.faults.test_deadlines import race_with_closing

    seen, wrong = {"in": 0, "out": 0}, 0
    n_races = 20 if bench.quick else RACES
    for n in range(n_races):
        try:
            race_with_closing(dice("F33", n), seen, is_settled=n % 8 == 0)
        except AssertionError:
            wrong += 1
    bench.figure("races with closing: ballots in", seen["in"])
    bench.figure("races with closing: ballots out", seen["out"])
    bench.goal(f"races with closing that cut a ballot, of {n_races}", wrong, at_most=0)


def measure(bench):
    from benchmarks.attacks import cheap_typed_codes
    from tests.faults.systems import faulty_system, looking_into

    cheap_typed_codes()
    races(bench)
    with faulty_system() as system, looking_into(system):
        come_back(bench, system)
        kill_loop(bench, system)
        cold_starts(bench, system)


if __name__ == "__main__":
    sys.exit(harness.run(__doc__, measure))
