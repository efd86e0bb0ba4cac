"""The programs of a running system and the environment they share."""

import os
import secrets
from pathlib import Path

from config.launcher.engines.postgres import Postgres
from config.launcher.engines.valkey import Valkey
from config.launcher.project import Project
from config.launcher.supervisor import Program

DATABASE = "spk"
OWNER = "OWNER_DATABASE_URL"
AS_ROOT = "ignore:You're running the worker with superuser"
"""Whoever starts `make run` as root knows it; celery need not say so in six lines."""
WEB_PROCESSES = 2
WEB_THREADS = 8
NICENESS = "10"


def shared_environment(project: Project, database_url: str, redis_url: str) -> dict[str, str]:
    """What every Django process needs to know. The owner's address is not among it: see ``owners_environment``."""
    ours = {name: value for name, value in os.environ.items() if name != OWNER}
    return ours | {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "SECRET_KEY": os.environ.get("SECRET_KEY") or secret_key(project.var / "secret"),
        "SPK_VAR_DIR": str(project.var),
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "config.settings.local"),
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
    }


def owners_environment(env: dict[str, str], owner_url: str) -> dict[str, str]:
    """What a command needs to know that changes tables; empty ``owner_url``: the application owns them itself."""
    return env | {OWNER: owner_url} if owner_url else env


def secret_key(path: Path) -> str:
    """Return the key of this folder, made once and readable by its owner only."""
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        pass
    value = secrets.token_urlsafe(50)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(value + "\n")
    return value


def engine_program(engine: Postgres | Valkey) -> Program:
    """An engine as a supervised program."""
    return Program(
        engine.name,
        engine.command,
        engine.environment,
        engine.stop_signal,
        20.0,
        engine.prepare,
        wrapped=True,
    )


def manage(project: Project, env: dict[str, str], name: str, *arguments: str) -> Program:
    """One command of manage.py."""
    return Program(name, [str(project.python), "manage.py", *arguments, "--skip-checks"], env)


def web(project: Project, env: dict[str, str], host: str, port: int) -> Program:
    """The web server."""
    command = [
        str(project.python), "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", str(WEB_PROCESSES), "--blocking-threads", str(WEB_THREADS), "--no-ws",
        "--respawn-failed-workers", "--respawn-interval", "1", "--workers-kill-timeout", "5",
        "--log-level", "warning", "--no-access-log", "config.wsgi:application",
    ]  # fmt: skip
    return Program("web", command, env)


def worker(project: Project, env: dict[str, str]) -> Program:
    """The Celery worker. It gives way to the web server: people wait for pages, nobody for a batch of letters."""
    command = [
        "nice", "-n", NICENESS, str(project.python), "-m", "celery", "-q", "-A", "config.celery", "worker", "--loglevel", "WARNING",
        "--concurrency", "2", "--without-gossip", "--without-mingle",
    ]  # fmt: skip
    return Program("worker", command, env | {"PYTHONWARNINGS": AS_ROOT})


def beat(project: Project, env: dict[str, str]) -> Program:
    """The scheduler."""
    command = [
        str(project.python), "-m", "celery", "-q", "-A", "config.celery", "beat", "--loglevel", "WARNING",
        "--schedule", str(project.run / "beat-schedule"), "--pidfile", "",
    ]  # fmt: skip
    return Program("beat", command, env)
