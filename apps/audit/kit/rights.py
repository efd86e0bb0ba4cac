"""What the application's database role may do, where that is less than reading and writing.

Two roles share the database: the owner migrates, the application (web, worker, scheduler) only reads and writes rows. A table whose
rows a trigger (``pgtrigger.Protect`` without a condition) keeps from being changed or deleted is so limited by itself: a trigger can
be set aside by a setting of the connection, a right that was never given cannot. Other tables are named in ``AppConfig.ready``.
"""

from collections.abc import Iterator, Mapping

import pgtrigger
from django.apps import apps

EVERYTHING = ("SELECT", "INSERT", "UPDATE", "DELETE")
_limited: dict[str, tuple[str, ...]] = {}


def limit_rights(tables: Mapping[str, tuple[str, ...]]) -> None:
    """Name tables and what is left to the application: ``{"audit_auditentry": ("SELECT", "INSERT")}``."""
    _limited.update(tables)


def limited_tables() -> dict[str, tuple[str, ...]]:
    """Return all such tables."""
    return dict(_protected()) | _limited


def _protected() -> Iterator[tuple[str, tuple[str, ...]]]:
    for model in apps.get_models():
        lost = {right for trigger in getattr(model._meta, "triggers", ()) for right in _prevented_by(trigger)}  # noqa: SLF001 -- Django's public name for it
        if lost:
            yield model._meta.db_table, tuple(right for right in EVERYTHING if right not in lost)  # noqa: SLF001 -- as above


def _prevented_by(trigger: pgtrigger.Trigger) -> set[str]:
    """Return what a trigger refuses for every row, whatever is in it."""
    if type(trigger) is not pgtrigger.Protect or trigger.condition is not None:
        return set()
    return {right for right in EVERYTHING if right in str(trigger.operation).split(" OR ")}
