"""Many new rows at once by PostgreSQL's COPY: a third of the time of INSERT, for imports of thousands of rows."""

import io
import json
from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any

from django.db import connection
from django.db.models import Model

ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def new_ids(table: str, count: int) -> list[int]:
    """Take ids for new rows of a table, ascending."""
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
        )
        return [row[0] for row in cursor.fetchall()]


def copy_new(rows: Sequence[Model]) -> None:
    """Insert new rows of one model; each has its id. Values must be plain (text, numbers, dates, JSON), constraints
    hold as ever.

    Like ``bulk_create`` it calls no ``save`` and sends no signal.
    """
    if not rows:
        return
    names = [field.attname for field in rows[0]._meta.concrete_fields]  # noqa: SLF001 -- the documented way to the fields of a model
    read = attrgetter(*names)
    copy_values(type(rows[0]), names, map(read, rows))


def copy_values(model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert new rows given as plain values in the order of ``names`` (attributes of the model): no object is made of them."""
    meta = model._meta  # noqa: SLF001 -- as above
    columns_of = {field.attname: field.column for field in meta.concrete_fields}
    columns = ", ".join(connection.ops.quote_name(str(columns_of[name])) for name in names)
    lines = ("\t".join(map(_escaped, row)) for row in rows)
    with connection.cursor() as cursor:
        cursor.copy_expert(
            f"COPY {connection.ops.quote_name(meta.db_table)} ({columns}) FROM STDIN",
            io.StringIO("\n".join(lines)),
        )


def _escaped(value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return value if value.isalnum() else value.translate(ESCAPES)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False).translate(ESCAPES)
    return str(value)
