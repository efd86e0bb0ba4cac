"""The real server on durable engines, started by the launcher's own command, and what its processes cost."""

import contextlib
import os
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

HOST = "127.0.0.1"
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Server:
    """A running web server and the database below it."""

    port: int
    web_pid: int
    postgres_pid: int
    log: Path

    def cpu(self):
        """Seconds of processor time of the web server and of the database so far."""
        return tree_cpu(self.web_pid) + tree_cpu(self.postgres_pid)


@contextlib.contextmanager
def web_server(folder):
    """Run `make run`'s web server with the production settings."""
    from config.launcher import programs

    project, env = launcher_view()
    port = free_port()
    program = programs.web(project, env | {"SPK_STATIC_ROOT": str(folder / "static")}, HOST, port)
    log = folder / "web.log"
    with running_program(program, log) as process:
        _wait_for_answer(port, process, log)
        yield Server(port, process.pid, postgres_pid(), log)


def launcher_view():
    """Return the project and the environment that `make run` gives its programs, pointed at our engines."""
    from config.launcher import programs
    from config.launcher.project import this_project

    project = this_project()
    env = programs.shared_environment(project, os.environ["DATABASE_URL"], os.environ["REDIS_URL"])
    return project, env | {
        "DJANGO_SETTINGS_MODULE": "config.settings.production", "ALLOWED_HOSTS": HOST,
    }  # fmt: skip


@contextlib.contextmanager
def running_program(program, log):
    """Run one of the launcher's programs until the block ends."""
    from config.launcher.engines.privileges import child_command
    from config.launcher.engines.throwaway import stop

    with log.open("ab") as output:
        process = subprocess.Popen(
            child_command(program.command), cwd=Path(__file__).resolve().parents[2], env=program.environment,
            stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
        )  # fmt: skip
    try:
        yield process
    finally:
        stop(process, program.stop_signal)


def free_port():
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def postgres_pid():
    """Find the server by the folder of its socket."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SHOW data_directory")
        folder = Path(cursor.fetchone()[0])
    return int((folder / "postmaster.pid").read_text().split("\n", 1)[0])


def _wait_for_answer(port, process, log):
    from config.launcher.serve import answers

    deadline = time.monotonic() + 90
    while time.monotonic() < deadline and process.poll() is None:
        if answers(HOST, port):
            return
        time.sleep(0.2)
    raise SystemExit(f"the web server did not start:\n{log.read_text(errors='replace')[-2000:]}")


def tree_cpu(pid):
    """Seconds of processor time of a process and all below it, those that have ended included."""
    children = {}
    times = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = entry.read_text().rpartition(")")[2].split()
            number = int(entry.parent.name)
            children.setdefault(int(fields[1]), []).append(number)
            times[number] = sum(int(field) for field in fields[11:15])
    total, waiting = 0, [pid]
    while waiting:
        number = waiting.pop()
        total += times.get(number, 0)
        waiting += children.get(number, [])
    return total / TICKS


@contextlib.contextmanager
def own_folder():
    with tempfile.TemporaryDirectory(prefix="spk-hall-") as name:
        yield Path(name)
