"""Imports of rosters: killed at any statement, killed for good, two people at the same moment."""

import contextlib
import os
import signal
import subprocess
import sys

import psycopg2
import pytest
from django.conf import settings as django_settings
from django.db import InterfaceError, OperationalError, connection

from apps.audit.errors import LogNotWritten
from apps.audit.models import AuditEntry
from apps.audit.services import verify_chain
from apps.organizations.models import Organization, OrganizationChange
from apps.rosters.domain.states import ImportState
from apps.rosters.models import RosterImport
from apps.rosters.selectors import preview_lines
from apps.rosters.services import check_workbook, confirm_import
from apps.secretaries.models import Appointment, Secretary
from tests.factories.rosters import AT, BRANCH, HEAD, ROOT, TOWN, workbook
from tests.faults.phones import at_once
from tests.faults.test_opening import DiesAt, current_database_url, wait_for_end_of_others, wait_for_lock

pytestmark = pytest.mark.django_db(transaction=True)


def roster_size():
    models = (Organization, OrganizationChange, Secretary, Appointment)
    return tuple(model.objects.count() for model in models)


def checked(organizations, secretaries=()):
    return check_workbook("花名册.xlsx", workbook(organizations, secretaries), actor=None, at=AT)


def many(n_rows):
    """A root with so many branches, each with its secretary."""
    codes = [f"B{n}" for n in range(n_rows)]
    branches = [[code, f"{code}村党支部", "R", "党支部", "农区"] for code in codes]
    heads = [
        [f"王{n}", "男", None, f"139{n:08}", code, "党支部书记", "2021-03-01"] for n, code in enumerate(codes)
    ]
    return [ROOT, *branches], heads


def test_import_that_dies_at_any_statement_writes_nothing(transactional_db):
    """n = 1, 2, 3 … until the import runs through."""
    one = checked([ROOT, TOWN, BRANCH], [HEAD])
    n_entries = AuditEntry.objects.count()

    n = 0
    while RosterImport.objects.get().state == ImportState.CHECKED.value:
        n += 1
        assert (roster_size(), AuditEntry.objects.count()) == ((0, 0, 0, 0), n_entries)
        with (
            connection.execute_wrapper(DiesAt(n)),
            contextlib.suppress(OperationalError, InterfaceError, LogNotWritten),
        ):
            confirm_import(one.pk, actor=None, at=AT)
        connection.close()

    assert n > 10
    assert roster_size() == (3, 3, 1, 1)
    assert AuditEntry.objects.count() == n_entries + 1
    assert verify_chain().holds


@pytest.mark.slow
@pytest.mark.parametrize(
    "table",
    ["organizations_organization", "secretaries_secretary", "rosters_rosterimport", "audit_auditentry"],
)
def test_command_killed_while_it_writes_leaves_nothing(transactional_db, tmp_path, table):
    """The real command, held where it waits to write, and killed by `kill -9`; the next one imports everything."""
    path = tmp_path / "花名册.xlsx"
    path.write_bytes(workbook(*many(300)))
    link = psycopg2.connect(current_database_url())
    with link.cursor() as cursor:
        cursor.execute(f'LOCK TABLE "{table}" IN SHARE MODE')
        process = command(path)
        wait_for_lock(cursor, table, process)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        link.rollback()
    link.close()

    wait_for_end_of_others()
    assert (roster_size(), RosterImport.objects.count()) == ((0, 0, 0, 0), 0)
    again = command(path)
    assert (again.wait(60), "新增 601" in again.stdout.read()) == (0, True)
    assert roster_size() == (301, 301, 300, 300)


def command(path):
    return subprocess.Popen(
        [sys.executable, str(django_settings.BASE_DIR / "manage.py"), "import_roster", str(path)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=os.environ | {
            "DATABASE_URL": current_database_url(), "DJANGO_SETTINGS_MODULE": "config.settings.test",
            "SPK_FILES_DIR": str(django_settings.MEDIA_ROOT), "SECRET_KEY": django_settings.SECRET_KEY,
        },
    )  # fmt: skip


def test_two_confirm_different_workbooks_at_the_same_moment(transactional_db):
    """One is written; the other would now write something else than was shown, so it is shown anew."""
    confirm_import(checked([ROOT, TOWN]).pk, actor=None, at=AT)
    first = checked([["T1", "名称甲", "R", "党委", "农区"]])
    second = checked([["T1", "名称乙", "R", "党委", "农区"]])

    at_once(*(confirming(one) for one in (first, second)))

    states = {one.pk: RosterImport.objects.get(pk=one.pk) for one in (first, second)}
    done = [one for one in states.values() if one.state == ImportState.CONFIRMED.value]
    stale = [one for one in states.values() if one.state == ImportState.CHECKED.value]
    assert (len(done), len(stale)) == (1, 1)
    written = Organization.objects.get(code="T1").name
    assert stale[0].reason.startswith("预检之后")
    assert preview_lines(stale[0])[0].fields[0][1] == written
    confirm_import(stale[0].pk, actor=None, at=AT)
    assert Organization.objects.get(code="T1").name in {"名称甲", "名称乙"} - {written}


def test_two_confirm_the_same_new_rows_at_the_same_moment(transactional_db):
    """The second finds everything there already: nothing twice, and it says so."""
    rows, heads = many(40)
    imports = [checked(rows, heads) for _ in range(2)]

    answers = at_once(*(confirming(one) for one in imports))

    assert not [one for one in answers if isinstance(one, Exception)]
    assert roster_size() == (41, 41, 40, 40)
    assert sorted(RosterImport.objects.values_list("state", flat=True)) == ["checked", "confirmed"]
    stale = RosterImport.objects.get(state="checked")
    assert (stale.n_created, stale.n_unchanged) == (0, 81)


def test_one_import_confirmed_twice_at_the_same_moment_is_written_once(transactional_db):
    one = checked(*many(40))

    answers = at_once(*(confirming(one) for _ in range(3)))

    assert [answer.state for answer in answers] == ["confirmed"] * 3
    assert roster_size() == (41, 41, 40, 40)
    assert AuditEntry.objects.filter(action="rosters.confirmed").count() == 1


def confirming(one):
    return lambda: confirm_import(one.pk, actor=None, at=AT)
