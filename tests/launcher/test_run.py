"""`make run` as a whole: real engines, real web server, real worker, in a path with spaces and Chinese."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psycopg2
import pytest

from config.launcher.engines.sockets import socket_folder
from config.launcher.orphans import Register, started

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("run")]

ROOT = Path(__file__).resolve().parents[2]

OTHERS_CONNECTED = """
    SELECT string_agg(DISTINCT usename, ' ') FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Running:
    """One `serve` with a var/ folder of its own; the built assets are shared."""

    def __init__(self, var):
        self.var, self.port = var, free_port()
        self.process = None

    def start(self):
        dropped = {"DATABASE_URL", "OWNER_DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DJANGO_SETTINGS_MODULE"}
        env = {key: value for key, value in os.environ.items() if key not in dropped}
        # Without an administrator's account nobody could sign in, but starting takes a second instead of a minute.
        env |= {"SPK_VAR_DIR": str(self.var), "SEED": "no"}
        command = [
            sys.executable,
            "-m",
            "config.launcher",
            "serve",
            "127.0.0.1",
            str(self.port),
            repr(time.time()),
        ]
        self.output = (self.var / "output.txt").open("ab")
        self.process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=self.output, stderr=self.output)
        return self

    def text(self):
        return (self.var / "output.txt").read_text(encoding="utf-8")

    def wait_for_text(self, text, times=1, seconds=150):
        self.wait_until(lambda: self.text().count(text) >= times or self.process.poll() is not None, seconds)
        assert self.text().count(text) >= times, self.text()

    def wait_until(self, condition, seconds=150):
        deadline = time.monotonic() + seconds
        while not condition() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert condition(), self.text()

    def children(self):
        return {name: pid for name, (pid, _) in Register(self.var / "run" / "children.json")._read().items()}

    def answers(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/accounts/login/")
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()

    def ask(self, sql):
        connection = self.connect()
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetchone()[0] if cursor.description else None
        finally:
            connection.close()

    def connect(self):
        """Connect as soon as a restarted server lets us."""
        url = f"postgresql://spk@/spk?host={socket_folder(self.var / 'postgres')}"
        deadline = time.monotonic() + 20
        while True:
            try:
                return psycopg2.connect(url)
            except psycopg2.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def stop(self, number=signal.SIGINT):
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(30)


@pytest.fixture(scope="module")
def var(tmp_path_factory):
    """Shared by the tests of this file, as a folder is by one start after another."""
    folder = tmp_path_factory.mktemp("述 评考") / "var"
    folder.mkdir()
    shared = Path(os.environ.get("SPK_VAR_DIR") or ROOT / "var")
    for name in ("assets", "fonts"):
        (folder / name).symlink_to(shared / name)
    return folder


@pytest.fixture
def running(var):
    (var / "output.txt").unlink(missing_ok=True)
    made = Running(var)
    made.start()
    yield made
    made.stop()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_stops_everything_within_seconds(running, number):
    running.wait_for_text("已就绪")
    children, sockets = running.children(), socket_folder(running.var / "postgres")
    assert running.answers() == 200
    begin = time.monotonic()

    code = running.stop(number)

    assert (code, time.monotonic() - begin < 10) == (0, True)
    assert {name: started(pid) for name, pid in children.items()} == dict.fromkeys(children, "")
    assert set(children) == {"valkey", "postgres", "web", "worker", "beat"}
    assert not (running.var / "postgres" / "postmaster.pid").exists()
    assert not sockets.exists()
    assert running.text().strip().endswith("已全部停止。")


def test_killed_children_come_back_and_nothing_is_lost(running):
    running.wait_for_text("已就绪")
    running.ask("CREATE TABLE survived AS SELECT 7 AS n")

    for name in ("web", "worker", "beat", "postgres", "valkey"):
        os.kill(running.children()[name], signal.SIGKILL)
        running.wait_for_text(f"{name} 意外退出（信号 SIGKILL）")
        running.wait_for_text(f"{name} 已重新启动")

    running.wait_until(lambda: running.answers() == 200)
    assert running.ask("SELECT n FROM survived") == 7


def test_second_start_recovers_from_a_killed_supervisor_and_is_quick(running):
    running.wait_for_text("已就绪")
    running.ask("CREATE TABLE kept AS SELECT 7 AS n")
    running.process.kill()
    running.process.wait()

    begin = time.monotonic()
    running.start()
    running.wait_for_text("已就绪", times=2)

    assert time.monotonic() - begin < 30  # 8 on a quiet machine; the suite keeps both cores busy
    assert running.ask("SELECT n FROM kept") == 7
    assert "更新数据库结构" not in running.text().split("已就绪", 1)[1]


def test_folder_from_the_days_of_one_role_gets_the_second(running):
    """Then the application owned the tables it used; the first start with this program takes that from it."""
    running.wait_for_text("已就绪")
    running.ask("CREATE TABLE of_old AS SELECT 7 AS n")
    running.ask("DROP OWNED BY spk_app")
    running.ask("DROP ROLE spk_app")
    running.stop()
    (running.var / "run" / "migrated.stamp").write_text("of an older program", encoding="ascii")

    running.start()
    running.wait_for_text("已就绪", times=2)

    assert "更新数据库结构" in running.text().split("已就绪", 1)[1]
    assert running.answers() == 200
    assert running.ask("SELECT n FROM of_old") == 7
    assert running.ask("SELECT has_table_privilege('spk_app', 'of_old', 'UPDATE')")
    assert not running.ask(
        "SELECT has_table_privilege('spk_app', 'audit_auditentry', 'UPDATE, DELETE, TRUNCATE')"
    )
    assert running.ask("SELECT NOT rolsuper AND NOT rolcreaterole FROM pg_roles WHERE rolname = 'spk_app'")
    # Waited for: the server needs a moment to forget the connections these very questions came by.
    running.wait_until(lambda: running.ask(OTHERS_CONNECTED) == "spk_app")


def test_second_start_in_the_same_folder_names_the_first(running):
    running.wait_for_text("已就绪")

    second = Running(running.var).start()

    assert second.process.wait(30) == 1
    assert f"本目录的述评考已在运行：http://127.0.0.1:{running.port}/" in running.text()
    assert running.answers() == 200
