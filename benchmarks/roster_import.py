"""Roster import of 10,000 rows with all checks and the writing, against a bare calamine parse of the same file.

`python -m benchmarks.roster_import [--quick] [--json FILE]`
"""

import io
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from benchmarks import _harness as harness

AT = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀英霞平刚桂兰"
PLACES = "柳湾松石白鹭红杉云坪石渠芦溪南塬东湖西岭"
FIELDS = ("农区", "城市", "两新", "机关", "国企", "卫健", "教育")
ORGANIZATION_HEADS = ("编码*", "名称*", "上级编码", "类型*", "领域*", "成立日期", "撤销日期", "备注")
SECRETARY_HEADS = ("姓名*", "性别", "出生年月", "手机", "党组织编码*", "职务*", "任职日期*", "免职日期")
WRITTEN = (
    "organizations_organization", "organizations_organizationchange", "organizations_organizationperiod",
    "secretaries_secretary", "secretaries_appointment",
)  # fmt: skip
OWN_HEADS = tuple(f"本单位栏目{n}" for n in range(1, 13))
# Measured in a process that has imported all it needs and read one small workbook: what one file costs on top of that.
MEMORY = """
import sys
import django
django.setup()
from benchmarks.roster_import import bare_parse, check_once, lazy_parse, planned, write_once
small, content = (open(path, "rb").read() for path in sys.argv[1:3])
act = {"bare": bare_parse, "lazy": lazy_parse, "check": planned, "kept": check_once, "write": write_once}[sys.argv[3]]
def status(name):  # of this program only; ru_maxrss would count what its parent held before
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith(name))
act(small)
open("/proc/self/clear_refs", "w").write("5")  # the peak starts anew
before = status("VmRSS")
act(content)
print(status("VmHWM") - before)
"""


def organizations(n_rows):
    """A root, a hundred towns, the rest branches."""
    yield ("R", "某区委", "", "党委", "机关", "", "", "")
    n_towns = max(n_rows // 50, 1)
    for n in range(1, n_rows):
        name = f"{PLACES[n % 18 : n % 18 + 2]}{n}"
        field = FIELDS[n % len(FIELDS)]
        if n <= n_towns:
            yield (f"T{n:04}", f"{name}镇党委", "R", "党委", field, "1998-07-01", "", "")
        else:
            yield (
                f"B{n:05}",
                f"{name}村党支部",
                f"T{n % n_towns + 1:04}",
                "党支部",
                field,
                "2003年5月6日",
                "",
                "备注",
            )


def secretaries(codes):
    """One person per organization."""
    start = date(1960, 1, 1)
    for n, code in enumerate(codes):
        name = SURNAMES[n % 20] + GIVEN[n % 24] + GIVEN[n // 24 % 24]
        born = start + timedelta(days=n * 7 % 12_000)
        yield (
            name,
            "男" if n % 3 else "女",
            f"{born:%Y-%m}",
            f"139{n:08}",
            code,
            "党支部书记",
            date(2021, 3, 1),
            "",
        )


def workbook(n_rows, *, is_wide=False):
    """Return an xlsx with half the rows organizations, half secretaries.

    ``is_wide``: with twelve more columns that a unit keeps for itself, twenty in all.
    """
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    tree = list(organizations(n_rows // 2))
    for name, heads, rows in (
        ("党组织", ORGANIZATION_HEADS, tree),
        ("书记", SECRETARY_HEADS, secretaries([row[0] for row in tree])),
    ):
        page = book.create_sheet(name)
        page.append([*heads, *(OWN_HEADS if is_wide else ())])
        for n, row in enumerate(rows):
            own = [f"内容{n}-{m}" if m % 2 else n * m for m in range(12)] if is_wide else []
            page.append([None if value == "" else value for value in [*row, *own]])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def bare_parse(content):
    """The floor: both sheets as Python lists, nothing looked at."""
    import python_calamine

    with python_calamine.load_workbook(io.BytesIO(content)) as book:
        return [book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names]


def bare_writing(grids):
    """The floor of the error workbook: the same cells by openpyxl's write-only mode, without any style."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for grid in grids:
        page = book.create_sheet()
        for row in grid:
            page.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def lazy_parse(content):
    """What calamine itself takes: the cells of one sheet after the other, row by row, nothing kept."""
    import python_calamine

    with python_calamine.load_workbook(io.BytesIO(content)) as book:
        for name in book.sheet_names:
            for _ in book.get_sheet_by_name(name).iter_rows():
                pass


def stored_rows():
    """Return what an import has written, as COPY gives it out: the tables in the order in which they take it back."""
    from django.db import connection

    copies = {}
    with connection.cursor() as cursor:
        for table in WRITTEN:
            copies[table] = io.BytesIO()
            cursor.copy_expert(f"COPY {table} TO STDOUT", copies[table])
    return copies


def bare_copy(copies):
    """The floor of the writing: the same rows into the same tables, with their keys, indexes, triggers and constraints."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        for table, copy in copies.items():
            copy.seek(0)
            cursor.copy_expert(f"COPY {table} FROM STDIN", copy)


def clear():
    """Empty the roster, past the triggers that keep history: this database is thrown away."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "TRUNCATE secretaries_secretary, rosters_rosterimport, organizations_organization CASCADE"
        )


def check_once(content):
    """The pre-check as a person waits for it: read, check against the database, keep file, outcome and log."""
    from apps.rosters.services import check_workbook

    return check_workbook("花名册.xlsx", content, actor=None, at=AT)


def check_and_confirm(content, counts):
    """What a person does: check, look, confirm, which checks again."""
    from apps.rosters.services import confirm_import

    done = confirm_import(check_once(content).pk, actor=None, at=AT)
    counts.append((done.state, done.n_created, done.n_unchanged))


def write_once(content):
    """What the command does: one pass from bytes to rows, log and file included."""
    from apps.rosters.services import import_workbook

    import_workbook("花名册.xlsx", content, actor=None, at=AT)


def planned(content):
    """Read and check against an empty roster, without database and files."""
    from apps.organizations.domain.fields import PRESET_FIELDS
    from apps.rosters.domain.checking import plan_import
    from apps.rosters.domain.present import EmptyRoster, FieldWords, Reach
    from apps.rosters.kit.workbook import read_workbook

    fields = FieldWords({label: key for key, label in PRESET_FIELDS.items()})
    plan = plan_import(read_workbook(content).sheets, fields, EmptyRoster(), Reach(None))
    assert not plan.problems
    assert sum(1 for _ in plan.changes()) > 1
    return plan


def memory(content, what):
    """Return by how many KB the peak of a ready process rises with the file; ``what`` is a key of ``act`` above."""
    with tempfile.TemporaryDirectory() as folder:
        small, large = Path(folder) / "small.xlsx", Path(folder) / "large.xlsx"
        small.write_bytes(workbook(10))
        large.write_bytes(content)
        done = subprocess.run(
            [sys.executable, "-c", MEMORY, str(small), str(large), what],
            cwd=harness.ROOT, env=os.environ | {"PYTHONPATH": str(harness.ROOT)}, capture_output=True, text=True, check=True,
        )  # fmt: skip
    return json.loads(done.stdout)


def cpu(act, times=9):
    """Return the median of the processor time of this process: what a busy machine does not change."""
    taken = []
    for _ in range(times):
        start = time.process_time()
        act()
        taken.append(time.process_time() - start)
    return statistics.median(taken)


def bomb():
    """An 80 KB workbook that unpacks to 80 MB."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (80 * 1024 * 1024))
    return out.getvalue()


def refuse(content):
    """Offer a hostile file; it must be refused."""
    from apps.rosters.errors import WorkbookRefused
    from apps.rosters.kit.workbook import read_workbook

    start = time.perf_counter()
    try:
        read_workbook(content)
    except WorkbookRefused:
        return time.perf_counter() - start
    raise AssertionError("the bomb was let in")


def export(user):
    """Export the roster as a filled template."""
    from apps.rosters.services import export_roster
    from apps.rosters.sheets import export_skeleton

    with tempfile.TemporaryFile() as out:
        export_roster(out, export_skeleton(FIELDS), actor=user, at=AT)
        return out.tell()


def staff():
    """Return an account that sees everything."""
    from apps.accounts.domain.roles import Role
    from apps.accounts.models import User
    from apps.accounts.services import grant_role
    from apps.organizations.models import Organization

    user = User.objects.create(username="bench", display_name="经办")
    root = Organization.objects.get(superior=None)
    grant_role(user.pk, role=Role.CLERK.value, scope_id=root.pk, actor=None, at=AT)
    return user


def measure(bench):
    content, wide = workbook(10_000), workbook(10_000, is_wide=True)
    bench.figure("rows", 10_000)
    bench.figure("file (KB)", len(content) // 1024)
    bench.figure("file of 20 columns (KB)", len(wide) // 1024)
    measure_import(bench, content)
    measure_wide(bench, wide)
    measure_marking(bench, content)
    measure_processor(bench, {"": content, "20 columns, ": wide})
    measure_memory(bench, {"": content, "20 columns: ": wide})
    refused = max(refuse(bomb()) for _ in range(5))
    bench.figure("80 KB bomb refused, slowest of 5 (ms)", round(refused * 1000, 2))
    bench.goal("G11 bomb refused (ms)", refused * 1000, at_most=200)


def measure_import(bench, content):
    from apps.organizations.models import Organization
    from apps.rosters.kit.guard import open_guarded
    from apps.rosters.kit.workbook import read_workbook

    counts = []
    floor = bench.time("bare calamine parse", lambda: bare_parse(content), times=9)
    bench.time("guard: unpack, look for what could hurt", lambda: open_guarded(content), times=9)
    bench.time("guarded reading", lambda: read_workbook(content), times=9)
    whole = bench.time("reading with all checks and differences", lambda: planned(content), times=9)
    kept = bench.time(
        "pre-check: the same, with database, file and log", lambda: check_once(content), before=clear
    )
    once = bench.time("one pass: read, check, write (the command)", lambda: write_once(content), before=clear)
    twice = bench.time(
        "check, then confirm with a second check", lambda: check_and_confirm(content, counts), before=clear
    )
    again = bench.time("the same workbook again, nothing changed", lambda: check_and_confirm(content, counts))
    assert counts[0] == ("confirmed", 10_000, 0), counts[0]
    assert counts[-1] == ("confirmed", 0, 10_000), counts[-1]
    assert Organization.objects.count() == 5_000
    user = staff()
    bench.time("export of the roster as a filled template", lambda: export(user), times=3)
    copies = stored_rows()
    copying = bench.time(
        "bare COPY of the same rows into the same tables", lambda: bare_copy(copies), before=clear
    )
    bench.goal("all checks / bare parse", whole / floor, at_most=4)
    bench.goal("pre-check with database / bare parse", kept / floor, at_most=4)
    bench.goal("one pass with writing / bare parse", once / floor, at_most=4)
    bench.figure("bare COPY / bare parse: what PostgreSQL itself takes", round(copying / floor, 1))
    bench.goal("one pass with writing / (bare parse + bare COPY)", once / (floor + copying), at_most=2)
    bench.goal("check and confirm (s)", twice, at_most=5)
    bench.goal("unchanged workbook again (s)", again, at_most=5)


def measure_wide(bench, content):
    floor = bench.time("20 columns: bare calamine parse", lambda: bare_parse(content))
    whole = bench.time("20 columns: reading with all checks", lambda: planned(content))
    once = bench.time("20 columns: one pass with writing", lambda: write_once(content), before=clear)
    bench.goal("20 columns: all checks / bare parse", whole / floor, at_most=4)
    bench.goal("20 columns: one pass with writing / bare parse", once / floor, at_most=4)


def measure_marking(bench, content):
    from apps.rosters.domain.rows import Problem
    from apps.rosters.kit.marking import mark_workbook
    from apps.rosters.kit.workbook import read_workbook

    def problems(step):
        return [Problem("党组织", n, "上级编码", "X", "没有这个上级") for n in range(2, 5_001, step)]

    sheets, grids = read_workbook(content).sheets, bare_parse(content)
    bare = bench.time("bare writing of the same cells", lambda: bare_writing(grids), times=3)
    marked = bench.time("error workbook", lambda: mark_workbook(content, sheets, problems(10)), times=3)
    bench.time(
        "error workbook, every row wrong", lambda: mark_workbook(content, sheets, problems(1)), times=3
    )
    bench.goal("error workbook / bare writing", marked / bare, at_most=1.5)


def measure_processor(bench, contents):
    for name, content in contents.items():
        floor = cpu(lambda content=content: bare_parse(content))
        whole = cpu(lambda content=content: planned(content))
        bench.figure(f"{name}processor time: bare parse (s)", round(floor, 4))
        bench.figure(f"{name}processor time: all checks / bare parse", round(whole / floor, 2))


def measure_memory(bench, contents):
    for name, content in contents.items():
        peaks = {}
        for what in ("bare", "lazy", "check", "kept", "write"):
            clear()
            peaks[what] = memory(content, what)
        said = f"{name}peak memory over a ready process"
        bench.figure(f"{said}, all checks (MB)", round(peaks["check"] / 1024, 1))
        for what, words in (("bare", "bare parse"), ("lazy", "calamine row by row and nothing kept")):
            bench.figure(f"{said}, {words} / file", round(peaks[what] * 1024 / len(content), 1))
        bench.figure(f"{said}, one pass with writing / file", round(peaks["write"] * 1024 / len(content), 1))
        bench.goal(f"{said}, all checks / bare parse", peaks["check"] / peaks["bare"], at_most=1)
        bench.goal(f"{said}, all checks / file", peaks["check"] * 1024 / len(content), at_most=10)
        bench.goal(
            f"{said}, pre-check with database, file and log / file",
            peaks["kept"] * 1024 / len(content),
            at_most=10,
        )


if __name__ == "__main__":
    sys.exit(harness.run(__doc__, measure))
