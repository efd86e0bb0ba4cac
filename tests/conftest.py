"""What every test may use: throw-away engines, a database per process, a real browser, a real worker.

`TEST_DATABASE_URL` (any database of a server we may create databases on) and `TEST_REDIS_URL` replace the engines.
"""

import contextlib
import gc
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from _pytest.nodeid import coerce_node_id
from django.conf import settings
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from config import env
from config.launcher.engines.throwaway import throw_away_engines

ROOT = Path(__file__).resolve().parents[1]
TOKEN = "SPK_TEST_REDIS_URL"

# A busy machine is no reason to fail: examples are bounded in number, not in time. Nor is luck: every run asks the same
# questions. Whoever looks for new ones says `make test ARGS="… --hypothesis-profile=search"`.
hypothesis_settings.register_profile(
    "house", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.register_profile(
    "search", deadline=None, max_examples=2000, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("house")

pytest_plugins = ["tests.support.database", "tests.support.browser", "tests.support.office", "tests.world"]


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    """Bring up the engines once, before any worker process starts."""
    if config.option.collectonly or config.option.help:
        return
    if "PYTEST_XDIST_WORKER" not in os.environ:
        signal.signal(signal.SIGTERM, _end_like_ctrl_c)
        config.add_cleanup(_start_engines().close)
    _point_django_at_engines()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Write the group of a test behind its name, where pytest-xdist looks for it: tests of one group run in one process.

    pytest-xdist 3.8 does it by a name that pytest 9.2 no longer reads, so every process started a system of its own.
    """
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return
    for item in items:
        group = item.get_closest_marker("xdist_group")
        if group is not None and not item.nodeid.endswith(f"@{group.args[0]}"):
            item._id = coerce_node_id(f"{item.nodeid}@{group.args[0]}")


def pytest_collection_finish(session):
    """Leave the modules of five thousand tests alone: walking them for garbage takes a fourteenth of each test's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 10)


def _end_like_ctrl_c(number, frame):
    raise KeyboardInterrupt


def _start_engines() -> contextlib.ExitStack:
    """Start what was not given from outside, and leave the addresses in the environment for the workers."""
    stack = contextlib.ExitStack()
    if "TEST_DATABASE_URL" not in os.environ:
        engines = stack.enter_context(throw_away_engines())
        os.environ["DATABASE_URL"] = engines.postgres.url("postgres")
        os.environ[TOKEN] = engines.valkey.url(0).partition("?")[0]
        stack.callback(os.environ.pop, TOKEN, None)
    else:
        os.environ["DATABASE_URL"] = os.environ["TEST_DATABASE_URL"]
        os.environ[TOKEN] = os.environ.get("TEST_REDIS_URL", "redis://localhost:6379")
    return stack


def _point_django_at_engines() -> None:
    """Settings were read before this file; nothing has been connected yet."""
    settings.DATABASES["default"].update(env.database())
    settings.REDIS_URL = settings.CELERY_BROKER_URL = os.environ["REDIS_URL"] = _own_redis_url()
    if worker := os.environ.get("PYTEST_XDIST_WORKER"):  # sessions of two processes may have the same number
        settings.HOLDS_DIR = settings.HOLDS_DIR / worker
        settings.HOLDS_DIR.mkdir(mode=0o700, exist_ok=True)
        os.environ["SPK_HOLDS_DIR"] = str(settings.HOLDS_DIR)
    import config.celery  # noqa: F401 -- binds the tasks to our queue, as wsgi.py and manage.py do


def _own_redis_url() -> str:
    """Each worker process has its own numbered database, so that queues do not mix; a given number stays."""
    base, _, query = os.environ[TOKEN].partition("?")
    if query:
        return f"{base}?{query}"
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 16
    if base.startswith("redis+socket://"):
        return f"{base}?virtual_host={number}"
    return f"{base.rstrip('/')}/{number}"


@pytest.fixture(scope="session", autouse=True)
def _cheap_password_hashing():
    """Argon2 stays the hasher; only its cost is cut."""
    from apps.accounts.kit.hashers import OwaspArgon2Hasher

    OwaspArgon2Hasher.time_cost, OwaspArgon2Hasher.memory_cost = 1, 8  # passes, KiB


@pytest.fixture(autouse=True)
def _own_files_folder(settings, tmp_path):
    """Uploaded and produced files of one test vanish with it."""
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def celery_worker_process(transactional_db, settings, tmp_path):
    """A real worker on the test's database and queue. Use it with `live_server` or `transactional_db`."""
    with running_worker(settings.MEDIA_ROOT, tmp_path / "worker.log") as process:
        yield process


@contextlib.contextmanager
def running_worker(files: Path, log: Path):
    """Run `celery worker` on the current test database until the block ends."""
    from config.celery import app
    from tests.support.database import application_database_url

    app.control.purge()
    variables = {
        "DATABASE_URL": application_database_url(), "SPK_FILES_DIR": str(files),
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
    }  # fmt: skip
    command = [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "config.celery",
        "worker",
        "-c",
        "1",
        "--pool",
        "prefork",
    ]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--without-gossip", "--without-mingle", "--loglevel", "info"], cwd=ROOT, env=os.environ | variables,
            stdout=output, stderr=output, start_new_session=True,
        )  # fmt: skip
    try:
        _wait_for_worker(process, log)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(20)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait_for_worker(process: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        text = log.read_text(encoding="utf-8", errors="replace")
        if " ready." in text:
            return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise AssertionError(f"the worker did not start:\n{log.read_text(encoding='utf-8', errors='replace')}")
