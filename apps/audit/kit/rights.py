"""What the application's database role may do, where that is less than reading and writing; filled in ``AppConfig.ready``.

Two roles share the database: the owner migrates, the application (web, worker, scheduler) only reads and writes rows.
"""

from collections.abc import Mapping

EVERYTHING = ("SELECT", "INSERT", "UPDATE", "DELETE")
_limited: dict[str, tuple[str, ...]] = {}


def limit_rights(tables: Mapping[str, tuple[str, ...]]) -> None:
    """Name tables and what is left to the application: ``{"audit_auditentry": ("SELECT", "INSERT")}``."""
    _limited.update(tables)


def limited_tables() -> dict[str, tuple[str, ...]]:
    """Return all such tables."""
    return dict(_limited)
