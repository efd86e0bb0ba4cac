"""`make manage ARGS="…"`: manage.py on the data of `make run`, whether that is up or not."""

import contextlib
import os
import shlex
import subprocess
from collections.abc import Iterator

from config.launcher import programs
from config.launcher.engines.postgres import APPLICATION, Postgres
from config.launcher.engines.sockets import remove_socket_folder
from config.launcher.engines.throwaway import running
from config.launcher.engines.valkey import Valkey
from config.launcher.errors import LaunchError
from config.launcher.locking import is_running, only_one
from config.launcher.project import Project, inside_virtualenv
from config.launcher.run import become, install_for_run


def manage(project: Project, arguments: list[str]) -> int:
    """Run one management command and return its exit code."""
    if not inside_virtualenv(project):
        install_for_run(project)
        become(project, "manage", *arguments)
    words = arguments or shlex.split(os.environ.get("ARGS", ""))
    if "DATABASE_URL" not in os.environ and not project.postgres.exists():
        raise LaunchError("还没有数据：请先执行一次 make run。")
    with _engines(project) as env:
        return subprocess.run(
            [project.python, "manage.py", *words], cwd=project.root, env=env, check=False
        ).returncode


@contextlib.contextmanager
def _engines(project: Project) -> Iterator[dict[str, str]]:
    """Use the running engines, or start them for this command only."""
    with contextlib.ExitStack() as stack:
        urls = os.environ.get("DATABASE_URL", ""), os.environ.get("REDIS_URL", "")
        owner_url = os.environ.get(programs.OWNER, "")
        if not all(urls):
            postgres, valkey = Postgres(project.postgres), Valkey(project.valkey)
            if not urls[0]:
                owner_url = postgres.url(programs.DATABASE)
            urls = urls[0] or postgres.url(programs.DATABASE, APPLICATION), urls[1] or valkey.url()
            if not is_running(project):
                stack.enter_context(only_one(project, "manage"))
                for data in (project.postgres, project.valkey):
                    stack.callback(remove_socket_folder, data)
                for engine in (valkey, postgres):
                    stack.enter_context(running(engine, project.log / f"{engine.name}.log"))
        yield programs.owners_environment(programs.shared_environment(project, *urls), owner_url)
