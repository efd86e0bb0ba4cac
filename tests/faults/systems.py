"""The running system, and more ways to hurt it than to kill a program."""

import contextlib
import os
import signal
import tempfile
import time
from pathlib import Path

import psycopg2
from django.db import connections
from django.test import override_settings

from config.launcher.engines.sockets import socket_folder
from tests.journeys.stack import ROOT, Stack, _command, _group
from tests.launcher.test_run import free_port


@contextlib.contextmanager
def faulty_system():
    """Run what `make run` runs, in a folder that is deleted afterwards."""
    with tempfile.TemporaryDirectory(prefix="spkf-", dir="/tmp") as folder:
        var = Path(folder) / "var"
        var.mkdir()
        shared = Path(os.environ.get("SPK_VAR_DIR") or ROOT / "var")
        for name in ("assets", "fonts"):
            (var / name).symlink_to(shared / name)
        system = FaultySystem(var, free_port())
        try:
            system.start()
            yield system
        finally:
            system.resume()
            assert system.stop() == 0, system.text()[-6000:]


@contextlib.contextmanager
def looking_into(system):
    """Let Django of this process use the system's database and secret."""
    secret = (system.var / "secret").read_text(encoding="ascii").strip()
    with override_settings(SECRET_KEY=secret), looking_at(system.database()):
        yield


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


class FaultySystem(Stack):
    """One running system. Everything is waited for by looking, nothing by sleeping."""

    def __init__(self, var, port):
        super().__init__(var, port)
        self.stopped = []

    def wait_until(self, condition, seconds):
        """Wait like the others, but look less often: to look at all processes costs what the system needs to start."""

        def patient():
            if condition():
                return True
            time.sleep(0.08)
            return False

        return super().wait_until(patient, seconds)

    def settle(self):
        """Wait until everything runs again, database and web answering."""
        self.wait_until(
            lambda: self.ask("SELECT 1") == 1 and self.answers() and len(self.web_processes()) >= 2, 120
        )
        connections.close_all()

    def web_processes(self):
        """Return the processes that serve requests: granian's workers, not granian itself."""
        main = self.pid("web")
        return [pid for pid in _group(main) if pid != main and "resource_tracker" not in _command(pid)]

    def end(self, name, number=signal.SIGKILL):
        """Signal a supervised program itself and wait until the supervisor has noticed its end."""
        n_before = self.n_ends(name)
        os.kill(self.pid(name), number)
        self.wait_until(lambda: self.n_ends(name) > n_before, 40)

    def end_all_of(self, name):
        """``kill -9`` a program with all it has started, at one instant."""
        n_before = self.n_ends(name)
        os.killpg(self.pid(name), signal.SIGKILL)
        self.wait_until(lambda: self.n_ends(name) > n_before, 40)

    def cut_power_and_start(self):
        """SIGKILL to the supervisor and all it has started, at one instant; then start anew. Return the seconds until it is ready."""
        names = ("web", "postgres", "valkey", "worker", "beat")
        groups = [self.pid(name) for name in names]
        os.kill(self.process.pid, signal.SIGKILL)
        for group in groups:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)
        self.process.wait()
        (self.var / "output.txt").rename(self.var / "output-before.txt")
        begun = time.monotonic()
        self.start()
        self.settle()
        return time.monotonic() - begun

    def n_ends(self, name):
        return self.text().count(f"{name} 意外退出")

    def freeze(self, *pids):
        """Stop processes in the middle of what they do."""
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
            self.stopped.append(pid)

    def resume(self):
        """Let what was frozen go on, if it still lives."""
        while self.stopped:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.stopped.pop(), signal.SIGCONT)

    def kill_frozen(self):
        while self.stopped:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.stopped.pop(), signal.SIGKILL)

    def queue(self):
        import redis

        sockets = socket_folder(self.var / "valkey")
        return redis.Redis(unix_socket_path=str(sockets / "valkey.sock"), socket_timeout=5)

    @contextlib.contextmanager
    def all_connections_taken(self):
        """Hold every connection the database has."""
        held = [self.connect()]
        held[0].autocommit = True
        try:
            while self._throw_out_others(held):
                with contextlib.suppress(psycopg2.OperationalError):
                    while True:
                        held.append(self.connect())
            yield
        finally:
            for link in held:
                link.close()
            connections.close_all()

    @staticmethod
    def _throw_out_others(held):
        """End the connections of everybody else; return whether there were any."""
        own = tuple(link.info.backend_pid for link in held)
        with held[0].cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid NOT IN %s",
                [own],
            )
            n_ended = cursor.fetchone()[0]
            cursor.execute("SELECT current_setting('max_connections')::int")
            return n_ended > 0 or len(held) < cursor.fetchone()[0]
