"""A hall that votes: casts per second, a burst, a last minute, opening, hall screens, a batch in the background.

`python -m benchmarks.hall [--quick] [--json FILE]`

The web server is started by the launcher's own command with the production settings, the database syncs to the disk, and the
crowd is a part of the same machine; what it costs is told. After each run the urn is compared with the receipts.
"""

import itertools
import random
import re
import statistics
import sys
import time
from functools import partial

from benchmarks import _harness as harness

LEVELS = (1, 8, 50, 200)
MOST_FOR_PGBENCH = 100  # connections the database takes besides
BURST = 500
SCREENS, POLL_SECONDS = 200, 5
LETTERS = 300
PER_SECOND = 1600 / 60  # 2,000 people, 80 % of them in the last of ten minutes


class Stage:
    """Everything that is up, and what all parts count together."""

    def __init__(self, bench, folder, server, crowd):
        self.bench, self.folder, self.server, self.crowd = bench, folder, server, crowd
        self.n_runs = 3 if bench.quick else 5
        self.n_checked = self.n_wrong = 0
        self.hall = None

    def fresh_urn(self):
        from benchmarks._hall import halls

        halls.empty_urn(self.hall.session)

    def check(self, outcome):
        """Count what is not in the urn as it was acknowledged, then hand the outcome on."""
        from benchmarks._hall import halls

        audit = halls.audit(self.hall.session, outcome)
        self.n_wrong += audit.n_wrong
        self.n_checked += len(outcome.acknowledged)
        return outcome


def measure(bench):
    from benchmarks._hall import halls, stage
    from benchmarks._hall.crowd import Crowd

    with stage.own_folder() as folder, stage.web_server(folder) as server:
        this = Stage(bench, folder, server, Crowd(stage.HOST, server.port))
        this.hall = halls.make_hall(2_000 if bench.quick else 6_000)
        bench.figure("bytes of a sealed ballot", len(this.hall.sealed[0]))
        measure_casting(this)
        measure_typed_code(this)
        measure_burst(this)
        measure_last_minute(this)
        measure_screens(this)
        measure_batch(this)
        bench.figure("ballots acknowledged and compared with the urn", this.n_checked)
        bench.goal("acknowledged ballots lost, doubled or unmatched", this.n_wrong, at_most=0)
    measure_opening(bench)


def measure_casting(this):
    """(a) Casts, the one-query view and pgbench in turn at every number of connections."""
    from benchmarks._hall import halls
    from benchmarks._hall.floor import Floor

    seconds = 1.5 if this.bench.quick else 5
    floor = Floor(this.hall, this.folder)
    view = itertools.repeat(halls.get("/healthz", b"ok"))
    this.crowd.keep_busy(this.hall.endless, n_phones=8, seconds=2)  # warms imports, connections, plans
    rows = {level: [] for level in LEVELS}
    for _ in range(this.n_runs):
        for level in LEVELS:
            this.fresh_urn()
            busy = this.server.cpu()
            cast = this.check(this.crowd.keep_busy(this.hall.endless, n_phones=level, seconds=seconds))
            busy = this.server.cpu() - busy
            seen = this.crowd.keep_busy(view, n_phones=level, seconds=seconds / 2)
            this.fresh_urn()
            bare = floor.per_second(min(level, MOST_FOR_PGBENCH), seconds)
            rows[level].append(_row(cast, busy, seen, bare))
    for level in LEVELS:
        _tell_level(this.bench, level, rows[level])


def _row(cast, busy, seen, bare):
    n = max(1, len(cast.latencies))
    return {
        "casts/s": cast.per_second,
        "p50 (ms)": cast.quantile(0.50),
        "p95 (ms)": cast.quantile(0.95),
        "p99 (ms)": cast.quantile(0.99),
        "refused": len(cast.refused) + cast.broken,
        "server and database (ms of processor per cast)": busy / n * 1000,
        "client (ms of processor per cast)": cast.client_cpu / n * 1000,
        "client's share of all processor time (%)": 100 * cast.client_cpu / (cast.client_cpu + busy),
        "one-query view/s": seen.per_second,
        "pgbench/s": bare,
        "casts ÷ pgbench": cast.per_second / bare,
        "casts ÷ one-query view": cast.per_second / seen.per_second,
    }


def _tell_level(bench, level, rows):
    middle = {name: statistics.median(row[name] for row in rows) for name in rows[0]}
    for name, value in middle.items():
        bench.figure(f"{level} connections: {name}", round(value, 3 if value < 10 else 1))
    if level == 50:
        bench.goal("50 connections: casts/s", middle["casts/s"], at_least=300)
        bench.goal("50 connections: p99 (ms)", middle["p99 (ms)"], at_most=150)
        bench.goal("50 connections: casts ÷ pgbench", middle["casts ÷ pgbench"], at_least=0.25)
        bench.goal("50 connections: casts ÷ one-query view", middle["casts ÷ one-query view"], at_least=0.6)
    bench.goal(f"{level} connections: refused", sum(row["refused"] for row in rows), at_most=0)


def measure_typed_code(this):
    """What a typed code costs besides: one argon2 hash."""
    from apps.evaluations.services.slips import typed_code_hasher

    stored = typed_code_hasher.hash("0" * 12)
    taken = []
    for _ in range(9):
        begun = time.process_time()
        typed_code_hasher.verify(stored, "0" * 12)
        taken.append(time.process_time() - begun)
    this.bench.goal("typed code: one check (ms of processor)", statistics.median(taken) * 1000, at_most=30)


def measure_burst(this):
    """(b) 500 phones connect and send at the same instant."""
    from benchmarks._hall.crowd import Outcome

    worst, unloaded, lost = [], [], 0
    for _ in range(this.n_runs):
        this.fresh_urn()
        alone = this.check(this.crowd.keep_busy(this.hall.endless, n_phones=1, seconds=1))
        unloaded.append(alone.quantile(0.5))
        this.fresh_urn()
        burst: Outcome = this.check(
            this.crowd.arrive([(0.0, parcel) for parcel in this.hall.parcels[:BURST]])
        )
        lost += BURST - len(burst.acknowledged)
        worst.append(burst.quantile(0.99))
    p99 = statistics.median(worst)
    this.bench.figure("500 at one instant: p99 (ms)", round(p99, 1))
    this.bench.figure(
        "500 at one instant: p99 ÷ unloaded median", round(p99 / statistics.median(unloaded), 1)
    )
    this.bench.goal("500 at one instant: lost or refused", lost, at_most=0)
    this.bench.goal("500 at one instant: p99 (s)", p99 / 1000, at_most=2)


def arrivals(n, *, seconds, last, luck):
    """Return ``n`` moments: a fifth of them evenly before the ``last`` seconds, the others in those."""
    early = 0 if last == seconds else n // 5
    return [luck.uniform(0, seconds - last) for _ in range(early)] + [
        luck.uniform(seconds - last, seconds) for _ in range(n - early)
    ]


def measure_last_minute(this):
    """(c) 2,000 people over ten minutes, 80 % of them in the last one, against 200. Quick: twenty seconds of that minute."""
    luck = random.Random(7)
    seconds, last = (20, 20) if this.bench.quick else (600, 60)
    many = round(PER_SECOND * 20) if this.bench.quick else 2_000
    p99 = {}
    for n in (many // 10, many):
        this.fresh_urn()
        moments = arrivals(n, seconds=seconds, last=last, luck=luck)
        outcome = this.check(this.crowd.arrive(list(zip(moments, this.hall.parcels, strict=False))))
        p99[n] = outcome.quantile(0.99)
        this.bench.figure(f"last minute, {n} people: p50 (ms)", round(outcome.quantile(0.5), 2))
        this.bench.figure(f"last minute, {n} people: p99 (ms)", round(p99[n], 2))
        this.bench.goal(f"last minute, {n} people: lost or refused", n - len(outcome.acknowledged), at_most=0)
    this.bench.goal("last minute: p99 of all ÷ p99 of a tenth", p99[many] / p99[many // 10], at_most=3)


def measure_screens(this):
    """(e) 200 hall screens that ask every five seconds and know the present picture."""
    from django.urls import reverse

    from benchmarks._hall import halls

    seconds, n_turns = (10, 2) if this.bench.quick else (60, 3)
    path = reverse("evaluations:hall_part", args=[this.hall.session.hall_key])
    shares, n_same, n_all = [], 0, 0
    for turn in range(n_turns):
        seen = this.crowd.keep_busy(itertools.repeat(halls.get(path)), n_phones=1, seconds=0.1)
        poll = halls.get(path, more=f"If-None-Match: {_etag(seen.last)}\r\n", status=b"304")
        luck = random.Random(turn)
        starts = [luck.uniform(0, POLL_SECONDS) for _ in range(SCREENS)]
        moments = [start + k * POLL_SECONDS for start in starts for k in range(seconds // POLL_SECONDS)]
        idle, _ = _cores_used(this.server, time.sleep, 3)
        used, outcome = _cores_used(
            this.server, partial(this.crowd.arrive, lasting=True), [(at, poll) for at in moments]
        )
        shares.append(used - idle)
        n_same += len(outcome.acknowledged)
        n_all += len(moments)
    this.bench.figure("hall screens: asked a second", SCREENS / POLL_SECONDS)
    this.bench.figure("hall screens: answered that nothing changed (%)", round(100 * n_same / n_all, 1))
    this.bench.goal("200 hall screens: share of one core (%)", 100 * statistics.median(shares), at_most=3)


def _cores_used(server, act, *given):
    """Return how many cores server and database use while ``act`` goes on, and what it returns."""
    cpu, begun = server.cpu(), time.perf_counter()
    outcome = act(*given)
    return (server.cpu() - cpu) / (time.perf_counter() - begun), outcome


def _etag(answer):
    found = re.search(rb"\r\netag: *([^\r]+)", answer, re.IGNORECASE)
    if not found:
        raise SystemExit(f"the hall screen gave no ETag:\n{answer[:500]!r}")
    return found[1].decode()


def measure_batch(this):
    """(f) A batch of letters by the worker while the hall's last minute goes on."""
    from benchmarks._hall.batch import running_batch, waiting_worker

    seconds = 6 if this.bench.quick else 10
    n_letters = 100 if this.bench.quick else LETTERS
    quiet, busy = [], []
    with waiting_worker(this.folder, n_letters) as cycle:
        for turn in range(this.n_runs):
            quiet.append(_tenth_of_a_minute(this, seconds, turn))
            with running_batch(cycle):
                busy.append(_tenth_of_a_minute(this, seconds, turn))
    for name, rows in (("alone", quiet), ("beside a batch", busy)):
        this.bench.figure(
            f"last minute {name}: p50 (ms)", round(statistics.median(r.quantile(0.5) for r in rows), 2)
        )
        this.bench.figure(
            f"last minute {name}: p99 (ms)", round(statistics.median(r.quantile(0.99) for r in rows), 2)
        )
    ratio = statistics.median(b.quantile(0.99) for b in busy) / statistics.median(
        q.quantile(0.99) for q in quiet
    )
    this.bench.goal("p99 beside a batch of letters ÷ p99 alone", ratio, at_most=1.5)


def _tenth_of_a_minute(this, seconds, seed):
    this.fresh_urn()
    n = round(PER_SECOND * seconds)
    moments = arrivals(n, seconds=seconds, last=seconds, luck=random.Random(seed))
    return this.check(this.crowd.arrive(list(zip(moments, this.hall.parcels, strict=False))))


def measure_opening(bench):
    """(d) Opening by the command, in its own process, with two cards."""
    from benchmarks._hall import halls
    from benchmarks._hall.opening import opened_in

    sizes = (500, 1_000, 2_000) if bench.quick else (2_000, 4_000, 8_000)
    taken, idle = {}, []
    for size in sizes:
        hall = halls.make_hall(size)
        whole, again = opened_in(hall)
        taken[size] = whole
        idle.append(again)
        bench.figure(f"opening {size} ballots x 40 x 6 (s)", round(whole, 2))
    start = statistics.median(idle)
    bench.figure("of which starting the process (s)", round(start, 2))
    bench.goal("opening 2000 ballots (s)", taken[2_000], at_most=5)
    growth = (taken[sizes[2]] - start) / (taken[sizes[0]] - start)
    bench.goal(f"opening: time of {sizes[2]} ÷ time of {sizes[0]}", growth, at_most=4.4)


if __name__ == "__main__":
    sys.exit(harness.run(__doc__, measure, is_durable=True))
