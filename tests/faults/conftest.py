"""Faults: a seed that is told on failure, cheap typed codes, one running system for all who kill parts of it."""

import pytest
from argon2 import PasswordHasher
from django.core.cache import cache

from apps.evaluations.services import casting, slips
from tests.faults.seeds import SEED
from tests.faults.systems import faulty_system, looking_into


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
    with faulty_system() as running:
        yield running


@pytest.fixture
def system(running_system, django_db_blocker, settings, _own_files_folder):
    """The running system; Django of this process uses its database, secret and files."""
    settings.MEDIA_ROOT = running_system.var / "files"
    with django_db_blocker.unblock(), looking_into(running_system):
        running_system.settle()
        yield running_system
        running_system.resume()
        running_system.settle()
