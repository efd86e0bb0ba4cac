"""`make run`, first half: everything that must exist before the project's own Python can take over."""

import os
import shutil
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from config.launcher import virtualenv
from config.launcher.assets import ensure_assets
from config.launcher.errors import LaunchError
from config.launcher.locking import installing, is_running, running_address
from config.launcher.project import Project
from config.launcher.serve import check_port

FIRST_RUN_BYTES = 1_500_000_000
LATER_BYTES = 200_000_000


def run(project: Project) -> int:
    """Install what is missing, then become the supervisor."""
    begun_at = time.time()
    host, port = wanted_address()
    project.make_folders()
    check_disk(project)
    if is_running(project):
        address = running_address(project.run / "run.lock")
        raise LaunchError(f"本目录的述评考已在运行：{address}；要重启请先停止它。")
    check_port(host, port)
    install_for_run(project)
    become(project, "serve", host, str(port), repr(begun_at))
    return 0


def wanted_address() -> tuple[str, int]:
    """Return HOST and PORT as given to make."""
    port = os.environ.get("PORT") or "8000"
    if not port.isdigit() or not 0 < int(port) < 65536:  # noqa: PLR2004 -- the largest port number
        raise LaunchError(f"PORT={port} 不是有效的端口号（1–65535）。")
    return os.environ.get("HOST") or "127.0.0.1", int(port)


def check_disk(project: Project) -> None:
    """Refuse to begin what a full disk would interrupt."""
    needed = LATER_BYTES if project.postgres.exists() and project.venv.exists() else FIRST_RUN_BYTES
    for folder in {project.var, project.root}:
        free = shutil.disk_usage(folder).free
        if free < needed:
            raise LaunchError(
                f"磁盘空间不足：{folder} 只剩 {free // 1_000_000} MB，至少需要 {needed // 1_000_000} MB。"
            )


def install_for_run(project: Project) -> None:
    """Bring the environment, the engines' programs and the front end up to date."""
    with installing(project):
        virtualenv.ensure_virtualenv(project)
        with ThreadPoolExecutor() as pool:
            assets = pool.submit(ensure_assets, project)
            virtualenv.install(project, project.root / virtualenv.RUNTIME)
            virtualenv.install_engines(project)
            assets.result()


def become(project: Project, *arguments: str) -> None:
    """Go on with the project's own interpreter."""
    sys.stdout.flush()
    os.chdir(project.root)
    python = str(project.python)
    os.execv(python, [python, "-m", "config.launcher", *arguments])  # noqa: S606 -- the same program, other Python
