import pytest
from argon2 import PasswordHasher
from django.core.cache import cache

from apps.evaluations.services import casting, slips


@pytest.fixture(autouse=True)
def _cheap_typed_codes(monkeypatch):
    """Argon2 stays; only its cost is cut."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1, hash_len=16, salt_len=16)
    monkeypatch.setattr(slips, "typed_code_hasher", cheap)
    monkeypatch.setattr(casting, "typed_code_hasher", cheap)


@pytest.fixture(autouse=True)
def _no_screen_from_another_test():
    """Hall screens are kept in the process for some seconds."""
    cache.clear()
