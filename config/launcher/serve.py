"""`make run`, second half: engines, migrations, demonstration data, then web, worker and scheduler."""

import contextlib
import errno
import http.client
import os
import resource
import socket
import time
from pathlib import Path

from config.launcher import programs
from config.launcher.console import say
from config.launcher.database import Database
from config.launcher.engines.postgres import APPLICATION, Postgres
from config.launcher.engines.sockets import remove_socket_folder
from config.launcher.engines.valkey import Valkey
from config.launcher.errors import LaunchError
from config.launcher.locking import only_one
from config.launcher.logbook import Logbook
from config.launcher.orphans import Register
from config.launcher.project import Project
from config.launcher.stamps import is_fresh, tree_fingerprint, write_stamp
from config.launcher.supervisor import StopRequestedError, Supervisor, announce_stop

ENGINE_SECONDS = 120.0
WEB_SECONDS = 90.0
MOST_RESTARTS = 4
"""So many ends before the first answer mean that it will never answer."""


def check_port(host: str, port: int) -> None:
    """Refuse a port that is taken, before anything else is done."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (OSError, OverflowError):
        raise LaunchError(f"HOST={host} PORT={port} 不是有效的地址。") from None
    with socket.socket(family, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
            probe.listen(1)
        except OSError as error:
            raise LaunchError(_port_problem(error, host, port)) from None


def _port_problem(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"端口 {port} 已被其他程序占用；请换一个，例如 make run PORT={port + 1}。"
    if error.errno == errno.EACCES:
        return f"没有权限使用端口 {port}；请用 1024 以上的端口，例如 make run PORT=8000。"
    return f"不能在 {host}:{port} 上监听：{error.strerror}。"


def leave_no_core() -> None:
    """Forbid core files to all that is started: the web server seals answers of browsers without scripts in its memory."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def serve(project: Project, host: str, port: int, begun_at: float) -> None:
    """Run everything until somebody asks to stop."""
    shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 -- only compared
    address = f"http://{f'[{shown}]' if ':' in shown else shown}:{port}/"
    leave_no_core()
    with only_one(project, address):
        supervisor = Supervisor(
            Logbook(project.log / "run.log"), Register(project.run / "children.json"), project.root
        )
        for name in supervisor.register.end_orphans():
            supervisor.logbook.note(f"上次没有正常结束：已清理残留的 {name}。")
        check_port(host, port)
        supervisor.listen_to_signals()
        try:
            logins = _bring_up(supervisor, project, host, port)
            _announce(supervisor, project, address, begun_at)
            _show_logins(logins)
            supervisor.serve()
        except StopRequestedError:
            announce_stop()
        finally:
            supervisor.stop()
            supervisor.logbook.close()
            for data in (project.postgres, project.valkey):
                remove_socket_folder(data)
    say("已全部停止。")


def _bring_up(supervisor: Supervisor, project: Project, host: str, port: int) -> list[str]:
    """Start everything in order. Return the lines with the logins of new demonstration data."""
    database_url, owner_url, redis_url = _start_engines(supervisor, project)
    env = programs.shared_environment(project, database_url, redis_url)
    database = Database(project, supervisor, env, owner_url, is_ours="DATABASE_URL" not in os.environ)
    database.migrate()
    _collect_static(supervisor, project, env)
    logins = database.seed()
    supervisor.start(programs.web(project, env, host, port))
    _wait_for_web(supervisor, host, port)  # first, so that people wait for nothing else
    supervisor.start(programs.worker(project, env))
    supervisor.start(programs.beat(project, env))
    return logins


def _start_engines(supervisor: Supervisor, project: Project) -> tuple[str, str, str]:
    """Start the engines that are ours; addresses in the environment win. Return those of application, owner and queue."""
    postgres = None if os.environ.get("DATABASE_URL") else Postgres(project.postgres)
    valkey = None if os.environ.get("REDIS_URL") else Valkey(project.valkey)
    ours = [engine for engine in (valkey, postgres) if engine is not None]
    for engine in ours:
        supervisor.start(programs.engine_program(engine))
    for engine in ours:
        _wait_for_engine(supervisor, engine)
    return (
        postgres.url(programs.DATABASE, APPLICATION) if postgres else os.environ["DATABASE_URL"],
        postgres.url(programs.DATABASE) if postgres else os.environ.get(programs.OWNER, ""),
        valkey.url() if valkey else os.environ["REDIS_URL"],
    )


def _wait_for_engine(supervisor: Supervisor, engine: Postgres | Valkey) -> None:
    def is_settled() -> bool:
        return engine.is_ready() or supervisor.n_restarts >= MOST_RESTARTS

    if not supervisor.wait_for(is_settled, ENGINE_SECONDS) or not engine.is_ready():
        raise LaunchError(f"{engine.name} 没有启动：{supervisor.logbook.last_line(engine.name)}")


def _collect_static(supervisor: Supervisor, project: Project, env: dict[str, str]) -> None:
    """Gather what whitenoise serves, when something of it changed."""
    stamp = project.static / ".stamp"
    packages = project.venv / "spk-requirements.stamp"
    words = packages.read_text(encoding="ascii") if packages.exists() else ""
    value = tree_fingerprint([project.root / "static", project.assets], words)
    if is_fresh(stamp, value):
        return
    supervisor.run_once(
        programs.manage(project, env, "static", "collectstatic", "--noinput", "--clear", "--verbosity", "0")
    )
    write_stamp(stamp, value)


def _wait_for_web(supervisor: Supervisor, host: str, port: int) -> None:
    before = supervisor.n_restarts

    def is_settled() -> bool:
        return answers(host, port) or supervisor.n_restarts - before >= MOST_RESTARTS

    if not supervisor.wait_for(is_settled, WEB_SECONDS) or not answers(host, port):
        raise LaunchError(f"网站没有启动：{supervisor.logbook.last_line('web')}")


def answers(host: str, port: int) -> bool:
    """Say whether a web server answers there."""
    target = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 -- only compared
    connection = http.client.HTTPConnection(target, port, timeout=10)
    with contextlib.closing(connection):
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status > 0
        except (OSError, http.client.HTTPException):
            return False


def _announce(supervisor: Supervisor, project: Project, address: str, begun_at: float) -> None:
    seconds = time.time() - begun_at
    supervisor.logbook.note(f"已就绪（{seconds:.1f} 秒）：{address}")
    supervisor.logbook.note(f"按 Ctrl-C 停止；日志在 {_short(project.log / 'run.log', project.root)}。")


def _show_logins(lines: list[str]) -> None:
    """Print one-time logins on the terminal only; they do not go into the log file."""
    if lines:
        say("演示账号（只显示这一次，请记下）：")
    for line in lines:
        say(f"    {line}")


def _short(path: Path, root: Path) -> str:
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)
