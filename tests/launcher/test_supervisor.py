"""Children are real processes."""

import os
import signal
import subprocess
import sys
import time

import pytest

from config.launcher.errors import LaunchError
from config.launcher.logbook import Logbook
from config.launcher.orphans import Register, started
from config.launcher.supervisor import Program, StopRequestedError, Supervisor

FOREVER = "import time\nprint('up', flush=True)\ntime.sleep(600)"


@pytest.fixture
def supervisor(tmp_path):
    made = Supervisor(Logbook(tmp_path / "run.log"), Register(tmp_path / "children.json"), tmp_path)
    yield made
    made.stop()


def program(code, name="child", **options):
    return Program(name, [sys.executable, "-c", code], dict(os.environ), **options)


def log_of(supervisor):
    return supervisor.logbook.path.read_text(encoding="utf-8")


def test_crashed_child_is_restarted_and_said_so(supervisor):
    child = supervisor.start(program(FOREVER))
    supervisor.wait_for(lambda: "up" in log_of(supervisor), 20)
    first = child.process.pid

    os.kill(first, signal.SIGKILL)
    supervisor.wait_for(lambda: log_of(supervisor).count("| up") == 2, 20)

    assert child.process.pid != first
    assert "child 意外退出（信号 SIGKILL），0.5 秒后重新启动。" in log_of(supervisor)
    assert "child 已重新启动。" in log_of(supervisor)


def test_child_that_keeps_failing_is_restarted_ever_more_slowly(supervisor):
    child = supervisor.start(program("raise SystemExit(3)"))

    supervisor.wait_for(lambda: supervisor.n_restarts == 2, 20)

    assert child.pause >= 2.0
    assert "意外退出（退出码 3），1 秒后重新启动" in log_of(supervisor)


def test_refusal_to_prepare_is_tried_again(supervisor):
    refusals = iter([None, LaunchError("还不行"), None])

    def prepare():
        if error := next(refusals):
            raise error

    child = supervisor.start(program("import time; time.sleep(0.1)", prepare=prepare))
    supervisor.wait_for(lambda: supervisor.n_restarts == 2, 20)

    assert "child 暂时无法启动：还不行" in log_of(supervisor)
    assert child.program.name == "child"


def test_stop_ends_grandchildren_too(supervisor, tmp_path):
    code = (
        "import subprocess, sys, signal, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "inner = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "print('inner', inner.pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    supervisor.start(program(code, stop_seconds=0.3))
    supervisor.wait_for(lambda: "inner" in log_of(supervisor), 20)
    inner = int(log_of(supervisor).split("inner ")[1].split()[0])

    begin = time.monotonic()
    supervisor.stop()

    assert time.monotonic() - begin < 5
    deadline = time.monotonic() + 5
    while started(inner) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not started(inner)


def test_signal_ends_the_loop(supervisor):
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        supervisor.listen_to_signals()
        supervisor.start(program(FOREVER))
        os.kill(os.getpid(), signal.SIGTERM)

        with pytest.raises(StopRequestedError):
            supervisor.serve()
    finally:
        signal.set_wakeup_fd(-1)
        for number, handler in before.items():
            signal.signal(number, handler)


def test_run_once_returns_kept_lines(supervisor, capfd):
    lines = supervisor.run_once(program("print('经办 a')\nprint('书记 b')"), keep_output=True)

    assert lines == ["经办 a", "书记 b"]
    assert "经办" not in log_of(supervisor)


def test_run_once_says_why_it_failed(supervisor):
    with pytest.raises(LaunchError, match="child 没有成功：坏了"):
        supervisor.run_once(program("print('坏了')\nraise SystemExit(1)"))


def test_long_output_without_newline_is_kept_whole(supervisor):
    supervisor.run_once(program("import sys; sys.stdout.write('x' * 200_000)"))

    assert supervisor.logbook.last_line("child") == "x" * 200_000


def test_orphans_of_a_killed_supervisor_are_ended(tmp_path):
    orphan = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
    Register(tmp_path / "children.json").note("worker", orphan.pid)

    ended = Register(tmp_path / "children.json").end_orphans()

    assert ended == ["worker"]
    assert orphan.wait(5) == -signal.SIGTERM
    assert not (tmp_path / "children.json").exists()


def test_number_that_was_given_to_another_process_is_left_alone(tmp_path):
    register = Register(tmp_path / "children.json")
    register.noted["worker"] = (os.getpid(), "12345")
    register.path.write_text(f'{{"worker": [{os.getpid()}, "12345"]}}', encoding="utf-8")

    assert register.end_orphans() == []


def test_damaged_register_is_no_reason_to_fail(tmp_path):
    (tmp_path / "children.json").write_text("{", encoding="utf-8")

    assert Register(tmp_path / "children.json").end_orphans() == []
