"""Roster import at the size of a city and of the country: real places, workbook after workbook.

`python -m benchmarks.roster_import_scale [--quick] [--json FILE]` (quick: a city instead of the country)

A city of 40,000 organizations with a secretary each comes in as workbooks of 20,000; it is exported and imported again.
Then the country: all but one province are stored beforehand, the province comes in as workbooks, and a district's
workbook of 4,000 rows is imported where 4,000 organizations are stored and where the whole country is.
"""

import io
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import _country
from benchmarks import _harness as harness
from benchmarks._roster_load import load
from benchmarks.roster_import import AT, FIELDS, GIVEN, SURNAMES, clear, staff

AT_ONCE = 20_000  # organizations a workbook
OTHERS = 1_000_000  # people are numbered, which makes their phones; those of the districts are others than a province's
DISTRICT, CITY, QUICK = 2_000, 40_000, 100_000
HELD_OUT = {False: "36", True: "14"}  # the province that comes last, in a quick run another
# One import by a process that has imported all it needs and read a small workbook: seconds, and by how many MB it grew.
IMPORT = """
import json, sys, time
import django
django.setup()
from apps.rosters.services import import_workbook
from benchmarks.roster_import import AT, planned, workbook
def status(name):
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith(name))
content = open(sys.argv[1], "rb").read()
planned(workbook(10))
open("/proc/self/clear_refs", "w").write("5")
before, start = status("VmRSS"), time.perf_counter()
done = import_workbook("花名册.xlsx", content, actor=None, at=AT)
seconds, growth = time.perf_counter() - start, (status("VmHWM") - before) / 1024
assert done.state == "confirmed", [one.reason for one in done.row_errors.all()[:3]]
rows = done.n_organizations + done.n_secretaries
print(json.dumps({"rows": rows, "new": done.n_created, "changed": done.n_updated, "same": done.n_unchanged,
                  "seconds": seconds, "growth": growth}))
"""


def workbooks(rows):
    """Return the rows as workbooks of the template, each with as many secretaries; superiors come first."""
    return [_workbook(rows[at : at + AT_ONCE], at) for at in range(0, len(rows), AT_ONCE)]


def _workbook(rows, first):
    from apps.rosters.kit.filling import fill_workbook
    from apps.rosters.sheets import export_skeleton

    out = io.BytesIO()
    people = (_secretary(row.code, n) for n, row in enumerate(rows, first))
    fill_workbook(export_skeleton(FIELDS), {"党组织": map(_organization, rows), "书记": people}, out)
    return out.getvalue()


def _organization(row):
    from apps.organizations.domain.fields import PRESET_FIELDS
    from apps.rosters.domain.rows import KIND_LABELS

    kind, field = KIND_LABELS[row.kind], PRESET_FIELDS[row.field]
    return [row.code, row.name, row.superior_code or "", kind, field, "2003-05-06"]


def _secretary(code, n):
    """Return somebody older than all that are stored beforehand, so that nobody is taken for a namesake of these."""
    name = SURNAMES[n % 20] + GIVEN[n // 20 % 24] + GIVEN[n // 480 % 24]
    return [name, "女" if n % 3 else "男", "1955-05", f"13{n:09}", code, "党组织书记", "2021-03-01"]


def take(content):
    """Import one workbook as the command does, in a process of its own that is ready for it; return what came of it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "花名册.xlsx"
        path.write_bytes(content)
        done = subprocess.run(
            [sys.executable, "-c", IMPORT, str(path)],
            cwd=harness.ROOT, env=os.environ | {"PYTHONPATH": str(harness.ROOT)}, capture_output=True, text=True, check=False,
        )  # fmt: skip
    if done.returncode:
        raise AssertionError(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def told(bench, name, contents):
    """Import workbook after workbook and note rows a second and how much a process grew; return what came of each."""
    outcomes = [take(content) for content in contents]
    n_rows, seconds = (sum(one[key] for one in outcomes) for key in ("rows", "seconds"))
    growth = max(one["growth"] for one in outcomes)
    size = max(map(len, contents)) / 2**20
    bench.figure(f"{name}: workbooks; rows", f"{len(contents)}; {n_rows}")
    bench.figure(f"{name} (s; rows/s)", f"{seconds:.1f}; {n_rows / seconds:.0f}")
    bench.figure(
        f"{name}: largest growth of a process (MB; x its file)", f"{growth:.0f}; {growth / size:.0f}"
    )
    return outcomes


def exported():
    """Return the roster of everything as its template workbook, and the seconds it took."""
    from apps.rosters.services import export_roster
    from apps.rosters.sheets import export_skeleton

    user = staff()
    with tempfile.TemporaryFile() as out:
        start = time.perf_counter()
        export_roster(out, export_skeleton(FIELDS), actor=user, at=AT)
        taken = time.perf_counter() - start
        out.seek(0)
        return out.read(), taken


def city(bench):
    """Bring a city in, take it out and bring it in again."""
    clear()
    rows = _country.organizations(CITY)
    told(bench, "city of 40,000 into an empty roster", workbooks(rows))
    content, taken = exported()
    bench.figure(
        "city: export as a workbook (s; rows/s; MB)",
        f"{taken:.1f}; {2 * len(rows) / taken:.0f}; {len(content) / 2**20:.1f}",
    )
    (again,) = told(bench, "city: the export imported again", [content])
    assert (again["new"], again["changed"], again["same"]) == (0, 0, 2 * len(rows)), again


def districts(rows):
    """Return three workbooks of 4,000 rows each: the last villages of the province that is held out, and their secretaries."""
    villages = [row for row in rows if row.kind == "branch"][-3 * DISTRICT :]
    parts = [(at, villages[at : at + DISTRICT]) for at in range(0, len(villages), DISTRICT)]
    return villages, [_workbook(part, OTHERS + at) for at, part in parts]


def above(villages, rows):
    """Return all organizations that stand above these villages, superiors first."""
    by_code, wanted = {row.code: row for row in rows}, {}
    for row in villages:
        while row := by_code.get(row.superior_code):
            wanted[row.code] = row
    return [row for row in rows if row.code in wanted]


def small(bench, rows, villages, contents):
    """Import the districts where no more than 4,000 organizations are stored."""
    clear()
    base, held = above(villages, rows), {row.code for row in villages}
    known = {row.code for row in base}
    spare = [
        row for row in rows if row.kind == "branch" and row.superior_code in known and row.code not in held
    ]
    load([*base, *spare[: 4_000 - len(base)]])
    return median_of(bench, "4,000 rows where 4,000 organizations are stored", contents)


def large(bench, base, province, contents):
    """Bring one more province into the country, then the districts."""
    clear()
    load(base)
    bench.figure("organizations stored before the province", len(base))
    told(bench, "one more province", workbooks(province))
    return median_of(
        bench, f"4,000 rows where {len(base) + len(province)} organizations are stored", contents
    )


def median_of(bench, name, contents):
    """Return the median seconds of importing the districts, and of importing them again unchanged."""
    new, same = ([take(content) for content in contents] for _ in range(2))
    assert all(one["new"] == 2 * DISTRICT for one in new), new
    assert all(one["same"] == 2 * DISTRICT for one in same), same
    seconds = [statistics.median(one["seconds"] for one in outcomes) for outcomes in (new, same)]
    bench.figure(f"{name}: new; unchanged (s, medians of 3)", "; ".join(f"{one:.2f}" for one in seconds))
    return seconds


def measure(bench):
    city(bench)
    rows = _country.organizations(QUICK if bench.quick else None)
    is_held_out = {row.code: row.code.startswith(HELD_OUT[bench.quick]) for row in rows}
    province = [row for row in rows if is_held_out[row.code]]
    villages, contents = districts(province)
    held = {row.code for row in villages}
    few = small(bench, rows, villages, contents)
    base = [row for row in rows if not is_held_out[row.code]]
    many = large(bench, base, [row for row in province if row.code not in held], contents)
    bench.goal("4,000 new rows: many stored / few stored", many[0] / few[0], at_most=1.5)
    bench.goal("4,000 unchanged rows: many stored / few stored", many[1] / few[1], at_most=1.5)


if __name__ == "__main__":
    sys.exit(harness.run(__doc__, measure))
