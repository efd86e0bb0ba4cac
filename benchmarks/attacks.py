"""Attacks on the secrecy of the ballot at full count: links, order, flood, equations, backups, verifier, times, patterns.

`python -m benchmarks.attacks [--quick] [--json FILE]`

The attacks are those of `tests/evaluations/attacks`, which `make test` runs at reduced count; docs/secrecy.md says what each is for.
A goal that luck could miss has its limit where luck misses it less than once in a million runs, unless it is one of the
reference's own limits (mean of hits, mean of tau, p of the times), which are named as such.
"""

import statistics
import sys

from benchmarks import _harness as harness

SEEDS, OPENINGS, FLOODS, CASES, YEARS, RULESETS, SAMPLES, PATTERNS = 20, 20, 20, 2_000, 100, 200, 2_000, 3


def empty():
    """Leave no session behind: an attack looks at whole tables."""
    from tests.evaluations.attacks.evidence import ask

    ask("TRUNCATE evaluations_evaluationsession CASCADE")


def cheap_typed_codes():
    """Thousands of slips are made here; hashing their typed codes is not what is attacked."""
    from argon2 import PasswordHasher

    from apps.evaluations.services import casting, slips

    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1, hash_len=16, salt_len=16)
    slips.typed_code_hasher = casting.typed_code_hasher = cheap


def links(bench):
    """T1: 300 ballots, 8 writers, every order and every transaction on both sides."""
    from tests.evaluations.attacks import odds, weak
    from tests.evaluations.attacks import test_t01_links as t01

    n_seeds = 3 if bench.quick else SEEDS
    runs = []
    for seed in range(n_seeds):
        empty()
        runs.append(t01.attack_real_tables(seed))
    n_attacks = len(runs[0])
    means = {attack: statistics.mean(run[attack] for run in runs) for attack in runs[0]}
    bench.figure("T1 attacks per run", n_attacks)
    bench.figure("T1 runs", n_seeds)
    bench.goal(
        "T1 mean hits of 300 (reference: 1.6; blind guess: 1)", statistics.mean(means.values()), at_most=1.6
    )
    luck = odds.most_hits(n_attacks, mean=n_seeds) / n_seeds
    bench.goal("T1 mean hits of the best attack", max(means.values()), at_most=luck)
    worst = max(max(run.values()) for run in runs)
    bench.goal("T1 most hits of any attack in any run", worst, at_most=odds.most_hits(n_attacks * n_seeds))
    for name, statements in (
        ("A: one transaction", weak.ONE_TRANSACTION),
        ("B: two transactions", weak.TWO_TRANSACTIONS),
    ):
        found = t01.attack_weak_tables(statements)
        bench.figure(f"T1 weak design {name}: most hits of 300", max(found.values()))
    rewritten = t01.attack_weak_tables(weak.REWRITTEN, before_looking="VACUUM FULL weak_slip, weak_ballot")
    bench.figure("T1 weak design C: rewritten, after VACUUM FULL: most hits of 300", max(rewritten.values()))


def order(bench):
    """T6: Kendall's tau of casting and opened order."""
    from tests.evaluations.attacks import test_t06_order as t06

    empty()
    strongest, plain, limit = t06.attack_real_openings(5 if bench.quick else OPENINGS)
    bench.goal("T6 |mean tau| (reference: 0.05)", abs(statistics.mean(plain)), at_most=0.05)
    bench.goal("T6 strongest |tau|, 60 seeds guessed", max(strongest), at_most=limit)


def flood(bench):
    """T7: fifty posts of one slip at once."""
    from tests.evaluations.attacks import test_t07_once as t07
    from tests.evaluations.attacks.evidence import ask
    from tests.evaluations.attacks.halls import make_number_hall

    wrong = 0
    n_floods = 3 if bench.quick else FLOODS
    for n in range(n_floods):
        empty()
        hall = make_number_hall(3)
        slip = hall.all_slips[0]
        devices = [hall.seal(slip, t07.marks_of(hall, str(one))) for one in range(1 + n % 5)]
        t07.flood(t07.posting(hall, slip), [devices[one % len(devices)] for one in range(t07.N_POSTS)])
        wrong += ask("SELECT count(*) FROM evaluations_urnentry") != [(1,)] or t07.counted(hall) != (1, 1)
    bench.figure("T7 floods of 50 posts", n_floods)
    bench.goal("T7 slips counted other than once", wrong, at_most=0)


def equations(bench):
    """T11: small groups that come out of everything published."""
    from tests.evaluations.attacks import test_t11_reconstruction as t11
    from tests.evaluations.attacks import test_t11_years as t11_years
    from tests.evaluations.attacks import years
    from tests.evaluations.attacks.halls import dice

    n_cases = 100 if bench.quick else CASES
    tried, broken = t11.attack(n_cases, dice(11))
    _, weak = t11.attack(n_cases, dice(11), weak=True)
    bench.figure("T11 publications tried", tried)
    bench.figure("T11 weak design, small group hidden alone: broken", len(weak))
    bench.goal("T11 small groups pinned down", len(broken), at_most=0)
    n_worlds = 8 if bench.quick else YEARS
    told = [years.told_of(halls) for halls in t11_years.worlds(n_worlds, dice(111))]
    pinned = sum(bool(years.YearsAttack(one).pinned(t11_years.K_MIN)) for one in told)
    bench.figure("T11 publications of three years tried", n_worlds)
    bench.goal("T11 publications of three years with a small group pinned down", pinned, at_most=0)


def verifier(bench):
    """T17: rulesets drawn by lot on which server and verifier differ."""
    from tests.evaluations.attacks import test_t17_verifier as t17
    from tests.evaluations.attacks.halls import dice

    rng, n_rulesets = dice(170), 10 if bench.quick else RULESETS
    found = {"exact": 0, "floats": 0}
    for _ in range(n_rulesets):
        empty()
        session = t17.random_session(rng)
        found["exact"] += bool(t17.differences(session))
        found["floats"] += bool(t17.differences(session, t17.with_floats))
    bench.figure("T17 rulesets", n_rulesets)
    bench.figure("T17 weak design, floats: rulesets with a difference", found["floats"])
    bench.goal("T17 rulesets with a difference", found["exact"], at_most=0)


def times(bench):
    """T18: time of a cast, empty ballot against full one."""
    from tests.evaluations.attacks import odds
    from tests.evaluations.attacks import test_t18_timing as t18

    empty()
    blank, full = t18.measure_real(400 if bench.quick else SAMPLES)
    bench.figure("T18 median, empty ballot (ms)", round(statistics.median(blank) / 1e6, 3))
    bench.figure("T18 median, full ballot (ms)", round(statistics.median(full) / 1e6, 3))
    bench.goal("T18 p of the difference (reference: 0.001)", odds.ks_chance(blank, full), at_least=0.001)


def patterns(bench):
    """T19: planted ballots put together again across 40 reviewees."""
    from tests.evaluations.attacks import test_t19_patterns as t19

    for seed in range(1 if bench.quick else PATTERNS):
        empty()
        found, (most_planted, most_blank), _ = t19.attack_real_hall(300, 12 if bench.quick else 40, seed=seed)
        planted, blank = (max(pair[place] for pair in found.values()) for place in (0, 1))
        bench.goal(f"T19 pattern meets itself, seed {seed}", planted, at_most=most_planted)
        bench.goal(f"T19 answers of self-blank voters, seed {seed}", blank, at_most=most_blank)


def whole_system(bench):
    """T2, T4, T13: a supervised system, 300 ballots over HTTP, every log loud, backups replayed to several places."""
    from tests.evaluations.attacks import odds
    from tests.evaluations.attacks import test_t13_backups as t13
    from tests.evaluations.attacks.acts import Story, answers, said, slip_needles
    from tests.evaluations.attacks.scene import running_scene

    with running_scene(n_slips=40 if bench.quick else 300, n_plain=4 if bench.quick else 30) as scene:
        story = Story(scene).opened()
        early = [found for found in story.found["voted"] if found[1] in answers(scene)]
        bench.goal("T2 places with an answer before opening", len(early), at_most=0)
        needles = slip_needles(scene)
        named = [one for logs in story.logs.values() for one in said(logs, needles)]
        bench.goal("T4 slips, secrets, envelopes, receipts in logs", len(named), at_most=0)
        hits = []
        for backup, place in (
            ("empty", "middle"),
            ("empty", "voted"),
            ("empty", "opened"),
            ("voted", None),
            ("closed", None),
        ):
            sights, _ = t13.look_back(story, backup, story.lsn.get(place))
            hits += t13.attack(story, sights).values()
        bench.figure("T13 attacks on restored backups", len(hits))
        bench.goal("T13 most hits", max(hits), at_most=odds.most_hits(len(hits)))


def measure(bench):
    cheap_typed_codes()
    for part in (links, order, flood, equations, verifier, times, patterns, whole_system):
        part(bench)


if __name__ == "__main__":
    sys.exit(harness.run(__doc__, measure))
