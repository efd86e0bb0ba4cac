"""One installer and one running system per folder."""

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path

from config.launcher.console import say
from config.launcher.errors import LaunchError
from config.launcher.project import Project


@contextlib.contextmanager
def installing(project: Project) -> Iterator[None]:
    """Let one `make` at a time install; others wait."""
    project.make_folders()
    with (project.run / "install.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("· 另一个 make 正在安装，等它完成 …")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def only_one(project: Project, address: str) -> Iterator[None]:
    """Refuse to run twice in one folder. The lock ends with the process, however it ends."""
    project.make_folders()
    path = project.run / "run.lock"
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LaunchError(
                f"本目录的述评考已在运行：{running_address(path)}；要重启请先停止它。"
            ) from None
        file.truncate(0)
        file.write(address)
        file.flush()
        yield


def is_running(project: Project) -> bool:
    """Say whether `make run` is up in this folder."""
    path = project.run / "run.lock"
    if not path.exists():
        return False
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def running_address(path: Path) -> str:
    """Return the address the running system noted."""
    return path.read_text(encoding="utf-8").strip() or "地址未知"
