"""The database of `make run`: made, migrated and filled exactly when that is needed."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from config.launcher import programs
from config.launcher.console import say
from config.launcher.errors import LaunchError
from config.launcher.project import Project
from config.launcher.stamps import fingerprint, is_fresh, write_stamp
from config.launcher.supervisor import Program, Supervisor

STAGE = "meeting"
ASK = """
import sys, psycopg2
url, sql = sys.argv[1:]
connection = psycopg2.connect(url)
connection.autocommit = True
with connection.cursor() as cursor:
    cursor.execute(sql)
    print(cursor.fetchone()[0] if cursor.description else "")
"""


@dataclass(slots=True)
class Database:
    """The database the system runs on. Stamps are only trusted for our own embedded server."""

    project: Project
    supervisor: Supervisor
    env: dict[str, str]
    owner_url: str
    """The address of who migrates; empty: the application does it itself."""
    is_ours: bool

    def migrate(self) -> None:
        """Create and migrate, unless this very data folder has seen these very migrations."""
        stamp, value = self.project.run / "migrated.stamp", self._schema_value()
        if self.is_ours and is_fresh(stamp, value):
            return
        if self.is_ours:
            self._drop_half_filled()
            self._create_if_missing()
        say("· 更新数据库结构 …")
        env = programs.owners_environment(self.env, self.owner_url)
        words = ("migrate", "--noinput", "--verbosity", "0")
        self.supervisor.run_once(programs.manage(self.project, env, "migrate", *words))
        if self.is_ours:
            write_stamp(stamp, value)

    def seed(self) -> list[str]:
        """Fill an empty database with the demonstration district; ``SEED=no`` leaves it empty. Return the logins."""
        stamp, value = self.project.run / "seeded.stamp", self._identity()
        if os.environ.get("SEED") == "no" or (self.is_ours and is_fresh(stamp, value)):
            return []
        if self._ask("SELECT EXISTS (SELECT 1 FROM accounts_user)") == "True":
            self._note_seeded(value)
            return []
        say("· 首次启动：生成演示数据 …")
        if self.is_ours:
            write_stamp(self._half_filled, value)
        lines = self.supervisor.run_once(
            self._manage("seed", "seed_demo", "--until", STAGE), keep_output=True
        )
        self._note_seeded(value)
        return lines

    def _note_seeded(self, value: str) -> None:
        if self.is_ours:
            write_stamp(self.project.run / "seeded.stamp", value)
            self._half_filled.unlink(missing_ok=True)

    @property
    def _half_filled(self) -> Path:
        """Exists while demonstration data are being written."""
        return self.project.run / "seeding.stamp"

    def _drop_half_filled(self) -> None:
        """Demonstration data that were interrupted are started over; nothing else was ever in there."""
        if is_fresh(self._half_filled, self._identity()):
            say("· 上次演示数据没有写完，重新生成 …")
            self._ask(f'DROP DATABASE IF EXISTS "{programs.DATABASE}" WITH (FORCE)', "postgres")
        self._half_filled.unlink(missing_ok=True)

    def _create_if_missing(self) -> None:
        sql = f"SELECT count(*) FROM pg_database WHERE datname = '{programs.DATABASE}'"  # noqa: S608 -- a constant
        if self._ask(sql, "postgres") == "0":
            self._ask(f'CREATE DATABASE "{programs.DATABASE}"', "postgres")

    def _ask(self, sql: str, database: str = programs.DATABASE) -> str:
        """Run one statement with the environment's own driver. Return the first value."""
        url = self.owner_url or self.env["DATABASE_URL"]
        if self.is_ours:
            url = url.replace(f"/{programs.DATABASE}?", f"/{database}?", 1)
        done = subprocess.run(
            [self.project.python, "-c", ASK, url, sql], capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise LaunchError(f"数据库不应答：{(done.stderr.strip().splitlines() or ['?'])[-1]}")
        return done.stdout.strip()

    def _manage(self, name: str, *arguments: str) -> Program:
        return programs.manage(self.project, self.env, name, *arguments)

    def _identity(self) -> str:
        """Name the data folder itself, so that a deleted and recreated one is not mistaken for the old one."""
        found = (self.project.postgres / "PG_VERSION").stat() if self.is_ours else None
        return f"{found.st_ino}-{found.st_mtime_ns}" if found else "external"

    def _schema_value(self) -> str:
        if not self.is_ours:
            return ""
        migrations = self.project.root.glob("apps/*/migrations/*.py")
        rights = [
            self.project.root / "apps/audit" / name
            for name in ("services/roles.py", "kit/rights.py", "apps.py")
        ]
        return fingerprint([*migrations, *rights, self.project.root / "requirements.txt"], self._identity())
