"""The embedded engines, with throw-away data folders."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg2
import pytest
import redis

from config.launcher.engines import privileges
from config.launcher.engines.postgres import Postgres, find_programs
from config.launcher.engines.sockets import socket_folder
from config.launcher.engines.throwaway import running, throw_away_engines
from config.launcher.engines.valkey import Valkey
from config.launcher.errors import LaunchError

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def make_postgres(tmp_path):
    """Servers on a data folder in a path with spaces and Chinese; their socket folders are removed."""
    folders = []

    def make(name="数据 库", **options):
        postgres = Postgres(tmp_path / "述 评考" / name, **options)
        folders.append(postgres.sockets)
        return postgres

    yield make
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def ask(postgres, sql):
    connection = psycopg2.connect(postgres.url("postgres"))
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchone()[0] if cursor.description else None
    finally:
        connection.close()


def test_server_has_the_builtin_locale_and_no_port(make_postgres, tmp_path):
    postgres = make_postgres(throw_away=True)

    with running(postgres, tmp_path / "log"):
        assert (
            ask(postgres, "SELECT datlocprovider::text || datlocale FROM pg_database LIMIT 1") == "bC.UTF-8"
        )
        assert ask(postgres, "SHOW server_encoding") == "UTF8"
        assert ask(postgres, "SHOW listen_addresses") == ""
        assert ask(postgres, "SELECT lower('ÄÉ') || '述'") == "äé述"


def test_acknowledged_rows_survive_kill_nine(make_postgres, tmp_path):
    postgres = make_postgres()
    with running(postgres, tmp_path / "log") as process:
        ask(postgres, "CREATE TABLE kept AS SELECT 42 AS n")
        process.kill()
        process.wait()

    again = make_postgres()
    with running_at_last(again, tmp_path / "log"):
        assert ask(again, "SELECT n FROM kept") == 42


def running_at_last(engine, log):
    """The killed server's sessions may hold the shared memory for a moment; the supervisor tries again, so do we."""
    time.sleep(1)
    return running(engine, log)


def test_orphaned_server_is_ended_before_a_new_start(make_postgres, tmp_path):
    postgres = make_postgres(throw_away=True)
    postgres.prepare()
    command = postgres.command
    command[command.index(str(privileges.SCRIPT)) + 2] = "0"  # outlives its parent
    with (tmp_path / "log").open("ab") as log:
        orphan = subprocess.Popen(
            command, stdout=log, stderr=log, env=postgres.environment, start_new_session=True
        )
    deadline = time.monotonic() + 20
    while not postgres.is_ready() and time.monotonic() < deadline:
        time.sleep(0.05)

    with running(make_postgres(throw_away=True), tmp_path / "log") as process:
        assert orphan.wait(10) == 0
        assert process.poll() is None


def test_lock_file_of_a_stranger_is_ignored(make_postgres, tmp_path):
    postgres = make_postgres(throw_away=True)
    postgres.prepare()
    (postgres.data / "postmaster.pid").write_text(f"{os.getpid()}\n", encoding="ascii")

    with running(postgres, tmp_path / "log"):
        assert ask(postgres, "SELECT 1") == 1


def test_data_of_another_version_is_one_clear_line(make_postgres):
    folder = make_postgres().data
    folder.mkdir(parents=True)
    (folder / "PG_VERSION").write_text("16\n", encoding="ascii")

    with pytest.raises(LaunchError) as refusal:
        make_postgres()

    assert "由 PostgreSQL 16 创建" in str(refusal.value)
    assert "make clean-data" in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_interrupted_initdb_is_started_over(make_postgres, tmp_path):
    postgres = make_postgres(throw_away=True)
    half = postgres.data.with_name(postgres.data.name + ".new")
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n", encoding="ascii")

    with running(postgres, tmp_path / "log"):
        assert ask(postgres, "SELECT 1") == 1


def test_folder_with_something_else_in_it_is_left_alone(make_postgres):
    postgres = make_postgres()
    postgres.data.mkdir(parents=True)
    (postgres.data / "论文.docx").write_bytes(b"x")

    with pytest.raises(LaunchError, match="里面有文件"):
        postgres.prepare()

    assert (postgres.data / "论文.docx").exists()


def test_missing_programs_are_one_clear_line(tmp_path, monkeypatch):
    monkeypatch.setattr("config.launcher.engines.postgres._candidates", list)

    with pytest.raises(LaunchError, match=r"没有可用的 PostgreSQL ≥ 17.*DATABASE_URL"):
        Postgres(tmp_path / "d", sockets=tmp_path)


def test_programs_are_searched_best_first():
    wanted = os.environ.get("SPK_POSTGRES")

    kinds = [programs.kind for programs in find_programs()]

    assert set(kinds) == ({wanted} if wanted else set(kinds))
    assert kinds == sorted(kinds, key=["embedded", "celerp", "system"].index)


def test_socket_path_stays_short_for_long_folders(tmp_path):
    deep = tmp_path.joinpath(*["很长的文件夹名字" * 3] * 6)

    folder = socket_folder(deep)
    try:
        assert len(os.fsencode(folder / ".s.PGSQL.5432")) < 104
        assert folder == socket_folder(deep)
        assert folder.stat().st_mode & 0o777 == 0o700
    finally:
        folder.rmdir()


def test_socket_folder_of_somebody_else_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("config.launcher.engines.sockets._base", lambda: tmp_path)
    folder = socket_folder(tmp_path / "x")
    folder.rmdir()
    folder.symlink_to(tmp_path)

    with pytest.raises(LaunchError, match="已被他人占用"):
        socket_folder(tmp_path / "x")


def test_valkey_answers_and_keeps_numbers_apart(tmp_path):
    with throw_away_engines() as engines:
        zero = redis.Redis(unix_socket_path=str(engines.valkey.socket), db=0)
        one = redis.Redis(unix_socket_path=str(engines.valkey.socket), db=1)
        zero.set("a", "1")

        assert (zero.get("a"), one.get("a")) == (b"1", None)


def test_valkey_replaces_a_dead_socket(tmp_path):
    folder = socket_folder(tmp_path / "v")
    try:
        valkey = Valkey(tmp_path / "v")
        with running(valkey, tmp_path / "log") as process:
            process.send_signal(signal.SIGKILL)
            process.wait()
        assert valkey.socket.exists()
        with running(valkey, tmp_path / "log"):
            assert valkey.is_ready()
    finally:
        shutil.rmtree(folder)


def test_engines_end_when_their_parent_is_killed():
    code = (
        "import time\n"
        "from config.launcher.engines.throwaway import throw_away_engines\n"
        "with throw_away_engines() as engines:\n"
        "    print(engines.postgres.sockets, flush=True)\n"
        "    time.sleep(600)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    sockets = Path(parent.stdout.readline().strip())
    parent.kill()
    parent.wait()

    deadline = time.monotonic() + 15
    while (sockets / ".s.PGSQL.5432").exists() and time.monotonic() < deadline:
        time.sleep(0.1)

    assert not (sockets / ".s.PGSQL.5432").exists()
    with throw_away_engines():
        assert not sockets.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can try another account")
@pytest.mark.parametrize("mode", ["nobody", "user"])
def test_engines_run_for_other_accounts(mode, tmp_path_factory):
    """As an ordinary user, and as root on a kernel without user namespaces."""
    code = (
        "from config.launcher.engines import privileges\n"
        "from config.launcher.engines.throwaway import throw_away_engines\n"
        f"{'privileges.unprivileged_mode.cache_clear()' if mode == 'user' else _NO_NAMESPACES}\n"
        "with throw_away_engines() as engines:\n"
        "    print(engines.postgres.mode, engines.postgres.is_ready())\n"
    )
    prefix = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"] if mode == "user" else []
    if not _nobody_can_read(Path(sys.executable).resolve()):
        pytest.skip("the interpreter lies in a private folder")

    done = subprocess.run(
        [*prefix, sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert (done.stdout.split(), done.stderr) == (["same" if mode == "user" else "nobody", "True"], "")


_NO_NAMESPACES = (
    "privileges.unprivileged_mode = lambda: 'nobody'\n"
    "import config.launcher.engines.throwaway as t; t.unprivileged_mode = privileges.unprivileged_mode"
)


def _nobody_can_read(path):
    probe = ["setpriv", "--reuid", "65534", "--clear-groups", "--regid", "65534", "test", "-x", str(path)]
    return subprocess.run(probe, check=False).returncode == 0
