"""Password hashing.

Source: OWASP Password Storage Cheat Sheet, Argon2id with 19 MiB, 2 passes, 1 lane: some 25 ms of one core. Django's default (100 MiB, 8
lanes) takes 190 ms of all cores, so that opening accounts for 300 secretaries would hold a small server for a minute.
"""

from django.contrib.auth.hashers import Argon2PasswordHasher


class OwaspArgon2Hasher(Argon2PasswordHasher):
    """Argon2id with OWASP's first choice of parameters."""

    time_cost = 2
    memory_cost = 19 * 1024  # KiB
    parallelism = 1
