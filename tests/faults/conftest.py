"""Faults: a seed that is told on failure, cheap typed codes, one running system for all who kill parts of it."""

import contextlib
import os
import tempfile
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from django.core.cache import cache
from django.db import connections
from django.test import override_settings

from apps.evaluations.services import casting, slips
from tests.faults.seeds import SEED
from tests.faults.systems import FaultySystem
from tests.launcher.test_run import free_port


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if report.failed:
        report.sections.append(("luck", f"repeat with SPK_FAULT_SEED={SEED}"))


@pytest.fixture(autouse=True)
def _cheap_typed_codes(monkeypatch):
    """Argon2 stays; only its cost is cut."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1, hash_len=16, salt_len=16)
    monkeypatch.setattr(slips, "typed_code_hasher", cheap)
    monkeypatch.setattr(casting, "typed_code_hasher", cheap)
    cache.clear()


@pytest.fixture(scope="session")
def running_system(django_db_setup):
    """What `make run` starts, in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="spkf-", dir="/tmp") as folder:
        var = Path(folder) / "var"
        var.mkdir()
        shared = Path(os.environ.get("SPK_VAR_DIR") or Path(__file__).resolve().parents[2] / "var")
        for name in ("assets", "fonts"):
            (var / name).symlink_to(shared / name)
        system = FaultySystem(var, free_port())
        try:
            system.start()
            yield system
        finally:
            system.resume()
            assert system.stop() == 0, system.text()[-6000:]


@pytest.fixture
def system(running_system, django_db_blocker, settings, _own_files_folder):
    """The running system; Django of this process uses its database, secret and files."""
    settings.MEDIA_ROOT = running_system.var / "files"
    with django_db_blocker.unblock(), own_secret(running_system), looking_at(running_system.database()):
        running_system.settle()
        yield running_system
        running_system.resume()
        running_system.settle()


def own_secret(system):
    secret = (system.var / "secret").read_text(encoding="ascii").strip()
    return override_settings(SECRET_KEY=secret)


@contextlib.contextmanager
def looking_at(database):
    """Let Django of this process look at another database."""
    used = connections["default"].settings_dict
    before = {name: used[name] for name in database}
    connections.close_all()
    used.update(database)
    try:
        yield
    finally:
        connections.close_all()
        used.update(before)
