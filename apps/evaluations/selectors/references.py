"""Which rows of the whole database hang on a session, found in the database's own catalog and not in our memory."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection

from apps.evaluations.models import EvaluationSession

TABLE = EvaluationSession._meta.db_table  # noqa: SLF001 -- Django's documented interface
REFERENCES = """
    SELECT c.conrelid::regclass::text, a.attname,
        (SELECT p.attname FROM pg_index i JOIN pg_attribute p ON p.attrelid = i.indrelid AND p.attnum = i.indkey[0]
         WHERE i.indrelid = c.conrelid AND i.indisprimary)
    FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
    WHERE c.contype = 'f' AND c.confrelid = %s::regclass
    ORDER BY 1, 2
"""
Holders = Mapping[
    tuple[str, str], list[Any]
]  # (table, column) -> values that name the session or what hangs on it


def holders_of(session_id: int) -> dict[tuple[str, str], list[Any]]:
    """Return every column that may name the session, or a row that hangs on it, with the values it would name it by."""
    found: dict[tuple[str, str], list[Any]] = {}
    _follow(TABLE, [session_id], found)
    return found


def _follow(table: str, keys: list[Any], found: dict[tuple[str, str], list[Any]]) -> None:
    for child, column, key_column in _rows(REFERENCES, [table]):
        if (child, column) in found:
            continue
        found[child, column] = keys
        own = [
            row[0]
            for row in _rows(f"SELECT {key_column} FROM {child} WHERE {column} = ANY(%s)", [keys])  # noqa: S608 -- names from the catalog
        ]
        if own:
            _follow(child, own, found)


def n_rows(holders: Holders) -> dict[str, int]:
    """Return per table how many rows name one of these values now."""
    counts: dict[str, int] = {}
    for (table, column), keys in holders.items():
        statement = f"SELECT count(*) FROM {table} WHERE {column} = ANY(%s)"  # noqa: S608 -- names from the catalog
        counts[table] = max(counts.get(table, 0), _rows(statement, [keys])[0][0])
    return counts


def _rows(statement: str, values: Iterable[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(values))
        return list(cursor.fetchall())
