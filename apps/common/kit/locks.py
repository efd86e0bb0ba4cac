"""Locks of the whole database that belong to no row."""

from django.db import connection


def hold_lock(key: int) -> None:
    """Wait for the advisory lock ``key`` and hold it until this transaction ends. Each app keeps the numbers of its own."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])
