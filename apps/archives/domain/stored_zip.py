"""A zip that is written in one way only: nothing compressed, no dates, no attributes, entries one behind the other.

So every byte of an archive follows from the names and contents in it: the same content makes the same archive anywhere, and a
verifier that writes the frame again finds any change of it. Source: PKWARE APPNOTE 6.3.10, sections 4.3.7, 4.3.12, 4.3.14-16.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

LIMIT = 0xFFFFFFFF  # from here on lengths and places stand in the zip64 fields
MOST_ENTRIES = 0xFFFF
PLAIN, LARGE = 20, 45  # version needed to extract
UTF8_NAMES = 0x0800
DATE = (2000 - 1980) << 9 | 1 << 5 | 1  # 1 January 2000: the archive's own time tells nothing
READABLE = 0o100644 << 16
UNIX = 3 << 8


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of an archive. ``size`` in bytes; ``sha256`` in hex."""

    name: str
    size: int
    crc: int
    sha256: str = ""


def local_header(entry: Entry) -> bytes:
    """Return what stands before the content of an entry."""
    name = entry.name.encode()
    is_large = entry.size >= LIMIT
    extra = struct.pack("<HHQQ", 1, 16, entry.size, entry.size) if is_large else b""
    size = LIMIT if is_large else entry.size
    fixed = struct.pack(
        "<4s5H3L2H",
        b"PK\x03\x04", LARGE if is_large else PLAIN, UTF8_NAMES, 0, 0, DATE, entry.crc, size, size, len(name), len(extra),
    )  # fmt: skip
    return fixed + name + extra


def span(entry: Entry) -> int:
    """Return how many bytes the entry takes, its header included."""
    return len(local_header(entry)) + entry.size


def directory(entries: Sequence[Entry]) -> bytes:
    """Return what closes the archive: the central directory and the end records."""
    place, records = 0, []
    for entry in entries:
        records.append(_record(entry, place))
        place += span(entry)
    listed = b"".join(records)
    return listed + _end(len(entries), len(listed), place)


def _record(entry: Entry, place: int) -> bytes:
    name = entry.name.encode()
    is_large = entry.size >= LIMIT
    wide = [entry.size, entry.size] if is_large else []
    wide += [place] if place >= LIMIT else []
    extra = struct.pack(f"<HH{len(wide)}Q", 1, 8 * len(wide), *wide) if wide else b""
    version, size = LARGE if wide else PLAIN, LIMIT if is_large else entry.size
    fixed = struct.pack(
        "<4s6H3L5H2L",
        b"PK\x01\x02", version | UNIX, version, UTF8_NAMES, 0, 0, DATE, entry.crc, size, size, len(name), len(extra), 0, 0, 0,
        READABLE, min(place, LIMIT),
    )  # fmt: skip
    return fixed + name + extra


def _end(n: int, size: int, place: int) -> bytes:
    wide = b""
    if n >= MOST_ENTRIES or size >= LIMIT or place >= LIMIT:
        wide = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, LARGE | UNIX, LARGE, 0, 0, n, n, size, place)
        wide += struct.pack("<4sLQL", b"PK\x06\x07", 0, place + size, 1)
    few = min(n, MOST_ENTRIES)
    last = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, few, few, min(size, LIMIT), min(place, LIMIT), 0)
    return wide + last
