"""What is left to see for somebody with every right to read: row headers, dead versions, file order, the write-ahead log.

The write-ahead log is read with ``pg_walinspect``, heap pages with ``pageinspect``; both come with PostgreSQL and need a superuser,
which an attacker of this kind is.
"""

import contextlib
import re
from collections import defaultdict
from dataclasses import dataclass, field, replace

from django.db import connection

OFFSETS = re.compile(r"offsets: \[([0-9, ]+)\]")
NUMBERS = re.compile(r"\b(old_off|new_off|off): (\d+)")


@dataclass(frozen=True)
class Table:
    """A table under attack. ``name`` says in SQL what a row is about, ``key`` is its 16-byte key."""

    table: str
    name: str
    key: str
    where: str = "true"

    def among(self, where):
        """Return the same table with fewer rows."""
        return replace(self, where=where)


@dataclass
class Sight:
    """One table as the attacker sees it: orders of its rows, and the transactions every row was touched by."""

    orders: dict[str, list] = field(default_factory=dict)
    touched: dict[str, dict] = field(default_factory=dict)


def ask(sql, params=None):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall() if cursor.description else []


def look_at_rows(table):
    """Return the sight of the living rows: by place in the file, by transaction, by key."""
    rows = ask(
        f"SELECT {table.name}, xmin::text::bigint, ctid, {table.key} FROM {table.table} WHERE {table.where} ORDER BY ctid"
    )
    sight = Sight()
    places = range(len(rows))
    sight.orders["file"] = [row[0] for row in rows]
    sight.orders["file backwards"] = [row[0] for row in reversed(rows)]
    sight.orders["xmin"] = [rows[n][0] for n in sorted(places, key=lambda n: (rows[n][1], n))]
    sight.orders["key"] = [row[0] for row in sorted(rows, key=lambda row: str(row[3]))]
    sight.touched["xmin"] = _sets((row[0], row[1]) for row in rows)
    return sight


def look_at_dead_rows(table, sight):
    """Add what ``pageinspect`` still finds on the pages, dead versions included."""
    names = names_by_key(table)
    found = [
        (names[key], xmin)
        for xmin, data in ask(
            "SELECT i.t_xmin::text::bigint, i.t_data FROM generate_series(0, pg_relation_size(%s) / 8192 - 1) page, "
            "LATERAL heap_page_items(get_raw_page(%s, page::int)) i WHERE i.t_data IS NOT NULL",
            [table.table, table.table],
        )
        for key in keys_in(bytes(data), names)
    ]
    sight.touched["dead rows"] = _sets(found)
    sight.orders["oldest version"] = _unique(name for name, _ in sorted(found, key=lambda pair: pair[1]))


def names_by_key(table):
    rows = ask(f"SELECT {table.name}, {table.key} FROM {table.table} WHERE {table.where}")
    return {bytes(key.bytes): name for name, key in rows}


def keys_in(data, names):
    """Return the known keys inside raw bytes, in the order they stand there."""
    return [data[n : n + 16] for n in range(len(data) - 15) if data[n : n + 16] in names]


def _sets(pairs):
    found = defaultdict(set)
    for name, transaction in pairs:
        found[name].add(transaction)
    return dict(found)


def _unique(names):
    return list(dict.fromkeys(names))


# -- the write-ahead log


class WriteAheadLog:
    """The log from a moment on. ``read`` may be called several times; what was read stays read."""

    def __init__(self):
        self.records = []
        self.place = _end_of_log()

    def read(self):
        end = _end_of_log()
        self.records += ask(
            "SELECT min(xid::text::bigint), min(record_type), min(description), array_agg(relfilenode::bigint ORDER BY block_id), "
            "array_agg(relblocknumber ORDER BY block_id), (array_agg(block_data ORDER BY block_id))[1], "
            "(array_agg(block_fpi_data ORDER BY block_id))[1] FROM pg_get_wal_block_info(%s, %s, true) WHERE relforknumber = 0 "
            "AND reldatabase = (SELECT oid FROM pg_database WHERE datname = current_database()) "
            "AND resource_manager IN ('Heap', 'Heap2') GROUP BY start_lsn ORDER BY start_lsn",
            [self.place, end],
        )
        self.place = end


def _end_of_log():
    """Return the place up to which the log has reached the disk, after having asked for all of it to go there."""
    ask("SELECT pg_logical_emit_message(false, 'attack', '', true)")
    return ask("SELECT pg_current_wal_flush_lsn()")[0][0]


@contextlib.contextmanager
def whole_log():
    """Keep the log's files for the time of an attack, as an archive would."""
    for name in ("pageinspect", "pg_walinspect"):
        ask(f"CREATE EXTENSION IF NOT EXISTS {name}")
    ask("ALTER SYSTEM SET wal_keep_size = '1GB'")
    ask("SELECT pg_reload_conf()")
    try:
        yield WriteAheadLog()
    finally:
        ask("ALTER SYSTEM RESET wal_keep_size")
        ask("SELECT pg_reload_conf()")


def look_at_log(table, log, sight, names=None):
    """Add what the log tells: who was touched by which transaction, and in which order of bytes."""
    names = names or names_by_key(table)
    touches = list(_touches(log.records, names))
    sight.touched["log"] = _sets(touches)
    sight.orders["log, first"] = _unique(name for name, _ in touches)
    sight.orders["log, last"] = _unique(name for name, _ in reversed(touches))[::-1]


def _touches(records, names):
    """Yield ``(name, transaction)`` in the order of the log, following rows from place to place."""
    places = {}
    for transaction, kind, description, files, blocks, data, image in records:
        numbers = {name: int(number) for name, number in NUMBERS.findall(description)}
        new = _new_places(kind, description, numbers)
        keys = keys_in(bytes(data or b"") or _rows_of_page(bytes(image or b""), new), names)
        if "UPDATE" in kind and not keys:
            old = files[-1], blocks[-1], numbers.get("old_off")  # the page it was on comes last
            keys = [places[old]] if old in places else []
        places |= {(files[0], blocks[0], place): key for key, place in zip(keys, new, strict=False)}
        for key in keys:
            yield names[key], transaction


def _new_places(kind, description, numbers):
    many = OFFSETS.search(description) if "MULTI_INSERT" in kind else None
    if many:
        return [int(number) for number in many[1].split(",")]
    return [numbers[name] for name in ("off", "new_off") if name in numbers and "LOCK" not in kind]


def _rows_of_page(page, places):
    """Return the rows at these places of a page, which the log keeps whole after a checkpoint."""
    found = b""
    for place in places if page else ():
        pointer = int.from_bytes(page[20 + 4 * place : 24 + 4 * place], "little")
        start, length = pointer & 0x7FFF, pointer >> 17
        found += page[start : start + length]
    return found
