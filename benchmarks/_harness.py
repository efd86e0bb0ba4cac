"""What all benchmarks share: own engines, own data, a short table, a JSON file, a line of goals.

    def measure(bench):
        floor = bench.time("bare parse", parse_bare)            # median of several runs, told in the table
        whole = bench.time("whole import", import_all, times=3)
        bench.goal("import ≤ 4 × bare parse", whole / floor, at_most=4)

    if __name__ == "__main__":
        sys.exit(harness.run(__doc__, measure))

Import Django models inside functions: settings and engines exist only when ``measure`` is called.
The exit code is 0 whether goals are met or not; a goal that is missed is a figure, not a crash.
"""

import argparse
import contextlib
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


class Bench:
    """Collects figures and goals of one run. ``quick`` asks for less data and fewer repeats."""

    def __init__(self, *, quick: bool) -> None:
        self.quick = quick
        self.figures: dict[str, Any] = {}
        self.goals: list[dict[str, Any]] = []

    def time(
        self, name: str, act: Callable[[], Any], *, times: int = 5, before: Callable[[], Any] | None = None
    ) -> float:
        """Run ``act`` several times (each after an untimed ``before``), note the median in seconds and return it."""
        taken = []
        for _ in range(min(times, 3) if self.quick else times):
            if before:
                before()
            start = time.perf_counter()
            act()
            taken.append(time.perf_counter() - start)
        median = statistics.median(taken)
        self.figure(f"{name} (s)", round(median, 4))
        return median

    def figure(self, name: str, value: Any) -> None:
        """Note a figure; its unit belongs into the name."""
        self.figures[name] = value

    def goal(
        self, name: str, value: float, *, at_most: float | None = None, at_least: float | None = None
    ) -> bool:
        """Hold a figure against a goal and tell whether it is met."""
        is_met = (at_most is None or value <= at_most) and (at_least is None or value >= at_least)
        goal = " and ".join(
            f"{sign} {limit:g}" for sign, limit in (("<=", at_most), (">=", at_least)) if limit is not None
        )
        self.goals.append({"name": name, "value": round(value, 3), "goal": goal, "met": is_met})
        return is_met


def run(
    title: str | None,
    measure: Callable[[Bench], Any],
    arguments: list[str] | None = None,
    *,
    is_durable: bool = False,
) -> int:
    """Parse the options, bring up engines, measure, print, write the JSON file.

    ``is_durable``: the database syncs to the disk as in use; otherwise it is as quick and careless as that of the tests.
    """
    parser = argparse.ArgumentParser(description=(title or "").strip().splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="less data, at most 5 minutes")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    options = parser.parse_args(arguments)
    bench = Bench(quick=options.quick)
    print((title or "").strip().splitlines()[0])
    with engines(is_durable=is_durable):
        measure(bench)
    bench.figure(
        "peak memory of this process (MB)", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    )
    _print(bench)
    if options.json:
        report = {"machine": machine(), "commit": commit(), "figures": bench.figures, "goals": bench.goals}
        options.json.write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return 0


@contextlib.contextmanager
def engines(*, is_durable=False):
    """Start throw-away engines and a migrated Django on them. Files go to a folder that is deleted."""
    sys.path.insert(0, str(ROOT))
    from config.launcher.engines.throwaway import throw_away_engines

    with (
        throw_away_engines(is_durable=is_durable) as started,
        tempfile.TemporaryDirectory() as files,
    ):
        os.environ |= {
            "DATABASE_URL": started.postgres.url("postgres"), "REDIS_URL": started.valkey.url(0), "SPK_FILES_DIR": files,
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
        }  # fmt: skip
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connections

        import config.celery  # noqa: F401 -- binds the tasks to the queue of this run

        call_command("migrate", verbosity=0, interactive=False)
        try:
            yield
        finally:
            connections.close_all()


def machine() -> dict[str, Any]:
    """Say what the figures were measured on."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
        "load_before": [round(load, 2) for load in os.getloadavg()],
    }


def commit() -> str:
    """Return the commit measured, with a plus if the working tree differs from it."""
    with contextlib.suppress(OSError, subprocess.CalledProcessError):
        head = subprocess.check_output(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, text=True).strip()
        is_clean = not subprocess.check_output(
            ["git", "status", "--porcelain", "-uno"], cwd=ROOT, text=True
        ).strip()
        return head if is_clean else f"{head}+"
    return "unknown"


def _processor() -> str:
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor()


def _print(bench: Bench) -> None:
    width = max((len(name) for name in (*bench.figures, *(goal["name"] for goal in bench.goals))), default=0)
    for name, value in bench.figures.items():
        print(f"  {name:<{width}}  {value}")
    for goal in bench.goals:
        print(
            f"  {goal['name']:<{width}}  {goal['value']} (goal {goal['goal']})  {'met' if goal['met'] else 'MISSED'}"
        )
    n_met = sum(goal["met"] for goal in bench.goals)
    print(f"GOALS: {n_met} met, {len(bench.goals) - n_met} missed")
