"""Children in the foreground: one log, restarts with back-off, an orderly end.

One thread, one loop: it reads what the children write, notices ends, and starts again what should run.
"""

import contextlib
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from config.launcher.console import say
from config.launcher.engines.privileges import child_command
from config.launcher.errors import LaunchError
from config.launcher.logbook import Logbook
from config.launcher.orphans import Register

LONGEST_PAUSE = 30.0
STEADY_SECONDS = 60.0
"""A child that lived this long starts its back-off anew."""
TICK = 0.2


class StopRequestedError(Exception):
    """Ctrl-C, SIGTERM or a closed terminal."""


@dataclass(frozen=True, slots=True)
class Program:
    """What to run. ``prepare`` runs before every start and may refuse with a LaunchError."""

    name: str
    command: list[str]
    environment: dict[str, str]
    stop_signal: int = signal.SIGTERM
    stop_seconds: float = 8.0
    prepare: Callable[[], None] = lambda: None
    wrapped: bool = False
    """The command already ends with its parent."""


@dataclass(slots=True)
class Child:
    """A program and its present process."""

    program: Program
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    restart_at: float = 0.0
    pause: float = 0.5
    rest: bytes = field(default=b"")

    @property
    def is_alive(self) -> bool:
        """Say whether the process runs."""
        return self.process is not None and self.process.poll() is None


class Supervisor:
    """Keeps programs running until told to stop."""

    def __init__(self, logbook: Logbook, register: Register, folder: Path) -> None:
        self.logbook = logbook
        self.register = register
        self.folder = folder
        self.children: dict[str, Child] = {}
        self.selector = selectors.DefaultSelector()
        self.signals = 0
        self.n_restarts = 0

    def listen_to_signals(self) -> None:
        """Let Ctrl-C, SIGTERM and a closed terminal end the loop in good order."""
        reader, writer = os.pipe()
        for end in (reader, writer):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        self.selector.register(reader, selectors.EVENT_READ, None)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.signals += 1

    def start(self, program: Program) -> Child:
        """Start a program and keep it running from now on."""
        child = self.children[program.name] = Child(program)
        program.prepare()
        self._launch(child)
        return child

    def _launch(self, child: Child) -> None:
        program = child.program
        command = program.command if program.wrapped else child_command(program.command)
        child.process = subprocess.Popen(
            command, cwd=self.folder, env=program.environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        child.started_at, child.restart_at, child.rest = time.monotonic(), 0.0, b""
        assert child.process.stdout is not None  # noqa: S101 -- a pipe was asked for
        os.set_blocking(child.process.stdout.fileno(), False)
        self.selector.register(child.process.stdout, selectors.EVENT_READ, child)
        self.register.note(program.name, child.process.pid)

    def run_once(self, program: Program, *, keep_output: bool = False) -> list[str]:
        """Run a program to its end while the others go on. Return its lines if they are to be kept."""
        kept: list[str] = []
        if keep_output:
            self.logbook.divert(program.name, kept)
        child = Child(program)
        self._launch(child)
        try:
            self.wait_for(lambda: not child.is_alive, None)
        finally:
            self._end([child])
            self.register.forget(program.name)
            self.logbook.divert(program.name, None)
        if child.process is None or child.process.returncode != 0:
            last = kept[-1] if kept else self.logbook.last_line(program.name)
            raise LaunchError(f"{program.name} 没有成功：{last}")
        return kept

    def wait_for(self, condition: Callable[[], bool], seconds: float | None) -> bool:
        """Keep everything going until the condition holds or time is up."""
        deadline = None if seconds is None else time.monotonic() + seconds
        while not condition():
            if deadline is not None and time.monotonic() > deadline:
                return False
            self.tick(0.05)
        return True

    def serve(self) -> None:
        """Keep everything going until somebody asks to stop."""
        while True:
            self.tick(TICK)

    def tick(self, seconds: float) -> None:
        """Do one round: read, notice, restart."""
        for key, _ in self.selector.select(seconds):
            if key.data is None:
                os.read(key.fd, 64)
            else:
                self._read(key.data)
        for child in list(self.children.values()):
            self._look_after(child)
        if self.signals:
            raise StopRequestedError

    def _read(self, child: Child) -> bool:
        """Log what a child has written. Return whether there may be more at once."""
        stream = child.process.stdout if child.process else None
        if stream is None or stream.closed:
            return False
        try:
            data = os.read(stream.fileno(), 65536)
        except BlockingIOError:
            return False
        *lines, child.rest = (child.rest + data).split(b"\n")
        if not data:
            lines, child.rest = [child.rest], b""
            self._close(child)
        for line in lines:
            self.logbook.write(child.program.name, line.decode("utf-8", "replace"))
        return bool(data)

    def _finish(self, child: Child) -> None:
        """Log the last words of a child and let go of its pipe."""
        while self._read(child):
            pass
        self._close(child)

    def _close(self, child: Child) -> None:
        stream = child.process.stdout if child.process else None
        if stream is not None and not stream.closed:
            with contextlib.suppress(KeyError):
                self.selector.unregister(stream)
            stream.close()

    def _look_after(self, child: Child) -> None:
        if child.is_alive:
            return
        if child.process is not None:
            self._note_end(child)
        if time.monotonic() >= child.restart_at:
            self._restart(child)

    def _note_end(self, child: Child) -> None:
        """A child ended though nobody asked it to."""
        assert child.process is not None  # noqa: S101 -- the caller looked
        code = child.process.returncode
        self._finish(child)
        kill_group(child.process.pid, signal.SIGKILL)
        child.process = None
        if time.monotonic() - child.started_at > STEADY_SECONDS:
            child.pause = 0.5
        child.restart_at = time.monotonic() + child.pause
        self.logbook.note(
            f"{child.program.name} 意外退出（{describe_exit(code)}），{child.pause:g} 秒后重新启动。"
        )
        child.pause = min(child.pause * 2, LONGEST_PAUSE)

    def _restart(self, child: Child) -> None:
        self.n_restarts += 1
        try:
            child.program.prepare()
            self._launch(child)
        except (LaunchError, OSError) as error:
            child.restart_at = time.monotonic() + child.pause
            self.logbook.note(f"{child.program.name} 暂时无法启动：{error}")
            return
        self.logbook.note(f"{child.program.name} 已重新启动。")

    def stop(self) -> None:
        """End the children, the last started first; a second Ctrl-C makes it short."""
        self.signals = 0
        children = list(self.children.values())
        self.children.clear()
        engines = [child for child in children if child.program.wrapped]
        self._end([child for child in reversed(children) if not child.program.wrapped])
        self._end(engines)
        self.register.clear()

    def _end(self, children: list[Child]) -> None:
        """Signal some children together and wait for all of them."""
        for child in children:
            if child.process is not None and child.is_alive:
                child.process.send_signal(child.program.stop_signal)
        for child in children:
            deadline = time.monotonic() + child.program.stop_seconds
            while child.is_alive and time.monotonic() < deadline and not self.signals:
                self._drain()
            if child.process is not None:
                kill_group(child.process.pid, signal.SIGKILL)
                child.process.wait()
                self._finish(child)

    def _drain(self) -> None:
        for key, _ in self.selector.select(0.05):
            if key.data is None:
                os.read(key.fd, 64)
            else:
                self._read(key.data)


def kill_group(pid: int, number: int) -> None:
    """Signal a child and everything it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


def describe_exit(code: int) -> str:
    """Say how a process ended."""
    if code >= 0:
        return f"退出码 {code}"
    try:
        return f"信号 {signal.Signals(-code).name}"
    except ValueError:
        return f"信号 {-code}"


def announce_stop() -> None:
    """Say that the end is coming."""
    say("\n正在停止 …（再按一次 Ctrl-C 立即结束）")
