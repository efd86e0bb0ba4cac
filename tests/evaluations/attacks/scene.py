"""A whole system as `make run` starts it, with every log turned up, and what an administrator can take out of it.

All it writes lies below one folder: data, logs, temporary files, backups. ``Scene.needles`` are the things that must not be found.
"""

import base64
import contextlib
import http.client
import json
import os
import resource
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from pathlib import Path
from queue import Empty, SimpleQueue

import redis
from django.db import connections
from django.test import override_settings

from apps.evaluations.domain.ballots import COMMENT
from apps.evaluations.domain.slips import secret_text
from config.launcher.engines.postgres import USER, Postgres, find_programs
from config.launcher.engines.sockets import socket_folder
from config.launcher.engines.throwaway import running
from config.launcher.programs import DATABASE
from tests.evaluations.attacks.evidence import ask
from tests.evaluations.attacks.halls import ITEMS, answer_text, dice, fill, make_number_hall, with_comments
from tests.journeys.stack import ROOT, Stack
from tests.launcher.test_run import free_port

LOUD = {
    "log_min_duration_statement": "0",
    "log_min_error_statement": "debug5",
    "log_error_verbosity": "verbose",
    "log_lock_waits": "on",
    "log_connections": "on",
    "log_parameter_max_length": "-1",
    "wal_keep_size": "1GB",
}
JSON = {"Content-Type": "application/json"}
PLAIN = {"Content-Type": "application/x-www-form-urlencoded"}
FIXED = dict(zip(ITEMS, ("98", "99", "97"), strict=True))


class LoudStack(Stack):
    """The system under ``loud`` settings; its temporary files lie beside its data."""

    def start(self):
        dropped = {"DATABASE_URL", "OWNER_DATABASE_URL", "REDIS_URL", "SECRET_KEY", "SPK_HOLDS_DIR"}
        env = {key: value for key, value in os.environ.items() if key not in dropped}
        env |= {"SPK_VAR_DIR": str(self.var), "SEED": "no", "TMPDIR": str(self.var.parent)}
        env |= {"DJANGO_SETTINGS_MODULE": "tests.evaluations.attacks.loud"}
        words = ["serve", "127.0.0.1", str(self.port), repr(time.time())]
        with (self.var / "output.txt").open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "config.launcher", *words], cwd=ROOT, env=env, stdout=output, stderr=output,
                preexec_fn=allow_core_files,  # noqa: PLW1509 -- one call into the kernel
            )  # fmt: skip
        self.wait_until(lambda: "已就绪" in self.text() or self.process.poll() is not None, 180)
        assert "已就绪" in self.text(), self.text()

    def loud_database(self):
        """Log every statement of everybody, as an administrator would who looks for slow ones."""
        with contextlib.closing(self.connect()) as link:
            link.autocommit = True
            for name, value in LOUD.items():
                link.cursor().execute(f"ALTER SYSTEM SET {name} = '{value}'")
            link.cursor().execute("SELECT pg_reload_conf()")

    def post(self, path, body, headers):
        """Send one request; return status and body, or nothing if there was no answer."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        with contextlib.closing(link), contextlib.suppress(OSError, http.client.HTTPException):
            link.request("POST", path, body, headers)
            answer = link.getresponse()
            return answer.status, answer.read()
        return None, b""


def allow_core_files():
    """Be a machine on which whatever crashes leaves its memory behind, as far as we may."""
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))


@contextlib.contextmanager
def looking_at(database):
    """Let Django of this process look at another database."""
    used = connections["default"].settings_dict
    before = {name: used[name] for name in database}
    connections.close_all()
    used.update(database)
    try:
        yield
    finally:
        connections.close_all()
        used.update(before)


@contextlib.contextmanager
def temporary_files_in(folder):
    before, tempfile.tempdir = tempfile.tempdir, str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before


@contextlib.contextmanager
def running_scene(n_slips=60, n_plain=6):
    """Start a system and set up a session in it. Look at it within ``scene.looking()`` only: other tests use other databases."""
    folder = Path(tempfile.mkdtemp(prefix="spka-", dir="/tmp"))
    var = folder / "var"
    var.mkdir()
    shared = Path(os.environ.get("SPK_VAR_DIR") or ROOT / "var")
    for name in ("assets", "fonts"):
        (var / name).symlink_to(shared / name)
    stack = LoudStack(var, free_port())
    try:
        with temporary_files_in(folder):
            stack.start()
            stack.loud_database()
        yield Scene(stack, folder, n_slips, n_plain)
    finally:
        with temporary_files_in(folder):
            code = stack.stop()
        shutil.rmtree(folder, ignore_errors=True)
    assert code == 0


class Scene:
    """One session in one system, and what is known of it outside."""

    def __init__(self, stack, folder, n_slips, n_plain):
        self.stack, self.folder, self.n_plain = stack, folder, n_plain
        self.canary = "KANARI" + secrets.token_hex(9)
        self.sealed, self.statuses = {}, []
        with self.looking():
            self.hall = make_number_hall(n_slips, n_reviewees=2, template=with_comments())
            self.part = self.hall.paper.parts[0].key
            self.first, self.second = self.hall.paper.subject_ids
            self.marks = fill(self.hall, dice(2))
        for marks in self.marks.values():
            marks[self.part][self.second] = dict(FIXED)
        self.truth = {one: answer_text(marks[self.part][self.first]) for one, marks in self.marks.items()}
        self.path = f"/evaluations/cast/{self.hall.session.pk}/submit"

    @contextlib.contextmanager
    def looking(self):
        """Use the system's database, secret and files in this process."""
        secret = (self.stack.var / "secret").read_text(encoding="ascii").strip()
        own = override_settings(SECRET_KEY=secret, HOLDS_DIR=self.stack.var / "holds")
        with temporary_files_in(self.folder), own, looking_at(self.stack.database()):
            yield

    def words(self, n):
        return {self.part: {self.second: {COMMENT: f"{self.canary} {n}"}}}

    def parcel(self, slip, n):
        """Return the request of a browser with scripts; the sealed ballot is made once per slip."""
        if slip.selector not in self.sealed:
            marks = self.marks[slip.selector]
            self.sealed[slip.selector] = self.hall.seal(slip, marks, texts=self.words(n))
        return request_body(slip, self.sealed[slip.selector])

    def plain_form(self, slip, n):
        """Return the request of a browser without scripts: the answers as they are."""
        fields = {"code": slip.typed_code, f"m-{self.part}-{self.second}-{COMMENT}": f"{self.canary} {n}"}
        for subject, row in self.marks[slip.selector][self.part].items():
            fields |= {f"m-{self.part}-{subject}-{item}": answer for item, answer in row.items()}
        return urllib.parse.urlencode(fields)

    def cast(self, *, beside=(), n_writers=8):
        """Let everybody cast over HTTP, the first ``n_plain`` without scripts. ``beside``: what others do meanwhile."""
        waiting = SimpleQueue()
        for n, slip in enumerate(self.hall.all_slips):
            is_plain = n < self.n_plain
            waiting.put((self.plain_form(slip, n), PLAIN) if is_plain else (self.parcel(slip, n), JSON))
        threads = [threading.Thread(target=self._send, args=(waiting,)) for _ in range(n_writers)]
        threads += [threading.Thread(target=act) for act in beside]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _send(self, waiting):
        with contextlib.suppress(Empty):
            while True:
                status, _ = self.stack.post(self.path, *waiting.get_nowait())
                self.statuses.append(status)

    # -- what an administrator takes

    @property
    def database(self):
        return ["-h", self.stack.sockets, "-U", USER]

    def tool(self, name, *words):
        folder = find_programs()[0].folder
        environment = os.environ | {"LC_ALL": "C"}
        subprocess.run(
            [folder / name, *self.database, *words], check=True, capture_output=True, env=environment
        )

    def dump(self):
        path = self.folder / "dump.sql"
        self.tool("pg_dump", "-d", DATABASE, "-f", str(path))
        return path

    def base_backup(self, name):
        path = self.folder / name
        self.tool("pg_basebackup", "-D", str(path), "-X", "stream", "-c", "fast")
        return path

    def archive(self):
        """Copy the write-ahead log as an archive would hold it."""
        ask("SELECT pg_switch_wal()")
        path = self.folder / "archive"
        shutil.copytree(self.stack.var / "postgres" / "pg_wal", path, dirs_exist_ok=True)
        return path

    def queue_files(self):
        """Let the queue's server write what it holds, both ways it can."""
        sockets = socket_folder(self.stack.var / "valkey")
        server = redis.Redis(unix_socket_path=str(sockets / "valkey.sock"))
        server.config_set("appendonly", "yes")
        server.save()
        self.stack.wait_until(lambda: not server.info("persistence")["aof_rewrite_in_progress"], 10)
        server.config_set("appendonly", "no")
        shutil.move(sockets / "appendonlydir", self.folder / "queue")
        shutil.move(sockets / "dump.rdb", self.folder / "queue")

    @contextlib.contextmanager
    def restored(self, backup, *, lsn=None):
        """Run a server on a copy of a backup, replayed up to ``lsn`` (or not at all), and look at it."""
        copy = self.folder / f"{backup.name}-run"
        shutil.copytree(backup, copy)
        if lsn:
            (copy / "recovery.signal").touch()
            with (copy / "postgresql.auto.conf").open("a", encoding="utf-8") as file:
                file.write(f'restore_command = \'cp "{self.folder}/archive/%f" "%p"\'\n')
                file.write(f"recovery_target_lsn = '{lsn}'\nrecovery_target_action = 'promote'\n")
        server = Postgres(copy)
        database = self.stack.database() | {"HOST": str(server.sockets)}
        with running(server, self.folder / "restored.log"), looking_at(database):
            self.stack.wait_until(lambda: ask("SELECT pg_is_in_recovery()") == [(False,)], 30)
            yield
        shutil.rmtree(copy)
        shutil.rmtree(server.sockets, ignore_errors=True)

    def logs(self):
        """Return everything that was logged: by supervisor, web, worker, both engines."""
        paths = [
            self.stack.var / "output.txt",
            *(self.stack.var / "log").rglob("*"),
            *self.folder.glob("*.log"),
        ]
        return {path: path.read_text(encoding="utf-8", errors="replace") for path in paths if path.is_file()}

    def files(self):
        """Return all files of the system, with its backups."""
        return [path for path in self.folder.rglob("*") if path.is_file() and not path.is_symlink()]


def request_body(slip, sealed):
    return json.dumps(
        {
            "selector": slip.selector,
            "secret": secret_text(slip.secret),
            "ciphertext": base64.b64encode(sealed).decode(),
        }
    )


def spellings(text):
    """Return the byte strings under which a text may lie in a file."""
    raw = text.encode()
    found = {raw, raw.hex().encode(), raw.hex().upper().encode(), text.encode("utf-16-le")}
    found.add(urllib.parse.quote_plus(text).encode())
    found.add(json.dumps(text)[1:-1].encode())
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + raw)
        found.add(coded[4 if shift else 0 : -4])
    return {one for one in found if len(one) > 8}


def find(files, texts):
    """Return which file holds which text, in any spelling."""
    wanted = [(text, one) for text in texts for one in spellings(text)]
    return sorted({(str(path), text) for path in files for text in _inside(path, wanted)})


def _inside(path, wanted):
    try:
        content = path.read_bytes()
    except FileNotFoundError:  # gone since it was listed, such as PostgreSQL's cache of its own catalogs
        return []
    return [text for text, one in wanted if one in content]
