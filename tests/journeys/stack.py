"""The whole system as `make run` runs it, in a folder of its own, to be killed piece by piece.

The supervisor, both engines (with the durable settings of real data), web, worker and scheduler are real processes; this
process looks at their database through Django, and does what people do over HTTP.
"""

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from http.cookiejar import CookieJar
from pathlib import Path

import psycopg2
from django.db import InterfaceError, OperationalError, connections

from config.launcher.engines.postgres import USER
from config.launcher.engines.sockets import socket_folder
from config.launcher.orphans import Register
from config.launcher.programs import DATABASE

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "Qinghe-2026-shupingkao"


class Stack:
    """One running system. ``kills`` counts what we did to it."""

    def __init__(self, var, port):
        self.var, self.port = var, port
        self.kills = Counter()
        self.process = None

    # -- its life

    def start(self):
        dropped = {"DATABASE_URL", "OWNER_DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DJANGO_SETTINGS_MODULE"}
        env = {key: value for key, value in os.environ.items() if key not in dropped}
        env |= {"SPK_VAR_DIR": str(self.var), "SEED": "no"}
        words = ["serve", "127.0.0.1", str(self.port), repr(time.time())]
        with (self.var / "output.txt").open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "config.launcher", *words], cwd=ROOT, env=env, stdout=output, stderr=output
            )  # fmt: skip
        self.wait_until(lambda: "已就绪" in self.text() or self.process.poll() is not None, 180)
        assert "已就绪" in self.text(), self.text()

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        code = self.process.wait(40)
        for name in ("postgres", "valkey"):
            sockets = socket_folder(self.var / name)
            for path in sockets.iterdir():
                path.unlink()
            sockets.rmdir()
        return code

    def text(self):
        return (self.var / "output.txt").read_text(encoding="utf-8", errors="replace")

    # -- faults

    def pid(self, name):
        return Register(self.var / "run" / "children.json")._read()[name][0]

    def kill(self, name, *, at_once=False):
        """``kill -9`` one supervised program; the supervisor has to notice by itself.

        What it had started goes with it: a moment later, by the supervisor, or ``at_once``.
        """
        pid = self.pid(name)
        self.kills[name] += 1
        (os.killpg if at_once else os.kill)(pid, signal.SIGKILL)
        self.wait_until(lambda: self.n_deaths(name) == self.kills[name], 20)
        self.wait_until(lambda: _group(pid) == [], 5)

    def wait_restarted(self):
        """Wait until everything that was killed runs again, database and web answering."""
        self.wait_until(lambda: all(self.n_restarts(name) >= n for name, n in self.kills.items()), 60)
        self.wait_until(lambda: self.ask("SELECT 1") == 1 and self.answers(), 60)
        connections.close_all()

    def n_restarts(self, name):
        return self.text().count(f"{name} 已重新启动。")

    def n_deaths(self, name):
        return self.text().count(f"{name} 意外退出（信号 SIGKILL）")

    def flush_queue(self):
        """FLUSHALL on the queue's server."""
        import redis

        redis.Redis(unix_socket_path=str(socket_folder(self.var / "valkey") / "valkey.sock")).flushall()

    def members(self, name, words):
        """Return the processes of a program's group whose command line holds ``words``."""
        group = self.pid(name)
        return [pid for pid in _group(group) if words in _command(pid)]

    def pool(self, name):
        """Return the processes a program has started itself."""
        return [pid for pid in _group(self.pid(name)) if pid != self.pid(name)]

    # -- looking at it

    def database(self):
        """Return Django's settings for its database."""
        return {"NAME": DATABASE, "USER": USER, "PASSWORD": "", "HOST": self.sockets, "PORT": ""}

    @property
    def sockets(self):
        return str(socket_folder(self.var / "postgres"))

    def connect(self):
        return psycopg2.connect(dbname=DATABASE, user=USER, host=self.sockets)

    def ask(self, sql):
        """Return the first value, or nothing while the server does not answer."""
        try:
            with contextlib.closing(self.connect()) as link, link.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetchone()[0]
        except psycopg2.OperationalError:
            return None

    @contextlib.contextmanager
    def nobody_writes(self, table):
        """Let everybody who writes to a table wait in the middle of the transaction, until the block ends."""
        link = self.connect()
        try:
            with link.cursor() as cursor:
                cursor.execute(f'LOCK TABLE "{table}" IN SHARE MODE')
            yield
        finally:
            link.close()

    def is_waiting_for(self, table):
        sql = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = '{}'::regclass"
        return bool(self.ask(sql.format(table)))

    def answers(self):
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        with contextlib.closing(link):
            try:
                link.request("GET", "/healthz")
                return link.getresponse().status == 200
            except (OSError, http.client.HTTPException):
                return False

    def wait_until(self, condition, seconds):
        """Wait; a database that is away is no answer yet. Return the seconds it took."""
        begun = time.monotonic()
        while not _holds(condition):
            if time.monotonic() - begun > seconds:
                raise AssertionError(f"waited {seconds} s in vain; the log says:\n{self.text()[-6000:]}")
            time.sleep(0.02)
        return time.monotonic() - begun


def _holds(condition):
    try:
        return condition()
    except (OperationalError, InterfaceError):
        connections.close_all()
        return False


def _group(group):
    """Return the living processes of a process group."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, IndexError):
            fields = (
                (folder / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            )
            if int(fields[2]) == group and fields[0] != "Z":
                found.append(int(folder.name))
    return found


def _command(pid):
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode("utf-8", "replace").replace("\0", " ")
    return ""


def parent_of(pid):
    return int(Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])


class Desk:
    """A signed-in person: cookies and forms, no scripts."""

    def __init__(self, stack, username):
        self.base = f"http://127.0.0.1:{stack.port}"
        self.jar = CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        self.get("/accounts/login/")
        answer = self.post("/accounts/login/", username=username, password=PASSWORD)
        assert answer.url == f"{self.base}/", answer.url

    def get(self, path):
        return self.opener.open(self.base + path, timeout=60)

    def post(self, path, **fields):
        """Send a form and follow to the page it leads to; what is refused comes back as a page too."""
        token = next(cookie.value for cookie in self.jar if cookie.name == "csrftoken")
        body = urllib.parse.urlencode({"csrfmiddlewaretoken": token} | fields).encode()
        try:
            return self.opener.open(self.base + path, body, timeout=60)
        except urllib.error.HTTPError as refused:
            return refused
