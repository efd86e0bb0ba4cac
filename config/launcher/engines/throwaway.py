"""Engines for tests and trials: quick, unsafe against power cuts, gone afterwards."""

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from config.launcher.engines.postgres import Postgres
from config.launcher.engines.privileges import unprivileged_mode
from config.launcher.engines.valkey import Valkey
from config.launcher.errors import LaunchError

PREFIX = "spkt-"
START_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Engines:
    """A running pair of servers."""

    postgres: Postgres
    valkey: Valkey


@contextlib.contextmanager
def throw_away_engines(*, is_durable: bool = False) -> Iterator[Engines]:
    """Start both engines in a folder that is deleted afterwards. ``is_durable``: safe against power cuts, as in use."""
    _sweep()
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=_base()))
    sockets = folder / "s"
    sockets.mkdir(mode=0o700)
    if unprivileged_mode() == "nobody":
        folder.chmod(0o711)
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        postgres = Postgres(folder / "d", throw_away=not is_durable, sockets=sockets)
        valkey = Valkey(folder, sockets=sockets)
        for engine in (valkey, postgres):
            stack.enter_context(running(engine, folder / f"{engine.name}.log"))
        yield Engines(postgres, valkey)


@contextlib.contextmanager
def running(engine: Postgres | Valkey, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run one engine until the block ends."""
    engine.prepare()
    with log.open("ab") as output:
        process = subprocess.Popen(
            engine.command, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            env=engine.environment, start_new_session=True,
        )  # fmt: skip
    try:
        wait_ready(engine, process, log)
        yield process
    finally:
        stop(process, engine.stop_signal)


def wait_ready(engine: Postgres | Valkey, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the engine answers; say why if it does not."""
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        if engine.is_ready():
            return
        time.sleep(0.03)
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    raise LaunchError(f"{engine.name} 没有启动：{lines[-1] if lines else '没有输出'}")


def stop(process: subprocess.Popen[bytes], signal_number: int, seconds: float = 10) -> None:
    """Ask a process to end, and end it if it does not."""
    if process.poll() is None:
        process.send_signal(signal_number)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _base() -> str | None:
    return None if len(tempfile.gettempdir()) < 50 else "/tmp"  # noqa: PLR2004, S108 -- sockets need short paths


def _sweep() -> None:
    """Delete the folders of runs that were killed; their servers ended with them."""
    for folder in Path(_base() or tempfile.gettempdir()).glob(f"{PREFIX}*"):
        pid = folder.name.removeprefix(PREFIX).split("-")[0]
        if pid.isdigit() and not _is_alive(int(pid)):
            shutil.rmtree(folder, ignore_errors=True)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
