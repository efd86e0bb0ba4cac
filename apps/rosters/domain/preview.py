"""The lines of a plan as they are kept: packed as they are made, unpacked as they are looked at.

Ten thousand lines take ten megabytes as objects and three as JSON, but a hundred kilobytes packed.
"""

import gzip
import hashlib
import io
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice
from typing import overload

from apps.rosters.domain.plan import Change

WRITTEN = frozenset({"new", "changed"})
LEVEL = 4  # of nine: half the time of the highest, a tenth more bytes
AT_ONCE = 256  # lines packed by one call
in_json = json.JSONEncoder(ensure_ascii=False).encode


class PreviewWriter:
    """Packs the lines of a plan one by one; counts their kinds; tells apart plans that would write different things."""

    def __init__(self) -> None:
        self.kinds: Counter[str] = Counter()
        self._packed = io.BytesIO()
        self._zip = gzip.GzipFile(fileobj=self._packed, mode="wb", compresslevel=LEVEL, mtime=0)
        self._digest = hashlib.sha256()
        self._waiting: list[bytes] = []

    def add(self, change: Change) -> None:
        """Add the next line. What is not in the workbook is not written, so it does not count for the fingerprint."""
        line = f"{change.kind}\t{in_json(change)}\n".encode()
        self.kinds[change.kind] += 1
        if change.kind in WRITTEN:
            self._digest.update(line)
        self._waiting.append(line)
        if len(self._waiting) == AT_ONCE:
            self._pack()

    def _pack(self) -> None:
        self._zip.write(b"".join(self._waiting))
        self._waiting.clear()

    def packed(self) -> bytes:
        """Return the lines added, which are all: none may follow."""
        self._pack()
        self._zip.close()
        return self._packed.getvalue()

    def fingerprint(self) -> str:
        """Return the SHA-256 of what would be written, in hexadecimal."""
        return self._digest.hexdigest()


class PreviewLines(Sequence[Change]):
    """Packed lines, of one kind or, for an empty ``kind``, of all; only those asked for are read."""

    def __init__(self, packed: bytes, kind: str = "") -> None:
        self._packed, self._kind = packed, kind

    @cached_property
    def _n(self) -> int:
        return sum(1 for _ in self._texts())

    def __len__(self) -> int:
        return self._n

    def __iter__(self) -> Iterator[Change]:
        return map(_change, self._texts())

    @overload
    def __getitem__(self, wanted: int) -> Change: ...
    @overload
    def __getitem__(self, wanted: slice) -> list[Change]: ...
    def __getitem__(self, wanted: int | slice) -> Change | list[Change]:
        places = range(len(self))[wanted]
        if isinstance(places, int):
            return _change(next(islice(self._texts(), places, None)))
        texts = list(islice(self._texts(), max(places, default=-1) + 1))
        return [_change(texts[place]) for place in places]

    def _texts(self) -> Iterator[bytes]:
        if not self._packed:
            return
        start = f"{self._kind}\t".encode() if self._kind else b""
        with gzip.GzipFile(fileobj=io.BytesIO(self._packed)) as lines:
            yield from (line for line in lines if line.startswith(start))


def _change(line: bytes) -> Change:
    sheet, row_no, kind, label, detail, fields = json.loads(line.partition(b"\t")[2])
    return Change(sheet, row_no, kind, label, detail, tuple(map(tuple, fields)))
