"""What a worksheet's XML says beside its values: merged cells, hidden rows and columns. Read by patterns, after the guard."""

import re
from dataclasses import dataclass

from apps.rosters.kit.guard import column_number

MERGED = re.compile(
    rb'<(?:\w+:)?mergeCell\s[^>]*?\bref="\$?([A-Z]{1,3})\$?(\d{1,7}):\$?([A-Z]{1,3})\$?(\d{1,7})"'
)
HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\s(?=[^>]*?\bhidden="(?:1|true)")[^>]*?\br="(\d{1,7})"')
HIDDEN_COLUMNS = re.compile(rb'<(?:\w+:)?col\s(?=[^>]*?\bhidden="(?:1|true)")[^>]*>')
MIN_MAX = re.compile(rb'\b(min|max)="(\d{1,5})"')
MOST_MERGED = 20_000


@dataclass(frozen=True, slots=True)
class Merged:
    """A merged range; rows and columns count from nought, the last ones included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int
    words: str


def merged_ranges(body: bytes) -> list[Merged]:
    """Return the merged ranges of a worksheet, at most 20,000."""
    if b"mergeCell" not in body:
        return []
    found = []
    for match in MERGED.finditer(body):
        columns = column_number(match[1]) - 1, column_number(match[3]) - 1
        rows = int(match[2]) - 1, int(match[4]) - 1
        words = f"{match[1].decode()}{match[2].decode()}:{match[3].decode()}{match[4].decode()}"
        found.append(Merged(min(rows), min(columns), max(rows), max(columns), words))
        if len(found) == MOST_MERGED:
            break
    return found


def hidden_rows(body: bytes) -> list[int]:
    """Return the numbers of hidden rows, as the spreadsheet program numbers them."""
    return [int(match[1]) for match in HIDDEN_ROW.finditer(body)] if b"hidden=" in body else []


def hidden_columns(body: bytes) -> set[int]:
    """Return the hidden columns, counted from nought."""
    found: set[int] = set()
    for match in HIDDEN_COLUMNS.finditer(body) if b"hidden=" in body else ():
        limits = {name: int(number) for name, number in MIN_MAX.findall(match[0])}
        found |= set(range(limits.get(b"min", 1) - 1, min(limits.get(b"max", 0), 100)))
    return found
