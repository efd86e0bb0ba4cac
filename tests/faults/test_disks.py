"""F14, F15: a disk is full, then freed. The disks are real and small (``small_disk``); where the kernel forbids them, this is skipped aloud."""

import contextlib
import errno
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings as django_settings
from django.db import connections

from apps.documents.kit.storage import UNFINISHED
from apps.documents.models import StoredFile
from apps.evaluations.models import UrnEntry
from config.launcher.engines.postgres import USER, Postgres, find_programs
from tests.factories.evaluations import make_hall
from tests.faults.invariants import check_invariants, settle
from tests.faults.phones import parcel_of, send
from tests.faults.small_disk import can_have_small_disks
from tests.faults.systems import looking_at
from tests.support.database import APPLICATION, current_database_url

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module", autouse=True)
def _small_disks():
    if not can_have_small_disks():
        pytest.skip("this kernel lets nobody but root mount a disk of his own (user namespaces are off)")


class SmallServer:
    """A database server whose write-ahead log has 48 MB."""

    def __init__(self, folder):
        self.engine = Postgres(folder / "d", sockets=folder / "s")
        self.engine.sockets.mkdir(mode=0o700)
        self.engine.prepare()
        self.log = (folder / "log.txt").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.small_disk", "postgres", str(self.engine.data), str(self.engine.sockets)],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, text=True, env=os.environ,
        )  # fmt: skip

    def say(self, word):
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline().strip() == word

    def connect(self, database="postgres"):
        link = psycopg2.connect(dbname=database, user=USER, host=str(self.engine.sockets))
        link.autocommit = True
        return link

    def ask(self, sql):
        try:
            link = self.connect()
        except psycopg2.OperationalError:
            return None
        with link.cursor() as cursor:
            cursor.execute(sql)
            found = cursor.fetchone()[0]
        link.close()
        return found

    def wait_until_it_answers(self):
        deadline = time.monotonic() + 90
        while self.ask("SELECT 1") != 1:
            assert time.monotonic() < deadline
            time.sleep(0.05)

    def copy_schema(self, name):
        """Build the database of this test run anew, without its rows."""
        with contextlib.closing(self.connect()) as link, link.cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{name}"')
            cursor.execute(f"CREATE ROLE {APPLICATION}")  # the dump grants rights to it
        programs, environment = find_programs()[0].folder, os.environ | {"LC_ALL": "C"}
        dump = subprocess.run(
            [programs / "pg_dump", "-d", current_database_url()],
            check=True,
            capture_output=True,
            env=environment,
        )
        into = [
            programs / "psql",
            "-q",
            "-v",
            "ON_ERROR_STOP=1",
            "-h",
            str(self.engine.sockets),
            "-U",
            USER,
            "-d",
            name,
        ]
        subprocess.run(into, input=dump.stdout, check=True, capture_output=True, env=environment)

    def database(self, name):
        return {"NAME": name, "USER": USER, "PASSWORD": "", "HOST": str(self.engine.sockets), "PORT": ""}

    def stop(self):
        self.process.stdin.write("quit\n")
        self.process.stdin.close()
        self.process.wait(60)
        self.process.stdout.close()
        self.log.close()


@pytest.fixture
def server():
    with tempfile.TemporaryDirectory(prefix="spkf-", dir="/tmp") as folder:
        small = SmallServer(Path(folder))
        try:
            small.wait_until_it_answers()
            yield small
        finally:
            small.stop()


def test_f14_log_volume_full_refuses_and_loses_nothing(server, live_server, caplog):
    caplog.set_level("DEBUG")
    server.copy_schema("small")
    port = live_server.thread.port
    with looking_at(server.database("small")):
        hall = make_hall(n_slips=4, n_reviewees=2)
        parcels = [parcel_of(hall, slip) for slip in hall.all_slips[:6]]
        heard = {}
        for parcel in parcels[:2]:
            assert send(port, parcel).proves(parcel)
            heard[parcel.selector] = parcel.tracker
        connections.close_all()

        server.say("fill")
        server.ask("SELECT pg_switch_wal()::text")
        answers = [send(port, parcel) for parcel in parcels[2:5]]
        assert [(one.status, one.content.get("code")) for one in answers] == [(503, "busy")] * 3
        assert "您填写的内容还在本页" in answers[0].content["detail"]

        server.say("free")
        server.wait_until_it_answers()
        connections.close_all()
        sent = {one.selector: {one.tracker} for one in parcels}
        check_invariants(hall, acknowledged=heard, sent=sent)
        for parcel in parcels[2:]:
            assert send(port, parcel).proves(parcel)
        settle(hall, acknowledged={one.selector: one.tracker for one in parcels}, sent=sent, logs=caplog.text)


def test_f15_media_volume_full_stops_files_but_no_ballot(tmp_path):
    hall = make_hall(n_slips=1, n_reviewees=1)
    parcel = parcel_of(hall, hall.all_slips[0])
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.small_disk", "files", str(tmp_path)], cwd=ROOT, check=True, capture_output=True, text=True,
        input=json.dumps({"path": parcel.path, "body": parcel.body}),
        env=os.environ | {
            "DATABASE_URL": current_database_url(), "DJANGO_SETTINGS_MODULE": "config.settings.test",
            "SECRET_KEY": django_settings.SECRET_KEY, "SPK_HOLDS_DIR": str(django_settings.HOLDS_DIR),
        },
    )  # fmt: skip

    said = json.loads(done.stdout.splitlines()[-1])

    assert [name for name in said.pop("left") if not name.endswith(UNFINISHED)] == []  # swept a day later
    assert said == {"errno": errno.ENOSPC, "status": 200, "content": {"tracker": parcel.tracker}}
    assert (StoredFile.objects.count(), UrnEntry.objects.count()) == (0, 1)
    settle(hall, acknowledged={parcel.selector: parcel.tracker}, sent={parcel.selector: {parcel.tracker}})
