"""Writes an archive to disk, piece by piece: memory stays small however large the files are."""

import hashlib
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from apps.archives.domain.hash_lists import HASH_LIST, render_hash_list
from apps.archives.domain.stored_zip import Entry, directory, local_header

PIECE = 1 << 20


class ArchiveWriter:
    """Put files in one after the other, then ``close()``. The names must be told apart."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self.entries: list[Entry] = []
        self._names: set[str] = set()

    def add_bytes(self, name: str, content: bytes) -> Entry:
        """Put in a file that is at hand."""
        entry = Entry(name, len(content), zlib.crc32(content), hashlib.sha256(content).hexdigest())
        self._begin(entry)
        self._out.write(content)
        return entry

    def add_file(self, name: str, path: Path) -> Entry:
        """Put in a file from disk. It is read twice: its checksum stands before it."""
        crc, size, digest = 0, 0, hashlib.sha256()
        for piece in _pieces(path):
            crc, size = zlib.crc32(piece, crc), size + len(piece)
            digest.update(piece)
        entry = Entry(name, size, crc, digest.hexdigest())
        self._begin(entry)
        for piece in _pieces(path):
            self._out.write(piece)
        return entry

    def close(self) -> str:
        """Write the list of hashes and the directory; return the SHA-256 of the list."""
        listed = render_hash_list({entry.name: entry.sha256 for entry in self.entries})
        entry = self.add_bytes(HASH_LIST, listed)
        self._out.write(directory(self.entries))
        return entry.sha256

    def _begin(self, entry: Entry) -> None:
        if entry.name in self._names:
            raise ValueError(f"two files of the name {entry.name}")
        self._names.add(entry.name)
        self.entries.append(entry)
        self._out.write(local_header(entry))


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as source:
        while piece := source.read(PIECE):
            yield piece
