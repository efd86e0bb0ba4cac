"""Roster import of 10,000 rows with all checks and the writing, against a bare calamine parse of the same file.

`python -m benchmarks.roster_import [--quick] [--json FILE]`
"""

import io
import sys
import time
import zipfile
from datetime import UTC, date, datetime, timedelta

from benchmarks import _harness as harness

AT = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀英霞平刚桂兰"
PLACES = "柳湾松石白鹭红杉云坪石渠芦溪南塬东湖西岭"
FIELDS = ("农区", "城市", "两新", "机关", "国企", "卫健", "教育")
ORGANIZATION_HEADS = ("编码*", "名称*", "上级编码", "类型*", "领域*", "成立日期", "撤销日期", "备注")
SECRETARY_HEADS = ("姓名*", "性别", "出生年月", "手机", "党组织编码*", "职务*", "任职日期*", "免职日期")


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


def workbook(n_rows):
    """Return an xlsx with half the rows organizations, half secretaries."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    tree = list(organizations(n_rows // 2))
    for name, heads, rows in (
        ("党组织", ORGANIZATION_HEADS, tree),
        ("书记", SECRETARY_HEADS, secretaries([row[0] for row in tree])),
    ):
        page = book.create_sheet(name)
        page.append(heads)
        for row in rows:
            page.append([None if value == "" else value for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def bare_parse(content):
    """The floor: both sheets as Python lists, nothing looked at."""
    import python_calamine

    with python_calamine.load_workbook(io.BytesIO(content)) as book:
        return [book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names]


def clear():
    """Empty the roster."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE organizations_organizationchange DISABLE TRIGGER USER"
        )  # it may not be emptied
        cursor.execute(
            "TRUNCATE secretaries_appointment, secretaries_secretary, rosters_rowerror, rosters_rosterimport, "
            "organizations_organization CASCADE"
        )


def import_once(content, counts):
    """Check and confirm, as the command does."""
    from apps.rosters.services import check_workbook, confirm_import

    checked = check_workbook("花名册.xlsx", content, actor=None, at=AT)
    done = confirm_import(checked.pk, actor=None, at=AT)
    counts.append((done.state, done.n_created, done.n_unchanged))


def write_once(content):
    """One pass from bytes to rows: read, check, write, without the second check that a person's confirmation costs."""
    from django.db import transaction

    from apps.organizations.services import save_roster_organizations
    from apps.rosters.domain.checking import plan_import
    from apps.rosters.domain.present import Reach
    from apps.rosters.kit.workbook import read_workbook
    from apps.rosters.selectors import present_roster
    from apps.secretaries.services import save_roster_people

    with transaction.atomic():
        plan = plan_import(read_workbook(content).sheets, present_roster(), Reach(None))
        ids = save_roster_organizations(plan.organizations)
        save_roster_people(plan.people, plan.appointments, organization_ids=ids)


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


def measure(bench):
    from apps.organizations.models import Organization
    from apps.rosters.domain.checking import plan_import
    from apps.rosters.domain.present import PresentRoster, Reach
    from apps.rosters.domain.rows import Problem
    from apps.rosters.kit.guard import open_guarded
    from apps.rosters.kit.workbook import read_workbook
    from apps.rosters.sheets import error_workbook

    n_rows = 10_000
    content = workbook(n_rows)
    counts = []
    bench.figure("rows", n_rows)
    bench.figure("file (KB)", len(content) // 1024)
    floor = bench.time("bare calamine parse", lambda: bare_parse(content), times=9)
    bench.time("guard: unpack, look for formulas and far cells", lambda: open_guarded(content))
    bench.time("guarded reading", lambda: read_workbook(content))
    book = read_workbook(content)
    bench.time("all checks, empty roster", lambda: plan_import(book.sheets, PresentRoster(), Reach(None)))
    once = bench.time("one pass: read, check, write", lambda: write_once(content), before=clear)
    whole = bench.time(
        "check, then confirm with a second check", lambda: import_once(content, counts), before=clear
    )
    again = bench.time("the same workbook again, nothing changed", lambda: import_once(content, counts))
    problems = [Problem("党组织", n, "上级编码", "X", "没有这个上级") for n in range(2, n_rows // 2, 10)]
    bench.time("error workbook", lambda: error_workbook(book, problems), times=3)
    refused = max(refuse(bomb()) for _ in range(5))
    bench.figure("80 KB bomb refused, slowest of 5 (ms)", round(refused * 1000, 2))

    assert counts[0] == ("confirmed", n_rows, 0), counts[0]
    assert counts[-1] == ("confirmed", 0, n_rows), counts[-1]
    assert Organization.objects.count() == n_rows // 2
    bench.goal("G10 one pass / bare parse", once / floor, at_most=4)
    bench.goal("check and confirm (s)", whole, at_most=5)
    bench.goal("unchanged workbook again (s)", again, at_most=5)
    bench.goal("G11 bomb refused (ms)", refused * 1000, at_most=200)


if __name__ == "__main__":
    sys.exit(harness.run(__doc__, measure))
